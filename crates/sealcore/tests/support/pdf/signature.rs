//! Signatures as a foreign writer makes them: the value of /Contents comes from the caller.

use super::{Doc, Kind, Update, find, get, rfind, stream};

/// Where /Contents stands in the finished file.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// The offset of `<`.
    pub start: usize,
    /// The offset behind `>`.
    pub end: usize,
    /// The length of the file.
    pub len: usize,
    /// The offset of the last `%%EOF`.
    pub eof: usize,
    /// The length of the file before it was signed.
    pub original: usize,
}

impl Gap {
    /// The range that covers all but /Contents.
    pub fn whole(&self) -> Vec<i64> {
        numbers(&[0, self.start, self.end, self.len - self.end])
    }
}

pub fn numbers(values: &[usize]) -> Vec<i64> {
    values.iter().map(|value| *value as i64).collect()
}

/// What is to be signed, and how.
#[derive(Clone)]
pub struct Plan {
    pub name: &'static str,
    /// An empty field that is there already.
    pub field: Option<u32>,
    pub page: u32,
    pub rect: [i32; 4],
    /// P of DocMDP.
    pub certify: Option<u8>,
    /// Entries of the parameters of FieldMDP, as `/Action /All`.
    pub lock: Option<&'static str>,
    /// Bytes for the value.
    pub reserve: usize,
    pub type_name: Option<&'static str>,
    pub filter: &'static str,
    pub sub_filter: &'static str,
    /// Further entries of the signature dictionary.
    pub extra: &'static str,
    pub range: fn(&Gap) -> Vec<i64>,
    /// /Contents before /ByteRange.
    pub contents_first: bool,
    /// How the digits of /Contents are enclosed.
    pub brackets: (&'static str, &'static str),
    /// Further changes of the same increment.
    pub more: fn(&mut Update<'_>),
}

impl Plan {
    /// A seal that is seen on page 3 0 R.
    pub fn seal(name: &'static str) -> Self {
        Self {
            name,
            field: None,
            page: super::IDS.page1,
            rect: [360, 120, 480, 240],
            certify: None,
            lock: None,
            reserve: 4096,
            type_name: Some("/Sig"),
            filter: "/Adobe.PPKLite",
            sub_filter: "/adbe.pkcs7.detached",
            extra: "/Reason (approval) /Name (Unit) /M (D:20261122120000+08'00')",
            range: Gap::whole,
            contents_first: false,
            brackets: ("<", ">"),
            more: |_| {},
        }
    }

    /// A signature that is seen nowhere.
    pub fn unseen(name: &'static str) -> Self {
        Self {
            rect: [0; 4],
            ..Self::seal(name)
        }
    }

    pub fn is_seen(&self) -> bool {
        self.rect != [0; 4]
    }

    /// Signs by one increment. `value` is given the covered blocks.
    pub fn sign(&self, base: &Doc, value: &dyn Fn(&[&[u8]]) -> Vec<u8>) -> Signed {
        let mut update = Update::new(base);
        let dictionary = update.reserve();
        let digits = "0".repeat(self.reserve * 2);
        let contents = format!("/Contents {}{digits}{}", self.brackets.0, self.brackets.1);
        let range = format!("/ByteRange {RANGE_SPACE}");
        let (first, second) = if self.contents_first {
            (&contents, &range)
        } else {
            (&range, &contents)
        };
        let kind = self.type_name.map_or(String::new(), |name| format!("/Type {name} "));
        let reference = self.reference();
        let text = format!(
            "<< {kind}/Filter {} /SubFilter {} {first}\n{second} {} {reference}>>",
            self.filter, self.sub_filter, self.extra
        );
        update.set(dictionary, text);
        let (field, appearance) = self.write_field(&mut update, dictionary);
        if self.certify.is_some() {
            update.edit(base.root, "Perms", format!("<< /DocMDP {dictionary} 0 R >>"));
        }
        (self.more)(&mut update);
        let mut doc = update.finish();
        let at = doc.offset_of(dictionary);
        let start = at + find(&doc.bytes[at..], b"/Contents ").unwrap() + 10;
        let gap = Gap {
            start,
            end: start + digits.len() + self.brackets.0.len() + self.brackets.1.len(),
            len: doc.bytes.len(),
            eof: rfind(&doc.bytes, b"%%EOF").unwrap(),
            original: base.bytes.len(),
        };
        let range = (self.range)(&gap);
        put_range(&mut doc.bytes, at, &range);
        let der = value(&covered(&doc.bytes, &range));
        let hex = hex(&der);
        assert!(hex.len() <= digits.len(), "{} bytes do not fit", der.len());
        let first = start + self.brackets.0.len();
        doc.bytes[first..first + hex.len()].copy_from_slice(hex.as_bytes());
        doc.objects.insert(dictionary, (0, body_at(&doc.bytes, at)));
        Signed {
            doc,
            base: base.clone(),
            field,
            dictionary,
            appearance,
            gap,
            der,
        }
    }

    fn reference(&self) -> String {
        let method = |name: &str, entries: &str| {
            format!(
                "<< /Type /SigRef /TransformMethod /{name} /TransformParams << /Type /TransformParams {entries} /V /1.2 >> >>"
            )
        };
        let certify = self.certify.map(|p| method("DocMDP", &format!("/P {p}")));
        let lock = self.lock.map(|entries| method("FieldMDP", entries));
        let all: Vec<String> = certify.into_iter().chain(lock).collect();
        if all.is_empty() {
            String::new()
        } else {
            format!("/Reference [{}] ", all.join(" "))
        }
    }

