//! One increment, sound by default; each part of it can be left out or made wrong.

use super::section::write_object;
use super::{Doc, Entry, ID, Kind, get_path, remove_path, set_path, write_table, write_xref_stream};

/// An increment that is being put together.
pub struct Update<'a> {
    pub doc: &'a Doc,
    objects: Vec<(u32, u16, Vec<u8>)>,
    /// Entries beside those of the objects written here.
    pub entries: Vec<(u32, Entry)>,
    /// Objects written here that the cross-reference does not list.
    pub unlisted: Vec<u32>,
    trailer: Vec<(String, Option<String>)>,
    pub kind: Kind,
    /// /Prev, where it is not the last section.
    pub prev: Option<i64>,
    /// What startxref says, where it is not the truth.
    pub startxref: Option<i64>,
    pub has_xref: bool,
    pub has_trailer: bool,
    pub has_startxref: bool,
    pub has_eof: bool,
    /// Bytes before the first object.
    pub before: Vec<u8>,
    /// Bytes between the objects and the cross-reference.
    pub between: Vec<u8>,
    /// Bytes behind the end.
    pub after: Vec<u8>,
    next: u32,
}

impl<'a> Update<'a> {
    pub fn new(doc: &'a Doc) -> Self {
        Self {
            doc,
            objects: Vec::new(),
            entries: Vec::new(),
            unlisted: Vec::new(),
            trailer: Vec::new(),
            kind: if doc.kind == Kind::Stream {
                Kind::Stream
            } else {
                Kind::Table
            },
            prev: None,
            startxref: None,
            has_xref: true,
            has_trailer: true,
            has_startxref: true,
            has_eof: true,
            before: Vec::new(),
            between: Vec::new(),
            after: Vec::new(),
            next: doc.size,
        }
    }

    /// The object as this increment leaves it.
    pub fn body(&self, number: u32) -> Vec<u8> {
        let own = self.objects.iter().rfind(|(other, ..)| *other == number);
        own.map_or_else(|| self.doc.body(number).to_vec(), |(.., body)| body.clone())
    }

    pub fn set(&mut self, number: u32, body: impl AsRef<[u8]>) {
        let generation = self.doc.objects.get(&number).map_or(0, |(generation, _)| *generation);
        self.set_generation(number, generation, body);
    }

    pub fn set_generation(&mut self, number: u32, generation: u16, body: impl AsRef<[u8]>) {
        self.objects.retain(|(other, ..)| *other != number);
        self.objects.push((number, generation, body.as_ref().to_vec()));
        self.next = self.next.max(number + 1);
    }

    /// Adds an object and gives its number.
    pub fn add(&mut self, body: impl AsRef<[u8]>) -> u32 {
        let number = self.reserve();
        self.set(number, body);
        number
    }

    /// A number that no object has yet.
    pub fn reserve(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Sets the value at a path of keys in an object's dictionary.
    pub fn edit(&mut self, number: u32, path: &str, value: impl AsRef<[u8]>) {
        let body = set_path(&self.body(number), path, value.as_ref());
        self.set(number, body);
    }

    pub fn remove(&mut self, number: u32, path: &str) {
        let body = remove_path(&self.body(number), path);
        self.set(number, body);
    }

    /// Puts a value at the end of an array, which may be missing.
    pub fn push(&mut self, number: u32, path: &str, value: &str) {
        let body = self.body(number);
        let before = get_path(&body, path).map_or("[ ]".to_owned(), |old| String::from_utf8_lossy(old).into_owned());
        let open = before
            .trim_end()
            .strip_suffix(']')
            .unwrap_or_else(|| panic!("{path} is no array: {before}"));
        self.edit(number, path, format!("{open} {value}]"));
    }

    pub fn free(&mut self, number: u32) {
        let generation = self.doc.objects.get(&number).map_or(0, |(generation, _)| *generation);
        self.entries.push((
            number,
            Entry::Free {
                next: 0,
                generation: generation + 1,
            },
        ));
    }

    /// Sets a key of the trailer; `None` leaves it out.
    pub fn trailer(&mut self, key: &str, value: Option<&str>) {
        self.trailer.push((key.to_owned(), value.map(str::to_owned)));
    }

    /// The number that `/Root` names after this increment.
    fn root(&self) -> u32 {
        let named = self
            .trailer
            .iter()
            .rev()
            .find(|(key, _)| key == "Root")
            .and_then(|(_, value)| value.as_deref());
        named
            .and_then(|value| value.split(' ').next()?.parse().ok())
            .unwrap_or(self.doc.root)
    }

    fn trailer_text(&self, size: u32) -> String {
        let mut entries = vec![
            ("Size".to_owned(), size.to_string()),
            ("Root".to_owned(), format!("{} 0 R", self.doc.root)),
        ];
        entries.extend(self.doc.info.map(|info| ("Info".to_owned(), format!("{info} 0 R"))));
        let prev = self.prev.unwrap_or(self.doc.startxref as i64);
        entries.push(("Prev".to_owned(), prev.to_string()));
        entries.push((
            "ID".to_owned(),
            ID.replacen("eeff>]", &format!("{:04x}>]", self.doc.bytes.len() & 0xFFFF), 1),
        ));
        for (key, value) in &self.trailer {
            entries.retain(|(other, _)| other != key);
            entries.extend(value.as_ref().map(|value| (key.clone(), value.clone())));
        }
        let words: Vec<String> = entries.iter().map(|(key, value)| format!("/{key} {value}")).collect();
        words.join(" ")
    }

    pub fn finish(self) -> Doc {
        let mut doc = self.doc.clone();
        let mut entries = self.entries.clone();
        if doc.bytes.last() != Some(&b'\n') {
            doc.bytes.push(b'\n');
        }
        let out = &mut doc.bytes;
        out.extend_from_slice(&self.before);
        for (number, generation, body) in &self.objects {
            let offset = write_object(out, *number, *generation, body);
            if !self.unlisted.contains(number) {
                entries.push((
                    *number,
                    Entry::Used {
                        offset,
                        generation: *generation,
                    },
                ));
            }
            doc.objects.insert(*number, (*generation, body.clone()));
        }
        for (number, entry) in &self.entries {
            if matches!(entry, Entry::Free { .. }) {
                doc.objects.remove(number);
            }
        }
        out.extend_from_slice(&self.between);
        entries.sort_by_key(|(number, _)| *number);
        doc.size = doc.size.max(self.next);
        let mut start = out.len();
        if self.has_xref {
            if self.kind == Kind::Stream {
                let number = doc.size;
                doc.size += 1;
                start = write_xref_stream(out, number, &entries, &self.trailer_text(doc.size));
            } else {
                let trailer = self.trailer_text(doc.size);
                start = write_table(out, &entries, self.has_trailer.then_some(trailer.as_str()));
            }
        }
        if self.has_startxref {
            let told = self
                .startxref
                .map_or_else(|| start.to_string(), |told| told.to_string());
            out.extend_from_slice(format!("startxref\n{told}\n").as_bytes());
        }
        if self.has_eof {
            out.extend_from_slice(b"%%EOF\n");
        }
        out.extend_from_slice(&self.after);
        doc.startxref = start;
        doc.root = self.root();
        doc
    }
}
