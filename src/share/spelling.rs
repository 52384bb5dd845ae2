//! What the programs that carry a link do to its letters, undone.
//!
//! A link that is written here holds letters, digits and `-._,~`, and between them `#`, `/`, `?`, `&` and `=`: in its values
//! there is nothing that a program would escape, unescape, or take for the link's end. So whatever else is found in one was put
//! there on its way. Links of earlier versions, and those that people type, may hold percent-escapes.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How often a link may have been escaped.
const LAYERS: usize = 4;

/// Names that HTML knows for what stands between the parts of a link, or around it.
const NAMED: [(&str, char); 7] =
    [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("equals", '='), ("num", '#')];

/// Signs that HTML reads where a key begins with their old names and no semicolon is needed: `&note=`, `&parameters=`.
const OLD_NAMES: [(char, &str); 2] = [('¬', "&not"), ('¶', "&para")];

/// Writes a value so that nothing which carries a link changes it: all but letters, digits and `-._,` as the bytes of its
/// UTF-8, each as `~` and two digits.
pub fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._,".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
            written.extend(['~', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    written
}

/// Reads what [`escaped`] has written, after any number of other escapes.
pub fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..=LAYERS {
        let Cow::Owned(decoded) = unpercented(&text) else { break };
        text = decoded;
    }
    let plain = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c) && *c != '+');
    let bytes = plain.collect::<String>().replace('%', "%25").replace('~', "%");
    percent_decode_str(&bytes).decode_utf8_lossy().into_owned()
}

/// One layer of percent-escapes taken off; what was none stays as it is, borrowed.
fn unpercented(text: &str) -> Cow<'_, str> {
    match percent_decode_str(text).decode_utf8_lossy() {
        Cow::Owned(decoded) if decoded != text => Cow::Owned(decoded),
        _ => Cow::Borrowed(text),
    }
}

/// One layer of percent-escapes taken off, and what can't be seen.
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().chars().filter(|c| !is_invisible(*c)).collect()
}

/// A value as it stands in a link of an earlier version or by hand: a plus is a blank there.
pub fn decoded_value(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

/// Could this be a value that has been escaped once more than it was read? Then it holds escapes, and besides them nothing
/// that would have been escaped.
pub fn is_escaped_still(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~,%".contains(&byte);
    value.bytes().all(is_plain) && matches!(unpercented(value), Cow::Owned(_))
}

/// Does it take no room? Such characters are put where a long line may be broken, or say which way a text runs. Joiners are
/// letters in some scripts, and stay.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text as it may have been sent, from what arrived as it stands to what was changed most.
pub fn readings(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |reading: String| {
        if !found.contains(&reading) {
            found.push(reading);
        }
    };
    let mut text = text.to_owned();
    for _ in 0..=LAYERS {
        // A broken line may have come between the letters of an escape.
        text.retain(|c| !is_invisible(c) && !matches!(c, '\r' | '\n' | '\t'));
        let plain = without_entities(&text);
        let mailed =
            (plain.contains("=3D") || plain.contains("=3d")).then(|| without_quoted_printable(&plain));
        add(plain);
        mailed.into_iter().for_each(&mut add);
        match unpercented(&text) {
            Cow::Owned(decoded) => text = decoded,
            Cow::Borrowed(_) => break,
        }
    }
    found
}

/// `&amp;`, `&#38;` and the like as what they stand for, however often that was done, and signs of the full width as those of
/// an address.
fn without_entities(text: &str) -> String {
    let mut text: String = text
        .chars()
        .map(|c| match c {
            '？' => '?',
            '＆' => '&',
            '＝' => '=',
            '＃' => '#',
            '／' => '/',
            '％' => '%',
            other => other,
        })
        .collect();
    for (sign, name) in OLD_NAMES {
        text = text.replace(sign, name);
    }
    // What is found may begin another one: `&amp;amp;`.
    for _ in 0..LAYERS {
        let mut read = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(place) = rest.find('&') {
            read.push_str(&rest[..place]);
            let (length, c) = entity(&rest[place + 1..]).unwrap_or((0, '&'));
            read.push(c);
            rest = &rest[place + 1 + length..];
        }
        read.push_str(rest);
        if read == text {
            break;
        }
        text = read;
    }
    text
}

/// The entity whose `&` stands before this text: how much of it that is, and what it stands for.
fn entity(text: &str) -> Option<(usize, char)> {
    // None of them is longer.
    let length = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = &text[..length];
    let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => digits.parse(),
    });
    let c = match number {
        Some(number) => char::from_u32(number.ok()?)?,
        None => NAMED.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1,
    };
    Some((length + 1, c))
}

