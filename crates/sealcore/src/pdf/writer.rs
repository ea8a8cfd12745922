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

/// Appends `N G obj … endobj` and a line end.
#[cfg(test)]
pub(crate) fn write_indirect(id: ObjectId, object: &Object, out: &mut Vec<u8>) {
    write_id(id, out);
    out.extend_from_slice(b" obj\n");
    write(object, out);
    out.extend_from_slice(b"\nendobj\n");
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

const BYTE_RANGE: &[u8] = b"/ByteRange";

fn write_string(string: &PdfString, out: &mut Vec<u8>) {
    if string.hex {
        out.push(b'<');
        for byte in &string.bytes {
            let _ = write!(out, "{byte:02X}");
        }
        out.push(b'>');
        return;
    }
    // A text of somebody's own is not to look like the place of a signature's bytes: verification looks for those in every byte.
    let solidus: &[u8] = if memchr::memmem::find(&string.bytes, BYTE_RANGE).is_some() {
        b"\\057"
    } else {
        b"/"
    };
    out.push(b'(');
    for byte in &string.bytes {
        match byte {
            b'/' => out.extend_from_slice(solidus),
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
    use proptest::prelude::*;

    use super::*;
    use crate::limits::Limits;
    use crate::pdf::file::Pdf;
    use crate::pdf::object::Stream;
    use crate::pdf::parser::tests::objects_without_reals;

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

    /// A file whose object 3 is this one.
    fn file(object: &Object) -> Vec<u8> {
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
        let catalog = Dictionary::new()
            .with("Type", Object::name("Catalog"))
            .with("Pages", ObjectId::new(2));
        let pages = Dictionary::new()
            .with("Type", Object::name("Pages"))
            .with("Kids", Vec::<Object>::new())
            .with("Count", 0);
        for (number, object) in (1..).zip([&catalog.into(), &pages.into(), object]) {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
            write(object, &mut out);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        let end = format!("{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        out.extend_from_slice(end.as_bytes());
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Another reader reads what is written here, and this one what the other makes of it. Reals aside: lopdf has 32 bits
        /// for them.
        #[test]
        fn lopdf_reads_what_is_written(members in proptest::collection::vec(objects_without_reals(), 0..4)) {
            let object = Object::Array(members);
            let mut document = lopdf::Document::load_mem(&file(&object)).unwrap();
            prop_assert!(document.xref_recovery.is_none());
            let mut again = Vec::new();
            document.save_to(&mut again).unwrap();
            let pdf = Pdf::open(&again, &Limits::default()).unwrap();
            let read = pdf.latest().get(ObjectId::new(3)).unwrap();
            prop_assert_eq!(&*read, &object);
        }
    }
}
