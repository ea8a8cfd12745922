//! Where the seal's picture goes: at a point, as a seam seal (骑缝章), over facing pages (对开), or on a keyword.
//!
//! Lengths are millimetres from the top left corner of a page as it is shown. A page of OFD is as large as its physical box;
//! an origin of that box other than 0 0 is left out of account, since boxes in a page are relative to the page's own
//! corner. A page of PDF is as large as its crop box, turned as `/Rotate` says.

mod boundary;
mod keyword;
mod pages;
mod point;
mod seam;

use std::rc::Rc;

pub use boundary::Boundary;
pub use pages::Pages;

use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::text;
use crate::text::{Hits, Needle};

/// Where a seal goes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Placement {
    /// The same point of each page. A seal of which less than half would lie on the page is refused.
    At {
        /// The pages that get the seal.
        pages: Pages,
        /// Left edge of the seal, in millimetres from the left edge of the page.
        x_mm: f64,
        /// Top edge of the seal, in millimetres from the top edge of the page.
        y_mm: f64,
    },
    /// A seam seal (骑缝章): cut into slices, one a page, at one edge. Pages are cut into groups of nearly the same size, each
    /// with a whole seal, so that no slice gets too thin. [`Placement::seam`] fills in what is usual.
    Seam {
        /// The pages that share the seal: two at least.
        pages: Pages,
        /// The edge at which the slices lie.
        side: Side,
        /// Start of the seal along the edge, in millimetres from the top (from the left at top and bottom edges), the same
        /// on every page; `None` for the middle of the shortest page.
        position_mm: Option<f64>,
        /// What stays free between slice and edge, in millimetres.
        margin_mm: f64,
        /// No slice gets thinner than this, in millimetres.
        min_slice_mm: f64,
        /// No seal is cut into more slices than this.
        max_slices: usize,
    },
    /// Over facing pages (对开): each page but the last shows the left half at its right edge, each but the first the right
    /// half at its left edge.
    Opposite {
        /// The pages: two at least.
        pages: Pages,
        /// Top edge of the seal, in millimetres from the top of every page; `None` for the middle of the shortest page.
        position_mm: Option<f64>,
    },
    /// Centred on a text of the pages. White space is passed over; where nothing matches exactly, case and full width
    /// (全角/半角) do not count.
    Keyword {
        /// The text to find.
        text: String,
        /// Which of the places where it is found.
        occurrence: Occurrence,
        /// Where to look.
        pages: Pages,
        /// How far to the right of the text's middle, in millimetres.
        dx_mm: f64,
        /// How far below the text's middle, in millimetres.
        dy_mm: f64,
    },
}

/// An edge of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The left edge.
    Left,
    /// The right edge.
    Right,
    /// The upper edge.
    Top,
    /// The lower edge.
    Bottom,
}

/// Which of the places where a keyword is found, in the order of pages and, in a page, of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occurrence {
    /// The first.
    First,
    /// The last.
    Last,
    /// Each of them.
    All,
    /// The n-th, counted from 1.
    Nth(usize),
}

/// One picture of the seal on one page: what a StampAnnot of OFD or an annotation of PDF states.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedStamp {
    /// The page, counted from 0.
    pub page: usize,
    /// The box of the whole seal on the page, in millimetres; parts of it may lie outside the page.
    pub boundary: Boundary,
    /// What is shown of it, relative to the box; all where there is none.
    pub clip: Option<Boundary>,
}

impl Placement {
    /// Usual bound on slices of one seal.
    pub const MAX_SLICES: usize = 20;
    /// Usual bound on the width of a slice, in millimetres: 35 dots at 600 dpi, so that lines can still be followed from page
    /// to page, and thin enough for [`Self::MAX_SLICES`] of a 30 mm seal.
    pub const MIN_SLICE_MM: f64 = 1.5;

    /// A seam seal in the middle of an edge, with the usual bounds.
    #[must_use]
    pub const fn seam(pages: Pages, side: Side) -> Self {
        Self::Seam {
            pages,
            side,
            position_mm: None,
            margin_mm: 0.0,
            min_slice_mm: Self::MIN_SLICE_MM,
            max_slices: Self::MAX_SLICES,
        }
    }

    /// Centred on a text, on any page.
    #[must_use]
    pub fn keyword(text: impl Into<String>, occurrence: Occurrence) -> Self {
        Self::Keyword {
            text: text.into(),
            occurrence,
            pages: Pages::All,
            dx_mm: 0.0,
            dy_mm: 0.0,
        }
    }
}

/// The pages of a document of any format, as placement needs them.
pub(crate) trait Sheets {
    /// How many pages there are.
    fn count(&self) -> usize;

    /// Width and height of a page as shown, in millimetres. The page is counted from 0 and below [`Self::count`].
    fn size_mm(&self, page: usize) -> Result<(f64, f64)>;