/// Has a browser taken the `#` of `&#38;`, or of `&amp;#38;`, for the one before a fragment? Then both parts are the query.
pub fn is_cut_entity(query: &str, fragment: &str) -> bool {
    without_entities(&decoded(query)).ends_with('&')
        && entity(&format!("#{}", decoded(fragment).trim_start_matches('#'))).is_some()
}

/// A text without the escapes of mail: `=3D` for `=`, and a `=` where a line was broken, whose break may be gone by now.
fn without_quoted_printable(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            // Only what is no plain sign of ASCII is escaped so; anything else is a broken line.
            Some(byte) if byte == b'=' || byte == b' ' || byte >= 0x80 => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => rest = after,
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What of a word or a number may be the value itself, where a sentence goes on right behind it: `gru)`, `7。快来看`. Nothing
/// where what follows could be a part of it, as in `1,000`.
pub fn before_a_sentence(value: &str) -> Option<&str> {
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-+".contains(c))).unwrap_or(value.len());
    let after = value[end..].chars().nth(1);
    let goes_on =
        value[end..].starts_with([',', ';', ':']) && after.is_some_and(|c| c.is_ascii_alphanumeric());
    let core = value[..end].trim_end_matches(['.', '-', '+']);
    (!goes_on && !core.is_empty() && core.len() < value.len()).then_some(core)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_holds_nothing_that_anybody_changes_and_reads_back() {
        for text in [
            "",
            "a b",
            "100% & 1+1=2 #?/~",
            "看第 5 年\n<b>",
            "%41%2541",
            "~41",
            "&amp;",
            "👨‍👩‍👧",
            "\u{feff}x\u{ad}",
        ] {
            let written = escaped(text);
            assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._,~".contains(&b)), "{written}");
            assert_eq!(unescaped(&written), text);
            assert_eq!(unescaped(&written.replace('~', "%7E")), text);
            assert_eq!(unescaped(&written.replace('~', "%25257E")), text);
        }
    }

    #[test]
    fn a_text_is_read_through_all_that_was_laid_over_it() {
        let sent = "#/airline?cell=gru&v=1";
        for arrived in [
            "#/airline?cell=gru&amp;v=1",
            "#/airline?cell=gru&amp;amp;v=1",
            "#/airline?cell=gru&#38;v=1",
            "#/airline?cell&#x3D;gru&v=1",
            "#/airline？cell＝gru＆v＝1",
            "%23%2Fairline%3Fcell%3Dgru%26v%3D1",
            "%2523%252Fairline%253Fcell%253Dgru%2526v%253D1",
            "#/airline?cell%3Dgru%26amp%3Bv%3D1",
            "#/airline?cell=3Dgru&v=3D1",
            "#/airline?cell=3Dg=\r\nru&v=3D1",
            "#/airline?cell=3Dg=ru&v=3D1",
            "#/airline%EF%BC%9Fcell=gru&v=1",
        ] {
            assert!(
                readings(arrived).iter().any(|reading| reading == sent),
                "{arrived}: {:?}",
                readings(arrived)
            );
        }
        assert_eq!(readings(sent), [sent], "nothing to be undone");
        assert_eq!(without_entities("¬e=1"), "&note=1");
        assert!(readings("&".repeat(1000).as_str()).len() == 1 && readings("%25").len() == 2);
    }

    #[test]
    fn a_value_ends_where_a_sentence_goes_on() {
        for (value, core) in [
            ("gru)", Some("gru")),
            ("gru.", Some("gru")),
            ("gru。快来看", Some("gru")),
            ("7」", Some("7")),
            ("0.5,", Some("0.5")),
            ("gru\">", Some("gru")),
            ("7快来看", Some("7")),
            ("1,000", None),
            ("gru", None),
            ("，gru", None),
        ] {
            assert_eq!(before_a_sentence(value), core, "{value}");
        }
    }
}
