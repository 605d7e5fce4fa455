//! The master key: it wraps the persons' keys, and the key by which an id number is looked up.

use std::io::Write;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use kernel::Chance;
use sha2::Sha256;

use crate::cipher::Key;
use crate::look_up::LookUpKey;

/// The key above all persons' keys. It comes from a file or a setting, never from the databases.
#[derive(Clone)]
pub struct MasterKey(Key);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyFault {
    /// The text is not 64 hexadecimal digits.
    #[error("a master key is 64 hexadecimal digits")]
    NotAKey,
    /// The file cannot be read or made.
    #[error("the master key file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What went wrong.
        source: std::io::Error,
    },
}

impl MasterKey {
    /// A fresh key.
    pub fn generate(chance: &Chance) -> Self {
        Self(Key::new(chance.bytes()))
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(hex: &str) -> Result<Self, MasterKeyFault> {
        let hex = hex.trim();
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(MasterKeyFault::NotAKey);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| MasterKeyFault::NotAKey)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| MasterKeyFault::NotAKey)?;
        }
        Ok(Self(Key::new(bytes)))
    }

    /// Reads the key in `path`; where there is no such file, makes one that only its owner can read.
    ///
    /// # Errors
    /// When the file holds no key, or can be neither read nor made.
    pub fn from_file(path: &Path, chance: &Chance) -> Result<Self, MasterKeyFault> {
        let fault = |source| MasterKeyFault::File { path: path.display().to_string(), source };
        match std::fs::read_to_string(path) {
            Ok(hex) => Self::parse(&hex),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::generate(chance);
                match key.publish(path) {
                    Ok(()) => Ok(key),
                    // Another process made it in the meantime: that one is the key.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        std::fs::read_to_string(path).map_err(fault).and_then(|hex| Self::parse(&hex))
                    }
                    Err(error) => Err(fault(error)),
                }
            }
            Err(error) => Err(fault(error)),
        }
    }

    /// Writes the key to a file that only its owner can read.
    ///
    /// # Errors
    /// When there is such a file already, whatever it holds, or it cannot be made.
    pub fn write_new(&self, path: &Path) -> Result<(), MasterKeyFault> {
        self.publish(path).map_err(|source| MasterKeyFault::File { path: path.display().to_string(), source })
    }

    /// A name for the key, which says nothing about it: it stands with everything that the key wraps.
    pub fn fingerprint(&self) -> String {
        hex(&self.derive(b"shuangshi: fingerprint")[0..8])
    }

    /// Writes the whole key under another name first, so that nobody ever reads half of it.
    fn publish(&self, path: &Path) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let draft = path.with_extension(format!("draft-{}", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(format!("{}\n", hex(self.0.bytes())).as_bytes())?;
        file.sync_all()?;
        let linked = std::fs::hard_link(&draft, path);
        std::fs::remove_file(&draft)?;
        linked
    }

    /// The key that wraps persons' keys.
    pub(crate) fn wrapping(&self) -> Key {
        Key::new(self.derive(b"shuangshi: wrap a person's key"))
    }

    /// The look-up key of a store from before it had one of its own.
    pub(crate) fn look_up(&self) -> LookUpKey {
        LookUpKey::new(self.derive(b"shuangshi: look up an id number"))
    }

    fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        mac(self.0.bytes(), purpose)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

pub(crate) fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC pads a shorter key with zeros to the block of its hash; doing so here leaves nothing that can fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys").join("master.key");
        let made = MasterKey::from_file(&path, &Chance::new(|bytes| bytes.fill(9))).unwrap();
        let read = MasterKey::from_file(&path, &Chance::new(|bytes| bytes.fill(1))).unwrap();
        assert_eq!(made.fingerprint(), read.fingerprint());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_is_never_written_over_a_file_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let chance = Chance::new(|bytes| bytes.fill(9));
        MasterKey::generate(&chance).write_new(&path).unwrap();
        let before = std::fs::read_to_string(&path).unwrap();
        let another = MasterKey::generate(&Chance::new(|bytes| bytes.fill(1)));
        let fault = another.write_new(&path).unwrap_err();
        let MasterKeyFault::File { source, .. } = fault else { panic!("the file is at fault") };
        assert_eq!(source.kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "00", &"zz".repeat(32), &"é".repeat(32)] {
            assert!(MasterKey::parse(text).is_err());
        }
    }
}
