//! What OFD.xml leads a reader to: document roots, pages, and everything that is displayed or reachable from them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::page_scan::PageScan;
use super::parts::{Located, Parts};
use super::path::PackagePath;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::placement::Boundary;
use crate::report::{Code, Finding};
use crate::text;
use crate::xml::{Element, Xml};

/// A page box where a document states none: A4 upright.
const DEFAULT_BOX: Boundary = Boundary::new(0.0, 0.0, 210.0, 297.0);

/// What a file is to a reader of the document, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// A document root or a page's own content.
    Page,
    /// Templates, resources, annotations, attachments, tags, extensions, versions.
    Content,
    /// OFD.xml.
    Entry,
    /// A list of signatures.
    List,
}

/// The structure of a package.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// What each entry that is led to is.
    pub(crate) roles: BTreeMap<usize, Role>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) findings: Vec<Finding>,
}

/// One DocBody of OFD.xml.
#[derive(Debug)]
pub(crate) struct Body {
    /// The path of the document root, where it is there.
    pub(crate) root: Option<PackagePath>,
    /// The list of signatures: where OFD.xml says it is.
    pub(crate) list: Option<ListLocation>,
    pub(crate) pages: Vec<Page>,
}

/// Where a DocBody puts its list of signatures.
#[derive(Debug)]
pub(crate) struct ListLocation {
    pub(crate) path: PackagePath,
    /// The entry, where it is there.
    pub(crate) entry: Option<usize>,
}

/// A page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: String,
    /// The entry of its content, where it is there.
    pub(crate) content: Option<usize>,
    /// Its size, in millimetres.
    pub(crate) area: Boundary,
    /// Entries of the templates that it shows.
    pub(crate) templates: Vec<usize>,
}

impl Structure {
    /// Walks a package from OFD.xml.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] when there is no readable OFD.xml. What is missing or unreadable further on becomes a finding.
    pub(crate) fn read(parts: &Parts<'_, '_>) -> Result<Self> {
        let mut walk = Walk {
            parts,
            structure: Self::default(),
            page_count: 0,
            scanned: HashMap::new(),
            listed: HashSet::new(),
            missing: HashSet::new(),
        };
        walk.run()?;
        walk.count_missing();
        Ok(walk.structure)
    }

    /// The entry of OFD.xml.
    pub(crate) fn locate_entry(parts: &Parts<'_, '_>) -> Result<(usize, PackagePath)> {
        let no_ofd = || {
            Error::new(
                ErrorKind::Format,
                text!("the package has no OFD.xml", "包内没有 OFD.xml"),
            )
        };
        match parts.locate(&PackagePath::root(), "/OFD.xml") {
            Located::Entry(index, path) => Ok((index, path)),
            _ => Err(no_ofd()),
        }
    }
}

struct Walk<'w, 'p, 's> {
    parts: &'w Parts<'p, 's>,
    structure: Structure,
    /// Pages of all bodies.
    page_count: usize,
    /// Pages and templates that were read: each is read once, however many elements name it.
    scanned: HashMap<usize, PageScan>,
    /// Resource files and lists that were read, and as what.
    listed: HashSet<(usize, &'static str)>,
    /// Resources that are missing, by the file that names them.
    missing: HashSet<(PackagePath, String)>,
}

/// Missing resources that are told one by one; the rest are counted.
const MISSING_TOLD: usize = 32;

