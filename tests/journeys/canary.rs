//! A text that must stand nowhere, in every form in which it might.

use std::fmt::Write;

/// A text and the bytes by which it would be found.
pub struct Canary {
    pub text: String,
    pub patterns: Vec<Vec<u8>>,
}

/// The alphabet of base64; the last two differ in URLs.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Canary {
    /// As UTF-8, UTF-16 of both byte orders, hexadecimal, base64 at each alignment, and escaped as JSON may.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let wide: Vec<u16> = text.encode_utf16().collect();
        let hex = |upper: bool| {
            bytes.iter().fold(String::new(), |mut hex, byte| {
                let _ = if upper { write!(hex, "{byte:02X}") } else { write!(hex, "{byte:02x}") };
                hex
            })
        };
        let escaped = text.chars().fold(String::new(), |mut escaped, c| {
            let _ = if c.is_ascii() { write!(escaped, "{c}") } else { write!(escaped, "\\u{:04x}", u32::from(c)) };
            escaped
        });
        let mut patterns = vec![
            bytes.to_vec(),
            wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            hex(false).into_bytes(),
            hex(true).into_bytes(),
            escaped.into_bytes(),
        ];
        for alignment in 0..3 {
            patterns.extend([base64(bytes, alignment, b"+/"), base64(bytes, alignment, b"-_")]);
        }
        patterns.sort_unstable();
        patterns.dedup();
        Self { text: text.to_owned(), patterns }
    }

    /// Whether it is in there, in whatever form.
    pub fn is_in(&self, content: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| contains(content, pattern))
    }
}

/// The base64 digits that depend on nothing but the text, when it begins so many bytes after a group of three.
fn base64(text: &[u8], alignment: usize, last: &[u8; 2]) -> Vec<u8> {
    let mut bits: Vec<u8> = Vec::new();
    for byte in text {
        bits.extend((0..8).rev().map(|bit| (byte >> bit) & 1));
    }
    // The first digits share bits with the bytes before.
    let skipped = (6 - alignment * 8 % 6) % 6;
    let digit = |bits: &[u8]| {
        let value = bits.iter().fold(0usize, |value, bit| value * 2 + usize::from(*bit));
        ALPHABET.get(value).or_else(|| last.get(value.wrapping_sub(62))).copied().unwrap_or(b'?')
    };
    bits[skipped..].chunks_exact(6).map(digit).collect()
}

fn contains(content: &[u8], pattern: &[u8]) -> bool {
    let Some(first) = pattern.first() else { return false };
    let starts = content.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts.map(|(at, _)| at).any(|at| content[at..].starts_with(pattern))
}

#[test]
fn a_canary_is_found_in_every_form() {
    let canary = Canary::of("魑魅12X");
    let found = |text: &str| canary.is_in(text.as_bytes());
    assert!(found("x 魑魅12X y") && found("e9ad91e9ad85313258") && found("\\u9b51\\u9b4512X"));
    // Base64 of the text alone, and after one and two bytes `a`.
    assert!(found("6a2R6a2FMTJY") && found("YemtkemthTEyWA==") && found("YWHprZHprYUxMlg="));
    assert!(canary.is_in(&"魑魅12X".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()));
    assert!(!found("魑魅13X") && !found(""));
}
