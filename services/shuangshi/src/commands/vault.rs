//! `vault`: the keys of personal data.

use std::path::Path;

use vault::{MasterKey, Vault};

use crate::line::Setup;
use crate::outcome::{Trouble, say};

/// Wraps every key anew under the master key of another file. Begun and broken off, it goes on where it was.
pub async fn rotate(new_key_file: &Path, setup: &Setup) -> Result<(), Trouble> {
    let chance = host::ambient::chance();
    let (config, storage) = (&setup.config, setup.config.storage());
    let old = MasterKey::from_file(&config.master_key(), &chance).map_err(Trouble::failed)?;
    let new = MasterKey::from_file(new_key_file, &chance).map_err(Trouble::failed)?;
    let (vault, rotated) = Vault::resume_rotation(&storage, old, new, chance).await?;
    vault.close().await;
    let said = serde_json::json!({ "keys": rotated.keys, "tags": rotated.tags });
    if setup.json {
        return say(&format!("{said}\n"));
    }
    say(&format!(
        "{} keys are wrapped under the new master key. Start every process with it (SHUANGSHI_MASTER_KEY_FILE), then \
         destroy the old one: it opens nothing any more, nor do older copies of the store without it\n",
        rotated.keys
    ))
}