impl Walk<'_, '_, '_> {
    fn run(&mut self) -> Result<()> {
        let (entry, path) = Structure::locate_entry(self.parts)?;
        self.structure.roles.insert(entry, Role::Entry);
        let xml = self.parts.xml(entry)?;
        let root = xml.root();
        if root.name() != "OFD" {
            return Err(root
                .error(text!("the root is not OFD", "根元素不是 OFD"))
                .in_part("/OFD.xml"));
        }
        let bodies: Vec<_> = root.children_named("DocBody").collect();
        if bodies.is_empty() {
            return Err(root
                .error(text!("OFD.xml has no DocBody", "OFD.xml 缺少 DocBody"))
                .in_part("/OFD.xml"));
        }
        for body in bodies {
            self.body(&body, &path)?;
        }
        Ok(())
    }

    fn body(&mut self, body: &Element<'_>, ofd: &PackagePath) -> Result<()> {
        self.single(body, "DocRoot", ofd);
        self.single(body, "Signatures", ofd);
        self.single(body, "Versions", ofd);
        let list = body
            .child_text("Signatures")
            .filter(|loc| !loc.is_empty())
            .and_then(|loc| match self.parts.locate(ofd, &loc) {
                Located::Entry(index, path) => {
                    self.role(index, Role::List);
                    Some(ListLocation {
                        path,
                        entry: Some(index),
                    })
                }
                Located::Missing(path) => Some(ListLocation { path, entry: None }),
                Located::Escapes => {
                    self.escapes(&loc, ofd);
                    None
                }
            });
        for cover in body
            .children_named("DocInfo")
            .filter_map(|info| info.child_text("Cover"))
        {
            self.follow(ofd, &cover, Role::Content);
        }
        let versions = body.children_named("Versions");
        for version in versions.flat_map(|all| all.children_named("Version")) {
            if let Some(loc) = version.attribute("BaseLoc") {
                self.lists(ofd, &loc, &["File", "DocRoot"]);
            }
        }
        let mut read = Body {
            root: None,
            list,
            pages: Vec::new(),
        };
        let loc = body.child_text("DocRoot").unwrap_or_default();
        if let Some((index, path)) = self.require(ofd, &loc, Role::Page) {
            match self.parts.xml(index) {
                Ok(xml) => read.pages = self.document(&xml, &path)?,
                Err(error) => self.unreadable(error)?,
            }
            read.root = Some(path);
        }
        self.structure.bodies.push(read);
        Ok(())
    }

    fn document(&mut self, xml: &Xml, path: &PackagePath) -> Result<Vec<Page>> {
        let root = xml.root();
        self.single(&root, "CommonData", path);
        self.single(&root, "Pages", path);
        let area = root.child("CommonData").and_then(|common| page_area(&common));
        let area = area.unwrap_or(DEFAULT_BOX);
        let mut templates = HashMap::new();
        for element in root.children_named("CommonData").flat_map(|common| common.children()) {
            match element.name() {
                "PublicRes" | "DocumentRes" => self.resource(path, &element.text())?,
                "TemplatePage" => {
                    let loc = element.attribute("BaseLoc").unwrap_or_default();
                    if let Some((index, path)) = self.follow(path, &loc, Role::Content) {
                        self.scan_page(index, &path)?;
                        templates.insert(element.attribute("ID").unwrap_or_default().into_owned(), index);
                    }
                }
                _ => {}
            }
        }
        for element in root.children() {
            match element.name() {
                "Annotations" | "Attachments" | "CustomTags" | "Extensions" => {
                    self.lists(path, &element.text(), &["FileLoc", "SchemaLoc", "ExtendData"]);
                }
                _ => {}
            }
        }
        let mut pages = Vec::new();
        for element in root.children_named("Pages").flat_map(|all| all.children_named("Page")) {
            self.page_count += 1;
            let limits = self.parts.limits();
            limits.check(self.page_count, limits.pages, "pages", "页数")?;
            let mut page = Page {
                id: element.attribute("ID").unwrap_or_default().trim().to_owned(),
                content: None,
                area,
                templates: Vec::new(),
            };
            let loc = element.attribute("BaseLoc").unwrap_or_default();
            if let Some((index, content)) = self.require(path, &loc, Role::Page) {
                page.content = Some(index);
                let scan = self.scan_page(index, &content)?;
                page.area = scan.area.unwrap_or(area);
                page.templates = scan
                    .templates
                    .iter()
                    .filter_map(|id| templates.get(id).copied())
                    .collect();
            }
            pages.push(page);
        }
        Ok(pages)
    }

    /// Reads what a page or template says outside its graphics: its area, templates and resources.
    fn scan_page(&mut self, index: usize, path: &PackagePath) -> Result<PageScan> {
        if let Some(known) = self.scanned.get(&index) {
            return Ok(known.clone());
        }
        let scan = self
            .parts
            .bytes(index)
            .and_then(|bytes| PageScan::read(&bytes, self.parts.limits()));
        let scan = match scan {
            Ok(scan) => scan,
            Err(error) => {
                self.unreadable(error.in_part(path.as_str()))?;
                PageScan::default()
            }
        };
        self.scanned.insert(index, scan.clone());
        for loc in &scan.resources {
            self.resource(path, loc)?;
        }
        Ok(scan)
    }

    /// A resource file and the files that it names.
    fn resource(&mut self, base: &PackagePath, loc: &str) -> Result<()> {
        let Some((index, path)) = self.follow(base, loc, Role::Content) else {
            return Ok(());
        };
        if !self.listed.insert((index, "Res")) {
            return Ok(());
        }
        let xml = match self.parts.xml(index) {
            Ok(xml) => xml,
            Err(error) => return self.unreadable(error),
        };
        let root = xml.root();
        let folder = root.attribute("BaseLoc").unwrap_or_default();
        let folder = format!("{}/", folder.trim().trim_end_matches('/'));
        for element in root.descendants() {
            let loc = match element.name() {
                "MediaFile" | "FontFile" => element.text(),
                "ColorSpace" => element.attribute("Profile").unwrap_or_default().into_owned(),
                _ => continue,
            };
            if loc.is_empty() {
                continue;
            }
            let inside = if loc.starts_with('/') || folder == "/" {
                loc.clone()
            } else {
                format!("{folder}{loc}")
            };
            // Readers differ in whether BaseLoc counts; whatever one of them shows is displayed.
            let found = [inside.as_str(), loc.as_str()].map(|loc| self.try_follow(&path, loc));
            if !found.contains(&true) {
                self.missing_resource(&path, &loc);
            }
        }
        Ok(())
    }

    /// A file that lists others in elements of these names, directly or in a file of the same kind.
    fn lists(&mut self, base: &PackagePath, loc: &str, names: &[&'static str]) {
        let Some((index, path)) = self.follow(base, loc, Role::Content) else {
            return;
        };
        if names.first().is_none_or(|kind| !self.listed.insert((index, kind))) {
            return;
        }
        // What is no XML lists nothing: an attachment of any type may stand here.
        let Ok(xml) = self.parts.xml(index) else { return };
        for element in xml
            .root()
            .descendants()
            .filter(|element| names.contains(&element.name()))
        {
            let loc = element.text();
            if !loc.is_empty() && !self.try_follow(&path, &loc) {
                self.missing_resource(&path, &loc);
            }
        }
    }

    /// A document root or page, which a document can't do without.
    fn require(&mut self, base: &PackagePath, loc: &str, role: Role) -> Option<(usize, PackagePath)> {
        match self.parts.locate(base, loc) {
            Located::Entry(index, path) if !loc.trim().is_empty() => {
                self.role(index, role);
                Some((index, path))
            }
            Located::Escapes => {
                self.escapes(loc, base);
                None
            }
            _ => {
                self.structure
                    .findings
                    .push(Finding::new(Code::DocumentPartMissing).with(text!(
                        "{base} leads to “{loc}”, which is missing",
                        "{base} 所指的“{loc}”缺失"
                    )));
                None
            }
        }
    }

    fn follow(&mut self, base: &PackagePath, loc: &str, role: Role) -> Option<(usize, PackagePath)> {
        if loc.trim().is_empty() {
            return None;
        }
        match self.parts.locate(base, loc) {
            Located::Entry(index, path) => {
                self.role(index, role);
                Some((index, path))
            }
            Located::Missing(_) => {
                self.missing_resource(base, loc);
                None
            }
            Located::Escapes => {
                self.escapes(loc, base);
                None
            }
        }
    }

    fn try_follow(&mut self, base: &PackagePath, loc: &str) -> bool {
        match self.parts.locate(base, loc) {
            Located::Entry(index, _) => {
                self.role(index, Role::Content);
                true
            }
            Located::Missing(_) => false,
            Located::Escapes => {
                self.escapes(loc, base);
                true
            }
        }
    }

    fn role(&mut self, index: usize, role: Role) {
        let known = self.structure.roles.entry(index).or_insert(role);
        *known = (*known).min(role);
    }

    /// An element that may come once: readers differ in which of two they take, and in the pieces of a text that a comment
    /// cuts.
    fn single(&mut self, parent: &Element<'_>, name: &'static str, part: &PackagePath) {
        let is_location = matches!(name, "DocRoot" | "Signatures");
        if is_location && parent.children_named(name).any(|element| element.is_pieced()) {
            self.structure.findings.push(
                Finding::new(Code::DocumentAmbiguous)
                    .with(text!(
                        "the text of {name} in {part} is cut into pieces, of which readers take different ones",
                        "{part} 中 {name} 的文本被拆分，不同阅读器读取的结果不同"
                    ))
                    .in_part(part.as_str()),
            );
        }
        if parent.children_named(name).count() > 1 {
            self.structure.findings.push(
                Finding::new(Code::DocumentAmbiguous)
                    .with(text!(
                        "{name} stands more than once in {part}",
                        "{part} 中 {name} 出现多次"
                    ))
                    .in_part(part.as_str()),
            );
        }
    }

    fn missing_resource(&mut self, base: &PackagePath, loc: &str) {
        if self.missing.insert((base.clone(), loc.to_owned())) && self.missing.len() <= MISSING_TOLD {
            self.structure
                .findings
                .push(Finding::new(Code::DocumentResourceMissing).with(text!(
                    "{base} names “{loc}”, which is missing",
                    "{base} 所指的资源“{loc}”缺失"
                )));
        }
    }

    fn count_missing(&mut self) {
        if let Some(more) = self.missing.len().checked_sub(MISSING_TOLD).filter(|more| *more > 0) {
            self.structure.findings.push(
                Finding::new(Code::DocumentResourceMissing)
                    .with(text!("{more} more resources are missing", "另有 {more} 个资源缺失")),
            );
        }
    }

    fn escapes(&mut self, loc: &str, base: &PackagePath) {
        self.structure
            .findings
            .push(Finding::new(Code::DocumentPathEscapes).with(text!(
                "“{loc}” in {base} leads out of the package",
                "{base} 中的“{loc}”指向包外"
            )));
    }

    fn unreadable(&mut self, error: Error) -> Result<()> {
        if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Cancelled | ErrorKind::Io) {
            return Err(error);
        }
        let zh = error.describe(Lang::Zh);
        self.structure
            .findings
            .push(Finding::new(Code::DocumentPartUnreadable).with(text!("cannot be read: {error}", "无法读取：{zh}")));
        Ok(())
    }
}

