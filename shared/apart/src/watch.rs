//! A shell at the other end of a pipe of ours: when we end, in whatever way, the pipe closes, and the shell stops the
//! processes of the folder.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Afterwards;

/// Stops what the folder's `*.pid` files name once its input ends, at first kindly; then removes the folder.
const WATCH: &str = r#"
folder=$1
trap '' INT TERM HUP
cat >/dev/null
for file in "$folder"/*.pid; do kill -TERM "$(cat "$file")" 2>/dev/null; done
tries=0
while [ "$tries" -lt 100 ]; do
  left=no
  for file in "$folder"/*.pid; do kill -0 "$(cat "$file")" 2>/dev/null && left=yes; done
  [ "$left" = no ] && break
  tries=$((tries + 1))
  sleep 0.1
done
for file in "$folder"/*.pid; do kill -KILL "$(cat "$file")" 2>/dev/null; done
[ "$2" = remove ] && rm -rf "$folder"
"#;

/// The watch over a folder's processes, until it is dropped.
pub(crate) struct Watch(Child);

impl Watch {
    /// Starts it.
    pub(crate) fn start(folder: &Path, afterwards: Afterwards) -> Result<Self, String> {
        let last = if afterwards == Afterwards::Remove { "remove" } else { "keep" };
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", WATCH, "watch"]).arg(folder).arg(last);
        // A process group of its own: an interrupt from the terminal is for us, and we end the others.
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.spawn().map(Self).map_err(|error| format!("could not start a shell: {error}"))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}
