//! Small documents to be signed, of each kind of cross-reference.

use std::fmt::Write as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Stream,
    /// A table with `/XRefStm`, whose stream names the form of the catalog.
    Hybrid,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Table, Kind::Stream, Kind::Hybrid];

/// What a document is made of.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) kind: Kind,
    pub(crate) pages: usize,
    /// Entries of every page besides its type and parent.
    pub(crate) page: String,
    /// Entries of the catalog besides its type and pages.
    pub(crate) catalog: String,
    /// Objects from 100 on.
    pub(crate) objects: Vec<(u32, String)>,
    /// Entries of the trailer besides size and root.
    pub(crate) trailer: String,
}

impl Base {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            pages: 1,
            page: "/MediaBox [0 0 595 842]".to_owned(),
            catalog: String::new(),
            objects: Vec::new(),
            trailer: "/ID [<00112233> <44556677>]".to_owned(),
        }
    }

    pub(crate) fn pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    pub(crate) fn page(mut self, page: &str) -> Self {
        self.page = page.to_owned();
        self
    }

    pub(crate) fn catalog(mut self, catalog: &str) -> Self {
        self.catalog = catalog.to_owned();
        self
    }

    pub(crate) fn object(mut self, number: u32, body: &str) -> Self {
        self.objects.push((number, body.to_owned()));
        self
    }

    /// The object number of a page, counted from 0.
    pub(crate) fn page_number(index: usize) -> u32 {
        u32::try_from(10 + index).unwrap()
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let mut kids = String::new();
        let mut objects = self.objects.clone();
        for index in 0..self.pages {
            let number = Self::page_number(index);
            write!(kids, "{number} 0 R ").unwrap();
            objects.push((number, format!("<</Type /Page /Parent 2 0 R {}>>", self.page)));
        }
        objects.push((1, format!("<</Type /Catalog /Pages 2 0 R {}>>", self.catalog)));
        objects.push((2, format!("<</Type /Pages /Count {} /Kids [{kids}]>>", self.pages)));
        objects.sort();
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut offsets = Vec::new();
        for (number, body) in &objects {
            offsets.push((*number, file.len()));
            file.extend(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        }
        match self.kind {
            Kind::Table => self.table(&mut file, &offsets, ""),
            Kind::Stream => {
                let start = self.stream(&mut file, &mut offsets);
                file.extend(format!("startxref\n{start}\n%%EOF\n").as_bytes());
            }
            Kind::Hybrid => {
                let mut in_stream = vec![offsets[0]];
                let start = self.stream(&mut file, &mut in_stream);
                self.table(&mut file, &offsets, &format!("/XRefStm {start}"));
            }
        }
        file
    }

    fn table(&self, file: &mut Vec<u8>, offsets: &[(u32, usize)], more: &str) {
        let start = file.len();
        let mut table = "xref\n0 1\n0000000000 65535 f\r\n".to_owned();
        for (number, offset) in offsets {
            write!(table, "{number} 1\n{offset:010} 00000 n\r\n").unwrap();
        }
        let trailer = &self.trailer;
        write!(
            table,
            "trailer\n<</Size 1000 /Root 1 0 R {trailer} {more}>>\nstartxref\n{start}\n%%EOF\n"
        )
        .unwrap();
        file.extend(table.as_bytes());
    }

    fn stream(&self, file: &mut Vec<u8>, offsets: &mut Vec<(u32, usize)>) -> usize {
        let start = file.len();
        offsets.push((999, start));
        let (mut index, mut rows) = (String::new(), Vec::new());
        for (number, offset) in offsets.iter() {
            write!(index, "{number} 1 ").unwrap();
            rows.push(1);
            rows.extend(u32::try_from(*offset).unwrap().to_be_bytes());
            rows.extend([0, 0]);
        }
        let (length, trailer) = (rows.len(), &self.trailer);
        file.extend(
            format!(
                "999 0 obj\n<</Type /XRef /Size 1000 /Root 1 0 R {trailer} /W [1 4 2] /Index [{index}] /Length {length}>>\nstream\n"
            )
            .as_bytes(),
        );
        file.extend(rows);
        file.extend(b"\nendstream\nendobj\n");
        start
    }
}
