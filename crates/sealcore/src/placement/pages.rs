//! Which pages of a document.

use std::fmt;
use std::ops::Range;

use super::{Sheet, Sheets, refused};
use crate::error::{Error, Result};
use crate::text;

/// Pages of a document, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pages {
    /// Every page.
    #[default]
    All,
    /// One page.
    One(usize),
    /// From one page to another, both included.
    Range(usize, usize),
    /// The last page.
    Last,
}

impl Pages {
    /// Reads `all`, `last`, `3` or `2-5`.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::error::ErrorKind::Argument) when it is none of these, or counts from 0 or backwards.
    pub fn parse(text: &str) -> Result<Self> {
        let number = |text: &str| {
            let text = text.trim();
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|number| digits && *number > 0)
        };
        let pages = match text.trim() {
            "all" => Some(Self::All),
            "last" => Some(Self::Last),
            text => match text.split_once('-') {
                Some((from, to)) => number(from)
                    .zip(number(to))
                    .filter(|(from, to)| from <= to)
                    .map(|(from, to)| Self::Range(from, to)),
                None => number(text).map(Self::One),
            },
        };
        pages.ok_or_else(|| {
            refused(text!(
                "“{text}” names no pages: all, last, 3 or 2-5 do",
                "“{text}”不是有效的页码，应为 all、last、3 或 2-5"
            ))
        })
    }

    /// These pages of a document, in its order: at least one.
    pub(super) fn resolve(self, document: &dyn Sheets) -> Result<Vec<Sheet>> {
        self.range(document.count())?
            .map(|index| document.size_mm(index).map(|size| Sheet::new(index, size)))
            .collect()
    }

    /// Which of `count` pages, counted from 0.
    fn range(self, count: usize) -> Result<Range<usize>> {
        let (from, to) = match self {
            Self::All => (1, count),
            Self::One(page) => (page, page),
            Self::Range(from, to) => (from, to),
            Self::Last => (count, count),
        };
        if count == 0 {
            return Err(refused(text!("the document has no pages", "文档没有页面")));
        }
        from.checked_sub(1)
            .map(|first| first..to)
            .filter(|chosen| !chosen.is_empty() && to <= count)
            .ok_or_else(|| self.outside(count))
    }

    fn outside(self, count: usize) -> Error {
        let plural = if count == 1 { "page" } else { "pages" };
        refused(text!(
            "pages {self} are asked for and the document has {count} {plural}",
            "要求的页码为 {self}，而文档共 {count} 页",
        ))
    }
}

/// As [`Pages::parse`] reads it.
impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::One(page) => write!(f, "{page}"),
            Self::Range(from, to) => write!(f, "{from}-{to}"),
            Self::Last => f.write_str("last"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn reads_and_writes() {
        for (text, pages) in [
            ("all", Pages::All),
            ("last", Pages::Last),
            ("3", Pages::One(3)),
            ("2-5", Pages::Range(2, 5)),
        ] {
            assert_eq!(Pages::parse(text).unwrap(), pages);
            assert_eq!(pages.to_string(), text);
        }
        assert_eq!(Pages::parse(" 2 - 2 ").unwrap(), Pages::Range(2, 2));
        for bad in [
            "",
            "0",
            "-1",
            "1-",
            "-",
            "0-2",
            "5-2",
            "+3",
            "1-2-3",
            "x",
            "all-2",
            "99999999999999999999999",
        ] {
            assert_eq!(Pages::parse(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }

    #[test]
    fn chooses_from_what_is_there() {
        let chosen = |count: usize, which: Pages| which.range(count).map(Vec::from_iter);
        assert_eq!(chosen(4, Pages::All).unwrap(), [0, 1, 2, 3]);
        assert_eq!(chosen(4, Pages::One(4)).unwrap(), [3]);
        assert_eq!(chosen(4, Pages::Last).unwrap(), [3]);
        assert_eq!(chosen(4, Pages::Range(2, 3)).unwrap(), [1, 2]);
        for outside in [
            Pages::One(0),
            Pages::One(5),
            Pages::Range(0, 2),
            Pages::Range(3, 5),
            Pages::Range(3, 2),
            Pages::Range(4, 2),
            Pages::Range(1, usize::MAX),
            Pages::One(usize::MAX),
        ] {
            let error = chosen(4, outside).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.to_string().contains("4 pages"), "{error}");
        }
        assert_eq!(chosen(0, Pages::All).unwrap_err().kind(), ErrorKind::Argument);
        assert_eq!(chosen(0, Pages::Last).unwrap_err().kind(), ErrorKind::Argument);
    }
}
