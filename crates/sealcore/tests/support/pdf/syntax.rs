//! Just enough of the syntax to change one value of a dictionary and leave every other byte.

use std::ops::Range;

fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

fn skip_white(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        if is_white(bytes[at]) {
            at += 1;
        } else if bytes[at] == b'%' {
            while at < bytes.len() && bytes[at] != b'\n' {
                at += 1;
            }
        } else {
            break;
        }
    }
    at
}

fn skip_regular(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && !is_white(bytes[at]) && !is_delimiter(bytes[at]) {
        at += 1;
    }
    at
}

/// The end of the value that starts at `at`; `N G R` is one value.
pub fn skip_value(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b'<' if bytes[at + 1] == b'<' => skip_until(bytes, at + 2, b'>') + 1,
        b'<' => at + bytes[at..].iter().position(|byte| *byte == b'>').unwrap() + 1,
        b'[' => skip_until(bytes, at + 1, b']'),
        b'(' => skip_literal(bytes, at),
        b'/' => skip_regular(bytes, at + 1),
        b'0'..=b'9' => skip_number(bytes, at),
        _ => {
            let end = skip_regular(bytes, at);
            assert!(end > at, "no value at {at}");
            end
        }
    }
}

fn skip_until(bytes: &[u8], mut at: usize, close: u8) -> usize {
    loop {
        at = skip_white(bytes, at);
        if bytes[at] == close {
            return at + 1;
        }
        at = skip_value(bytes, at);
    }
}

fn skip_literal(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    loop {
        match bytes[at] {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
}

fn skip_number(bytes: &[u8], at: usize) -> usize {
    let end = skip_regular(bytes, at);
    let second = skip_white(bytes, end);
    let second_end = skip_regular(bytes, second);
    let third = skip_white(bytes, second_end);
    let is_integer = |range: Range<usize>| !range.is_empty() && bytes[range].iter().all(u8::is_ascii_digit);
    let is_reference = is_integer(at..end)
        && is_integer(second..second_end)
        && bytes.get(third) == Some(&b'R')
        && bytes
            .get(third + 1)
            .is_none_or(|byte| is_white(*byte) || is_delimiter(*byte));
    if is_reference { third + 1 } else { end }
}

struct Found {
    /// From the slash of the key to the end of the value.
    entry: Range<usize>,
    value: Range<usize>,
}

fn find(body: &[u8], key: &str) -> Option<Found> {
    let start = skip_white(body, 0);
    assert!(body[start..].starts_with(b"<<"), "no dictionary");
    let mut at = start + 2;
    loop {
        at = skip_white(body, at);
        if body[at] == b'>' {
            return None;
        }
        assert_eq!(body[at], b'/', "no key at {at}");
        let key_end = skip_regular(body, at + 1);
        let value = skip_white(body, key_end);
        let end = skip_value(body, value);
        if &body[at + 1..key_end] == key.as_bytes() {
            return Some(Found {
                entry: at..end,
                value: value..end,
            });
        }
        at = end;
    }
}

/// The value of a key of the dictionary that the body starts with.
pub fn get<'a>(body: &'a [u8], key: &str) -> Option<&'a [u8]> {
    find(body, key).map(|found| &body[found.value])
}

/// As [`get`], through dictionaries in dictionaries: `Resources/Font/F1`.
pub fn get_path<'a>(body: &'a [u8], path: &str) -> Option<&'a [u8]> {
    path.split('/').try_fold(body, |body, key| get(body, key))
}

/// Sets the value at a path; the last key may be new, those before it as well.
pub fn set_path(body: &[u8], path: &str, value: &[u8]) -> Vec<u8> {
    let (key, rest) = path
        .split_once('/')
        .map_or((path, None), |(key, rest)| (key, Some(rest)));
    let found = find(body, key);
    let value = match rest {
        None => value.to_vec(),
        Some(rest) => {
            let inner = found
                .as_ref()
                .map_or(b"<< >>".as_slice(), |found| &body[found.value.clone()]);
            set_path(inner, rest, value)
        }
    };
    match found {
        Some(found) => [&body[..found.value.start], &value, &body[found.value.end..]].concat(),
        None => {
            let open = skip_white(body, 0) + 2;
            let entry = [b" /", key.as_bytes(), b" ", &value].concat();
            [&body[..open], &entry, &body[open..]].concat()
        }
    }
}

/// Takes the entry at a path out.
pub fn remove_path(body: &[u8], path: &str) -> Vec<u8> {
    match path.split_once('/') {
        None => {
            let found = find(body, path).unwrap_or_else(|| panic!("no {path}"));
            [&body[..found.entry.start], &body[found.entry.end..]].concat()
        }
        Some((key, rest)) => {
            let inner = remove_path(get(body, key).unwrap_or_else(|| panic!("no {key}")), rest);
            set_path(body, key, &inner)
        }
    }
}

/// A stream object; `entries` stand in its dictionary before /Length.
pub fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {entries} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// The encoded data of a stream object that [`stream`] made.
pub fn stream_data(body: &[u8]) -> &[u8] {
    let start = super::find(body, b"stream\n").unwrap() + 7;
    &body[start..super::rfind(body, b"\nendstream").unwrap()]
}

/// Every `N G obj ... endobj` of these bytes, in their order.
pub fn scan_objects(bytes: &[u8]) -> Vec<(u32, u16, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(mark) = super::find(&bytes[at..], b" obj") {
        let mark = at + mark;
        let digits_before = |end: usize| {
            let start = bytes[..end]
                .iter()
                .rposition(|byte| !byte.is_ascii_digit())
                .map_or(0, |index| index + 1);
            let text = std::str::from_utf8(&bytes[start..end]).unwrap();
            text.parse::<u32>().ok().map(|number| (start, number))
        };
        at = mark + 4;
        let Some((start, generation)) = digits_before(mark) else {
            continue;
        };
        if start == 0 || bytes[start - 1] != b' ' {
            continue;
        }
        let Some((_, number)) = digits_before(start - 1) else {
            continue;
        };
        let body_start = skip_white(bytes, at);
        let mut end = skip_value(bytes, body_start);
        let after = skip_white(bytes, end);
        if bytes[after..].starts_with(b"stream") {
            end = after + super::find(&bytes[after..], b"endstream").unwrap() + 9;
        }
        found.push((number, generation as u16, bytes[body_start..end].to_vec()));
        at = end;
    }
    found
}
