//! Writes objects (ISO 32000-2, 7.3).

use std::io::Write as _;

use super::object::{Dictionary, Name, Object, ObjectId, PdfString, StreamData};

/// Appends `object`. A stream whose data are in a file is written as its dictionary alone.
pub(crate) fn write(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => number(*value, out),
        Object::Real(real) => out.extend_from_slice(real.text.as_bytes()),
        Object::String(string) => write_string(string, out),
        Object::Name(name) => write_name(name, out),
        Object::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b' ');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(dictionary, out),
        Object::Stream(stream) => {
            write_dictionary(&stream.dictionary, out);
            if let StreamData::Memory(data) = &stream.data {
                out.extend_from_slice(b"\nstream\n");
                out.extend_from_slice(data);
                out.extend_from_slice(b"\nendstream");
            }
        }
        Object::Reference(id) => {
            write_id(*id, out);
            out.extend_from_slice(b" R");
        }
    }
}

/// Appends a dictionary.
pub(crate) fn write_dictionary(dictionary: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (position, entry) in dictionary.iter().enumerate() {
        if position > 0 {
            out.push(b' ');
        }
        write_name(&entry.key, out);
        out.push(b' ');
        write(&entry.value, out);
    }
    out.extend_from_slice(b">>");
}

/// Appends a name. What is neither regular nor printable is written as `#xx` (7.3.5).
pub(crate) fn write_name(name: &Name, out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name.as_bytes() {
        match byte {
            b'#' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' => hex_escape(*byte, out),
            b'!'..=b'~' => out.push(*byte),
            _ => hex_escape(*byte, out),
        }
    }
}

fn hex_escape(byte: u8, out: &mut Vec<u8>) {
    // A Vec takes whatever is written.
    let _ = write!(out, "#{byte:02X}");
}

fn write_string(string: &PdfString, out: &mut Vec<u8>) {
    if string.hex {
        out.push(b'<');
        for byte in &string.bytes {
            let _ = write!(out, "{byte:02X}");
        }
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for byte in &string.bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            // A bare CR would be read as LF (7.3.4.2).
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

fn number(value: i64, out: &mut Vec<u8>) {
    let _ = write!(out, "{value}");
}

fn write_id(id: ObjectId, out: &mut Vec<u8>) {
    let _ = write!(out, "{id}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::object::Stream;

    #[test]
    fn every_kind() {
        let dictionary = Dictionary::new()
            .with("A#/ b", true)
            .with("S", Object::string(&b"a(b)\\\r"[..]))
            .with("R", ObjectId::new(7))
            .with("N", vec![Object::Null, Object::Integer(-3), Object::from(0.25)]);
        let mut out = Vec::new();
        write(&Stream::new(dictionary, &b"data"[..]).into(), &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<</A#23#2F#20b true /S (a\\(b\\)\\\\\\r) /R 7 0 R /N [null -3 0.25] /Length 4>>\nstream\ndata\nendstream"
        );
    }
}
