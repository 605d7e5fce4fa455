//! The first password of a new account: made by chance, shown once.

use kernel::Chance;

/// Letters and digits that nobody mistakes for one another when they are read from paper (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many letters, of 5 random bits each: 100 bits, which nobody guesses.
const LENGTH: usize = 20;
/// So many letters make up a group.
const GROUP: usize = 5;

/// A password of four groups of five letters, such as `7k2mq-x40dn-…`.
pub fn initial_password(chance: &Chance) -> String {
    let mut password = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (index, byte) in chance.bytes::<LENGTH>().into_iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            password.push('-');
        }
        // 256 is a multiple of 32: every letter is as likely as any other.
        password.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    }
    password
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use signin::Password;

    use super::*;

    fn counting() -> Chance {
        let next = AtomicU8::new(0);
        Chance::new(move |bytes| bytes.fill_with(|| next.fetch_add(1, Ordering::SeqCst)))
    }

    #[test]
    fn a_first_password_is_four_groups_of_five_letters_and_may_be_set() {
        let password = initial_password(&counting());
        assert_eq!(password, "01234-56789-abcde-fghjk");
        let groups: Vec<&str> = password.split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5, 5, 5, 5]);
    }

    #[test]
    fn two_first_passwords_differ_and_each_may_be_set() {
        let state = std::sync::atomic::AtomicU64::new(7);
        let chance = Chance::new(move |bytes| {
            bytes.fill_with(|| {
                let step = |seed: u64| Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
                let seed = state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step).unwrap();
                (seed >> 56) as u8
            });
        });
        let (one, other) = (initial_password(&chance), initial_password(&chance));
        assert_ne!(one, other);
        assert!(Password::parse(&one).is_ok() && Password::parse(&other).is_ok());
    }
}
