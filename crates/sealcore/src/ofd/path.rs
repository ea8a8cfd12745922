//! Paths inside a package: one canonical form, whatever way an entry name or an `ST_Loc` spells it.

use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

/// A path from the root of the package, as in `/Doc_0/Pages/Page_0/Content.xml`: one leading slash, no empty segment, no
/// `.` or `..`, no trailing slash. The root itself is `/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackagePath(Arc<str>);

/// A path that names no place inside the package: it climbs above the root, has a drive letter, a NUL, a network name, or
/// a segment that file systems take for `..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escape;

/// White space of XML, which may surround an `ST_Loc`.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

const SLASHES: [char; 2] = ['/', '\\'];

impl PackagePath {
    /// The root of the package.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from("/"))
    }

    /// The place that a ZIP entry's name means. Leading slashes, `./` and doubled slashes fall away; a backslash counts as a
    /// slash, since it is one to some readers.
    ///
    /// # Errors
    /// [`Escape`] when the name leads out of the package.
    pub fn from_entry_name(name: &str) -> Result<Self, Escape> {
        join("", name)
    }

    /// The place that `loc` means in the file `self`: from the root with a leading slash, else from the folder of `self`.
    /// Percent signs are taken literally: see [`Self::resolve_unescaped`].
    ///
    /// # Errors
    /// [`Escape`] when it leads out of the package.
    pub fn resolve(&self, loc: &str) -> Result<Self, Escape> {
        let loc = loc.trim_matches(SPACE);
        join(
            if loc.starts_with(SLASHES) {
                ""
            } else {
                self.folder_str()
            },
            loc,
        )
    }

    /// As [`Self::resolve`], with percent escapes decoded: the second candidate, for when nothing has the literal path.
    /// `None` when `loc` has no escapes that decode to UTF-8.
    ///
    /// # Errors
    /// [`Escape`] when it leads out of the package.
    pub fn resolve_unescaped(&self, loc: &str) -> Option<Result<Self, Escape>> {
        unescape(loc).map(|loc| self.resolve(&loc))
    }

    /// The path with its leading slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as ZIP entries are named: without the leading slash.
    #[must_use]
    pub fn entry_name(&self) -> &str {
        self.0.strip_prefix('/').unwrap_or(&self.0)
    }

    /// The last segment; empty for the root.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The folder that holds it; the root's is the root.
    #[must_use]
    pub fn folder(&self) -> Self {
        match self.folder_str() {
            "" => Self::root(),
            folder => Self(Arc::from(folder)),
        }
    }

    /// Whether it is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        &*self.0 == "/"
    }

    /// What case-blind and normalising file systems take for the same path: Unicode NFC, lower case, no dots or spaces at
    /// the end of a segment.
    #[must_use]
    pub fn fold(&self) -> String {
        // Lower case can undo composition and the reverse, so normalise on both sides of it.
        let lower = if self.0.is_ascii() {
            self.0.to_ascii_lowercase()
        } else {
            self.0.nfc().collect::<String>().to_lowercase().nfc().collect()
        };
        if !lower.contains(". ") && !lower.contains("./") && !lower.contains(" /") && !lower.ends_with(['.', ' ']) {
            return lower;
        }
        let segments: Vec<&str> = lower
            .split('/')
            .map(|segment| segment.trim_end_matches(['.', ' ']))
            .collect();
        segments.join("/")
    }

    fn folder_str(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for PackagePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path leads out of the package")
    }
}

impl std::error::Error for Escape {}

/// Walks `relative` from `folder`, which is canonical and without its trailing slash.
fn join(folder: &str, relative: &str) -> Result<PackagePath, Escape> {
    if relative.contains('\0') || relative.starts_with("\\\\") {
        return Err(Escape);
    }
    let mut segments = relative
        .split(SLASHES)
        .filter(|segment| !segment.is_empty() && *segment != ".")
        .peekable();
    if segments.peek().is_some_and(|first| has_drive(first)) {
        return Err(Escape);
    }
    let mut path = String::with_capacity(folder.len() + relative.len() + 1);
    path.push_str(folder);
    for segment in segments {
        if segment == ".." {
            let parent = path.rfind('/').ok_or(Escape)?;
            path.truncate(parent);
        } else if segment.starts_with("..") && segment.trim_end_matches(['.', ' ']).is_empty() {
            // Windows drops dots and spaces at the end of a segment.
            return Err(Escape);
        } else {
            path.push('/');
            path.push_str(segment);
        }
    }
    // `a/../C:/x` has its drive at the front only now.
    if path.get(1..).is_some_and(has_drive) {
        return Err(Escape);
    }
    if path.is_empty() {
        path.push('/');
    }
    Ok(PackagePath(Arc::from(path)))
}