pub(super) fn page_area(parent: &Element<'_>) -> Option<Boundary> {
    let area = parent.child(if parent.name() == "CommonData" {
        "PageArea"
    } else {
        "Area"
    })?;
    area.child_text("PhysicalBox").and_then(|text| Boundary::parse(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::monitor::Unwatched;
    use crate::ofd::package::{Archive, ArchiveWriter, DosTime, Method};

    #[test]
    fn a_resource_file_that_many_pages_name_is_read_once() {
        let mut files = vec![
            (
                "OFD.xml".to_owned(),
                "<OFD><DocBody><DocRoot>Doc.xml</DocRoot></DocBody></OFD>".to_owned(),
            ),
            ("Res.xml".to_owned(), {
                let media: String = (0..3000)
                    .map(|number| format!("<MultiMedia><MediaFile>{}.png</MediaFile></MultiMedia>", number / 2))
                    .collect();
                format!("<Res><MultiMedias>{media}</MultiMedias></Res>")
            }),
        ];
        let mut pages = String::new();
        for page in 0..200 {
            pages.push_str(&format!("<Page ID=\"{page}\" BaseLoc=\"{page}.xml\"/>"));
            files.push((
                format!("{page}.xml"),
                "<Page><PageRes>Res.xml</PageRes></Page>".to_owned(),
            ));
        }
        files.push((
            "Doc.xml".to_owned(),
            format!("<Document><Pages>{pages}</Pages></Document>"),
        ));
        let mut writer = ArchiveWriter::new(Vec::new());
        for (name, text) in &files {
            let path = PackagePath::from_entry_name(name).unwrap();
            writer
                .add(&path, text.as_bytes(), Method::Deflated, DosTime::EARLIEST)
                .unwrap();
        }
        let bytes = writer.finish().unwrap();
        let limits = Limits {
            inflated_bytes: files.iter().map(|(_, text)| text.len() as u64).sum(),
            ..Limits::default()
        };
        let archive = Archive::open(&bytes, &limits).unwrap();
        let structure = Structure::read(&Parts::new(&archive, &limits, &Unwatched)).unwrap();
        assert_eq!(structure.findings.len(), MISSING_TOLD + 1);
        assert_eq!(structure.roles.len(), 203);
    }
}