    /// Where a text stands on a page, in the order of the page; at most [`MAX_HITS`](crate::text::MAX_HITS) places.
    fn find(&mut self, page: usize, needle: &Needle) -> Result<Rc<Hits>>;

    /// Fonts met by [`Self::find`] whose text could not be read: they do not say which characters they show.
    fn unreadable(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The stamps of a seal of this size, in the order of pages. There is at least one.
///
/// # Errors
/// [`ErrorKind::Argument`] when the placement contradicts the pages; for keywords, whatever reading the pages gives.
pub(crate) fn place(
    placement: &Placement,
    document: &mut dyn Sheets,
    width_mm: f64,
    height_mm: f64,
) -> Result<Vec<PlacedStamp>> {
    let seal = Seal::new(width_mm, height_mm)?;
    match placement {
        Placement::At {
            pages: chosen,
            x_mm,
            y_mm,
        } => {
            let x = micrometres(*x_mm, text!("the left edge", "左边距"))?;
            let y = micrometres(*y_mm, text!("the top edge", "上边距"))?;
            let sheets = chosen.resolve(document)?;
            sheets.into_iter().map(|page| point::place(seal, page, x, y)).collect()
        }
        Placement::Seam {
            pages: chosen,
            side,
            position_mm,
            margin_mm,
            min_slice_mm,
            max_slices,
        } => {
            let cut = seam::Cut::new(*side, *position_mm, *margin_mm, *min_slice_mm, *max_slices)?;
            cut.place(seal, &chosen.resolve(document)?)
        }
        Placement::Opposite {
            pages: chosen,
            position_mm,
        } => seam::opposite(seal, &chosen.resolve(document)?, *position_mm),
        Placement::Keyword {
            text,
            occurrence,
            pages: chosen,
            dx_mm,
            dy_mm,
        } => {
            let dx = micrometres(*dx_mm, text!("the shift to the right", "水平偏移"))?;
            let dy = micrometres(*dy_mm, text!("the shift downwards", "垂直偏移"))?;
            let found = keyword::find(text, *occurrence, &chosen.resolve(document)?, document)?;
            found
                .into_iter()
                .map(|(page, middle)| point::centre(seal, page, middle, dx, dy))
                .collect()
        }
    }
}

/// The size of a seal, in whole micrometres: what is written has three decimals, so slices tile as written.
#[derive(Clone, Copy, Debug)]
struct Seal {
    width: f64,
    height: f64,
}

impl Seal {
    fn new(width_mm: f64, height_mm: f64) -> Result<Self> {
        let seal = Self {
            width: micrometres(width_mm, text!("the width of the seal", "印章宽度"))?,
            height: micrometres(height_mm, text!("the height of the seal", "印章高度"))?,
        };
        if seal.width < 1.0 || seal.height < 1.0 {
            return Err(refused(text!(
                "a seal of {width_mm} × {height_mm} mm has no area",
                "印章尺寸 {width_mm} × {height_mm} mm 无效"
            )));
        }
        Ok(seal)
    }

    fn boundary(self, x: f64, y: f64) -> Boundary {
        millimetres(x, y, self.width, self.height)
    }
}

/// A chosen page: its place in the document, counted from 0, and its size.
#[derive(Clone, Copy, Debug)]
struct Sheet {
    index: usize,
    size_mm: (f64, f64),
    /// In whole micrometres.
    width: f64,
    height: f64,
}

impl Sheet {
    fn new(index: usize, size_mm: (f64, f64)) -> Self {
        // Down, so that nothing sticks out; but 297.04 is not to lose a micrometre to its binary form.
        let whole = |mm: f64| (mm * 1000.0 + 1e-4).floor().max(0.0);
        Self {
            index,
            size_mm,
            width: whole(size_mm.0),
            height: whole(size_mm.1),
        }
    }

    /// “page 3 (210 × 297 mm)” in both languages.
    fn describe(&self) -> (String, String) {
        let (number, (width, height)) = (self.index + 1, self.size_mm);
        (
            format!("page {number} ({width} × {height} mm)"),
            format!("第 {number} 页（{width} × {height} mm）"),
        )
    }
}

fn micrometres(mm: f64, what: Text) -> Result<f64> {
    let value = (mm * 1000.0).round();
    if value.is_finite() {
        return Ok(value);
    }
    let zh = what.get(crate::lang::Lang::Zh);
    Err(refused(text!("{what} is no length: {mm}", "{zh}不是有效的长度：{mm}")))
}

fn millimetres(x: f64, y: f64, width: f64, height: f64) -> Boundary {
    // Adding zero turns -0 into 0.
    Boundary::new(x / 1000.0 + 0.0, y / 1000.0 + 0.0, width / 1000.0, height / 1000.0)
}

fn refused(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}