    fn write_field(&self, update: &mut Update<'_>, dictionary: u32) -> (u32, Option<u32>) {
        let form = super::IDS.form;
        update.edit(form, "SigFlags", "3");
        let appearance = self.is_seen().then(|| {
            let draw = b"1 0 0 RG 4 w 4 4 112 112 re S BT 1 0 0 rg /F1 24 Tf 20 50 Td (SEAL) Tj ET";
            let entries = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 120 120] /Resources << /Font << /F1 {} 0 R >> >>",
                super::IDS.font
            );
            update.add(stream(&entries, draw))
        });
        let field = match self.field {
            Some(field) => {
                update.edit(field, "V", format!("{dictionary} 0 R"));
                field
            }
            None => {
                let [left, bottom, right, top] = self.rect;
                let field = update.add(format!(
                    "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) /V {dictionary} 0 R /P {} 0 R /Rect [{left} {bottom} {right} {top}] /F 132 /MK << /R 0 >> >>",
                    self.name, self.page
                ));
                update.push(form, "Fields", &format!("{field} 0 R"));
                update.push(self.page, "Annots", &format!("{field} 0 R"));
                field
            }
        };
        if let Some(appearance) = appearance {
            update.edit(field, "AP", format!("<< /N {appearance} 0 R >>"));
        }
        (field, appearance)
    }
}

/// Room for any range that the tests write.
const RANGE_SPACE: &str = "[0 0000000000 0000000000 0000000000 0000000000 0000000000]";

/// Writes the range of the dictionary at `at` into the room left for it.
pub fn put_range(bytes: &mut [u8], at: usize, range: &[i64]) {
    let words: Vec<String> = range.iter().map(ToString::to_string).collect();
    let text = format!("{:width$}", format!("[{}]", words.join(" ")), width = RANGE_SPACE.len());
    assert_eq!(text.len(), RANGE_SPACE.len(), "{text} is too long");
    let start = at + find(&bytes[at..], b"/ByteRange [").unwrap() + 11;
    bytes[start..start + text.len()].copy_from_slice(text.as_bytes());
}

/// The blocks that a reader digests that takes the numbers for what they are.
fn covered<'a>(bytes: &'a [u8], range: &[i64]) -> Vec<&'a [u8]> {
    let clamp = |value: i64| usize::try_from(value.max(0)).unwrap().min(bytes.len());
    range
        .chunks(2)
        .map(|pair| {
            let start = clamp(pair[0]);
            let length = pair.get(1).copied().unwrap_or(0);
            &bytes[start..clamp(pair[0].saturating_add(length)).max(start)]
        })
        .collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The body of the object at `at`, whatever its syntax has become.
fn body_at(bytes: &[u8], at: usize) -> Vec<u8> {
    let start = at + find(&bytes[at..], b" obj\n").unwrap() + 5;
    bytes[start..start + find(&bytes[start..], b"\nendobj").unwrap()].to_vec()
}

/// A signed file, and where its signature is.
#[derive(Clone, Debug)]
pub struct Signed {
    pub doc: Doc,
    /// The file before it was signed.
    pub base: Doc,
    pub field: u32,
    pub dictionary: u32,
    pub appearance: Option<u32>,
    pub gap: Gap,
    /// The value, without what fills /Contents up.
    pub der: Vec<u8>,
}

impl Signed {
    /// Finds the newest signature in what another writer made of `base` by appending.
    pub fn find(base: &Doc, bytes: Vec<u8>) -> Self {
        let doc = base.absorb(bytes);
        let is_new = |number: &u32, body: &[u8]| base.objects.get(number).is_none_or(|(_, old)| old != body);
        let (dictionary, _) = doc
            .objects
            .iter()
            .rev()
            .find(|(number, (_, body))| {
                body.starts_with(b"<<") && get(body, "ByteRange").is_some() && is_new(number, body)
            })
            .expect("no signature dictionary");
        let named = format!("{dictionary} 0 R");
        let (field, (_, body)) = doc
            .objects
            .iter()
            .find(|(_, (_, body))| body.starts_with(b"<<") && get(body, "V") == Some(named.as_bytes()))
            .expect("no field");
        let appearance = super::get_path(body, "AP/N")
            .and_then(|value| String::from_utf8_lossy(value).split(' ').next()?.parse().ok());
        let at = doc.offset_of(*dictionary);
        let start = at + find(&doc.bytes[at..], b"/Contents").unwrap();
        let start = start + find(&doc.bytes[start..], b"<").unwrap();
        let end = start + find(&doc.bytes[start..], b">").unwrap() + 1;
        let gap = Gap {
            start,
            end,
            len: doc.bytes.len(),
            eof: rfind(&doc.bytes, b"%%EOF").unwrap(),
            original: base.bytes.len(),
        };
        let digits = &doc.bytes[start + 1..end - 1];
        let der = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let (field, dictionary) = (*field, *dictionary);
        Self {
            doc,
            base: base.clone(),
            field,
            dictionary,
            appearance,
            gap,
            der,
        }
    }

    pub fn is_table(&self) -> bool {
        self.doc.kind != Kind::Stream
    }

    /// The file with one increment more.
    pub fn then(&self, write: impl FnOnce(&mut Update<'_>)) -> Vec<u8> {
        self.doc.increment(write).bytes
    }
}
