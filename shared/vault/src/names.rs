//! Names as they are compared, never as they are shown.

use kernel::Name;

/// Dots between the parts of a name: the one of the standard, and those that keyboards and old forms give instead.
const DOTS: [char; 6] = ['·', '•', '・', '‧', '∙', '･'];

/// The name without spaces and dots, with full-width letters and digits as ASCII, in lower case where there is such a
/// thing. Of a name that is nothing but those, the name itself.
pub(crate) fn normalised(name: &Name) -> String {
    let kept = name.as_str().chars().filter(|c| !c.is_whitespace() && !DOTS.contains(c));
    let text: String = kept.map(|c| narrow(c).to_ascii_lowercase()).collect();
    if text.is_empty() { name.as_str().to_owned() } else { text }
}

/// A full-width letter or digit as ASCII.
fn narrow(c: char) -> char {
    /// From the full-width form of an ASCII character to the character.
    const SHIFT: u32 = 0xFEE0;
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - SHIFT).unwrap_or(c),
        other => other,
    }
}

/// Whether two names are the same but for one slip: one character more, less or other after an equal first one, or the
/// same characters in another order. Spaces, dots and width do not count. A single character is near itself only.
///
/// It says little alone: every second surname-sharing pair of two-character names is near. Ask it of persons who share
/// something else, such as a birth date.
pub fn near_names(a: &Name, b: &Name) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (normalised(a).chars().collect(), normalised(b).chars().collect());
    if a == b {
        return true;
    }
    if a.len() < 2 || b.len() < 2 {
        return false;
    }
    (a[0] == b[0] && one_edit_apart(&a, &b)) || same_characters(&a, &b)
}

/// Whether two different texts differ by one character that was added, left out or changed.
fn one_edit_apart(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let equal = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => short[equal..].get(1..) == long[equal..].get(1..),
        1 => short[equal..] == long[equal + 1..],
        _ => false,
    }
}

fn same_characters(a: &[char], b: &[char]) -> bool {
    let sorted = |text: &[char]| {
        let mut text = text.to_vec();
        text.sort_unstable();
        text
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn near(a: &str, b: &str) -> bool {
        let (a, b) = (name(a), name(b));
        assert_eq!(near_names(&a, &b), near_names(&b, &a), "it has no direction");
        near_names(&a, &b)
    }

    #[test]
    fn spaces_dots_width_and_case_are_no_part_of_a_name() {
        for written in ["阿卜杜拉·买买提", " 阿卜杜拉 买买提 ", "阿卜杜拉•买买提", "阿卜杜拉\u{3000}・买买提"]
        {
            assert_eq!(normalised(&name(written)), "阿卜杜拉买买提");
        }
        assert_eq!(normalised(&name("Ｊｏｈｎ　ＳＭＩＴＨ２")), "johnsmith2");
        assert_eq!(normalised(&name("张㛃")), "张㛃", "a rare character stays what it is");
        assert_eq!(normalised(&name("·")), "·", "a name is never nothing");
        assert_ne!(normalised(&name("·")), normalised(&name("•")));
    }

    #[test]
    fn a_name_is_near_itself_however_it_is_written() {
        assert!(near("欧阳明", "欧阳明"));
        assert!(near("阿卜杜拉·买买提", "阿卜杜拉买买提"));
        assert!(near("李", "李"));
        assert!(near("ＭＡＲＩＡ", "maria"));
    }

    #[test]
    fn one_slip_after_the_first_character_is_near() {
        assert!(near("王小明", "王晓明"), "another character");
        assert!(near("王小明", "王小"), "the last left out");
        assert!(near("王小明", "王明"), "one in the middle left out");
        assert!(near("王小明", "王小明明"), "one more");
        assert!(near("张伟", "张玮"));
        assert!(near("王明", "王小明"));
    }

    #[test]
    fn two_slips_are_not_near() {
        assert!(!near("王小明", "王晓鸣"));
        assert!(!near("王明", "王小明明"));
        assert!(!near("欧阳明", "欧"), "a single character is near itself only");
        assert!(!near("王小明", "王大山明"));
    }

    #[test]
    fn another_first_character_is_not_near() {
        assert!(!near("王小明", "汪小明"));
        assert!(!near("小明", "王小明"));
        assert!(!near("李", "王"));
    }

    #[test]
    fn the_same_characters_in_another_order_are_near() {
        assert!(near("王小明", "明小王"));
        assert!(near("王明小", "王小明"));
        assert!(near("买买提·阿卜杜拉", "阿卜杜拉·买买提"));
        assert!(near("明王", "王明"));
        assert!(!near("王王明", "王明明明"), "each as often");
        assert!(!near("赵王王明", "明明王赵赵"));
    }

    #[test]
    fn an_edit_is_found_wherever_it_is() {
        let long: Vec<char> = ('a'..='h').collect();
        for at in 0..long.len() {
            let mut changed = long.clone();
            changed[at] = 'z';
            assert!(one_edit_apart(&long, &changed), "changed at {at}");
            let mut left_out = long.clone();
            left_out.remove(at);
            assert!(one_edit_apart(&long, &left_out) && one_edit_apart(&left_out, &long), "left out at {at}");
            changed[(at + 1) % 8] = 'y';
            assert!(!one_edit_apart(&long, &changed), "changed twice at {at}");
        }
    }
}
