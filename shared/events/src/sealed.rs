//! Personal data as it may stand in the log: only as ciphertext under the person's own key.

/// A value sealed under a person's key. Destroying the key erases it everywhere; hashes and proofs stay true.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Sealed {
    /// The algorithm suite, so that another can follow: 1 is AES-256-GCM.
    pub suite: u8,
    /// Nonce and ciphertext, base64.
    pub blob: String,
}

/// Who somebody is, sealed field by field, so that showing a name opens no id number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SealedIdentity {
    /// The name.
    pub name: Sealed,
    /// The citizen id number; a foreign expert may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<Sealed>,
}
