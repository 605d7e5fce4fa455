//! The packs that others may build on.

use super::{Pack, PackFault, written};

/// Packs at hand, by name and version. A version is never edited, so the two say which to the byte.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Vec<Pack>);

impl Shelf {
    /// Reads a pack from its file, upon those on the shelf.
    ///
    /// # Errors
    /// When it is not a pack, contradicts itself, builds on one that is not there, or is laxer than the one it builds
    /// on; the fault says where.
    pub fn read(&self, json: &str) -> Result<Pack, PackFault> {
        written::read(json, self)
    }

    /// Puts a pack on the shelf.
    pub fn put(&mut self, pack: Pack) {
        self.0.push(pack);
    }

    /// The pack of this name and version.
    pub fn find(&self, name: &str, version: u32) -> Option<&Pack> {
        self.0.iter().find(|pack| pack.name == name && pack.version == version)
    }

    /// Those on the shelf.
    pub fn packs(&self) -> &[Pack] {
        &self.0
    }
}