fn has_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn unescape(loc: &str) -> Option<String> {
    if !loc.contains('%') {
        return None;
    }
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(loc.len());
    let mut rest = loc.as_bytes();
    let mut found = false;
    while let Some((first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, after @ ..]) => digit(high).zip(digit(low)).map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, tail));
        found |= escaped.is_some();
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok().filter(|_| found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(name: &str) -> String {
        PackagePath::from_entry_name(name).unwrap().to_string()
    }

    #[test]
    fn entry_names_become_canonical() {
        for name in [
            "Doc_0/a.xml",
            "/Doc_0/a.xml",
            "//Doc_0/a.xml",
            "./Doc_0/./a.xml",
            "Doc_0//a.xml",
            "x/../Doc_0/a.xml",
            "Doc_0\\a.xml",
            "\\Doc_0/a.xml",
            "Doc_0/a.xml/",
        ] {
            assert_eq!(entry(name), "/Doc_0/a.xml", "{name}");
        }
        for name in ["", "/", ".", "a/.."] {
            assert!(PackagePath::from_entry_name(name).unwrap().is_root(), "{name}");
        }
        assert_eq!(entry("文档/…/%20 b"), "/文档/…/%20 b");
    }

    #[test]
    fn what_leaves_the_package_is_refused() {
        for name in [
            "..",
            "../x",
            "a/../../x",
            "/../x",
            "..\\x",
            "a\\..\\..\\x",
            "C:x",
            "c:\\x",
            "/C:/x",
            "./d:/x",
            "a/../d:/x",
            "d:/../x",
            "\\\\server\\share",
            "a\0.xml",
            ".. /x",
            "a/.../x",
        ] {
            assert_eq!(PackagePath::from_entry_name(name), Err(Escape), "{name}");
        }
    }

    #[test]
    fn locations_resolve_from_the_root_or_the_folder() {
        let base = PackagePath::from_entry_name("Doc_0/Signs/Signatures.xml").unwrap();
        for (loc, expected) in [
            ("Sign_0/Signature.xml", "/Doc_0/Signs/Sign_0/Signature.xml"),
            ("/Doc_0/Signs/Sign_0/Signature.xml", "/Doc_0/Signs/Sign_0/Signature.xml"),
            ("//Doc_0/x", "/Doc_0/x"),
            ("../Res/印章.png", "/Doc_0/Res/印章.png"),
            (" \n\tSeal.esl ", "/Doc_0/Signs/Seal.esl"),
            ("..\\..\\OFD.xml", "/OFD.xml"),
            ("a%20b", "/Doc_0/Signs/a%20b"),
        ] {
            assert_eq!(base.resolve(loc).unwrap().as_str(), expected, "{loc}");
        }
        assert_eq!(base.resolve("../../../x"), Err(Escape));
        assert_eq!(base.resolve("/../x"), Err(Escape));
    }

    #[test]
    fn percent_escapes_are_a_second_candidate() {
        let base = PackagePath::root();
        let unescaped = |loc: &str| {
            base.resolve_unescaped(loc)
                .map(|path| path.map(|path| path.to_string()))
        };
        assert_eq!(unescaped("a%20b"), Some(Ok("/a b".to_owned())));
        assert_eq!(unescaped("%E5%8D%B0.png"), Some(Ok("/印.png".to_owned())));
        assert_eq!(unescaped("%2e%2E/x"), Some(Err(Escape)));
        assert_eq!(unescaped("100%"), None);
        assert_eq!(unescaped("%zz"), None);
        assert_eq!(unescaped("%ff"), None);
        assert_eq!(unescaped("plain"), None);
    }

    #[test]
    fn variants_have_one_fold() {
        let fold = |name: &str| PackagePath::from_entry_name(name).unwrap().fold();
        assert_eq!(fold("DOC_0/Content.XML"), fold("doc_0\\content.xml"));
        assert_eq!(fold("caf\u{e9}"), fold("CAFE\u{301}"));
        assert_eq!(fold("a. /b.xml."), fold("a/b.xml"));
        assert_ne!(fold("a/b"), fold("a/c"));
        assert_ne!(fold("印"), fold("章"));
    }

    #[test]
    fn parts_of_a_path() {
        let path = PackagePath::from_entry_name("Doc_0/a.xml").unwrap();
        assert_eq!(
            (path.entry_name(), path.file_name(), path.folder().as_str()),
            ("Doc_0/a.xml", "a.xml", "/Doc_0")
        );
        assert_eq!(path.folder().folder(), PackagePath::root());
        assert_eq!(PackagePath::root().folder(), PackagePath::root());
    }

    proptest! {
        #[test]
        fn canonical_paths_are_fixed_points(name in "[a.b/\\\\ C:%印\u{301}-]{0,24}") {
            if let Ok(path) = PackagePath::from_entry_name(&name) {
                prop_assert!(path.as_str().starts_with('/'));
                prop_assert!(path.is_root() || !path.as_str().ends_with('/'));
                prop_assert!(!path.as_str().contains("//") && !path.as_str().contains('\\'));
                prop_assert!(path.as_str().split('/').all(|segment| segment != "." && segment != ".."));
                prop_assert_eq!(PackagePath::from_entry_name(path.entry_name()), Ok(path.clone()));
                prop_assert_eq!(PackagePath::from_entry_name(path.as_str()), Ok(path));
            }
        }
    }
}
