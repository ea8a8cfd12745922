//! Where pictures lie on pages of PDF: millimetres of the page as shown to user space, and back.

use std::rc::Rc;

use crate::error::Result;
use crate::pdf::View;
use crate::pdf::page::{Page, Rectangle};
use crate::pdf::text::Finder;
use crate::placement::{Boundary, Sheets};
use crate::text::{Hits, Needle};

/// Millimetres in an inch.
const INCH: f64 = 25.4;

/// A page as it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    area: Rectangle,
    rotate: u16,
    /// Millimetres in a unit of user space.
    unit: f64,
}

impl Shown {
    pub(super) fn of(page: &Page) -> Self {
        Self {
            area: page.crop_box,
            rotate: page.rotate,
            unit: page.user_unit * INCH / 72.0,
        }
    }

    pub(super) fn size_mm(&self) -> (f64, f64) {
        let (width, height) = (self.area.width() * self.unit, self.area.height() * self.unit);
        match self.rotate {
            90 | 270 => (height, width),
            _ => (width, height),
        }
    }

    /// A box of the page as shown, in user space.
    pub(super) fn rectangle(&self, shown: &Boundary) -> Rectangle {
        Rectangle::new(
            self.point(shown.x, shown.y),
            self.point(shown.x + shown.width, shown.y + shown.height),
        )
    }

    /// A point of the page as shown, in millimetres from its top left corner, in user space. `/Rotate` turns the page
    /// clockwise, so at 90 the top left corner that is seen is the lower left one of user space.
    fn point(&self, x_mm: f64, y_mm: f64) -> (f64, f64) {
        let (right, down) = (x_mm / self.unit, y_mm / self.unit);
        let area = &self.area;
        match self.rotate {
            90 => (area.x0 + down, area.y0 + right),
            180 => (area.x1 - right, area.y0 + down),
            270 => (area.x1 - down, area.y1 - right),
            _ => (area.x0 + right, area.y1 - down),
        }
    }

    /// Turns a form so that it stands upright on the page as shown (12.5.5): against the turn of the page.
    pub(super) fn matrix(&self) -> Option<[i64; 6]> {
        match self.rotate {
            90 => Some([0, 1, -1, 0, 0, 0]),
            180 => Some([-1, 0, 0, -1, 0, 0]),
            270 => Some([0, -1, 1, 0, 0, 0]),
            _ => None,
        }
    }

    /// Width and height of a rectangle of user space as shown, in millimetres.
    pub(super) fn shown_size_mm(&self, rectangle: &Rectangle) -> (f64, f64) {
        Self {
            area: *rectangle,
            ..*self
        }
        .size_mm()
    }
}

/// The pages of a PDF, as placement needs them.
pub(super) struct PdfSheets<'s, 'p, 'a> {
    pages: &'s [Page],
    finder: Finder<'s, 'p, 'a>,
}

impl<'s, 'p, 'a> PdfSheets<'s, 'p, 'a> {
    pub(super) fn new(view: View<'p, 'a>, pages: &'s [Page]) -> Self {
        Self {
            pages,
            finder: Finder::new(view, pages),
        }
    }
}

impl Sheets for PdfSheets<'_, '_, '_> {
    fn count(&self) -> usize {
        self.pages.len()
    }

    fn size_mm(&self, page: usize) -> Result<(f64, f64)> {
        Ok(self
            .pages
            .get(page)
            .map_or((0.0, 0.0), |page| Shown::of(page).size_mm()))
    }

    fn find(&mut self, page: usize, needle: &Needle) -> Result<Rc<Hits>> {
        self.finder.find(page, needle)
    }

    fn unreadable(&self) -> Vec<String> {
        self.finder.unreadable().iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(rotate: u16, unit: f64) -> Shown {
        Shown {
            area: Rectangle::new((10.0, 20.0), (10.0 + 720.0, 20.0 + 360.0)),
            rotate,
            unit: unit * INCH / 72.0,
        }
    }

    #[test]
    fn corners_of_a_turned_page() {
        // An inch from the left, two from the top, one wide, half an inch high.
        let stamp = Boundary::new(INCH, 2.0 * INCH, INCH, INCH / 2.0);
        for (rotate, size, corners) in [
            (0, (10.0, 5.0), (82.0, 200.0, 154.0, 236.0)),
            (90, (5.0, 10.0), (154.0, 92.0, 190.0, 164.0)),
            (180, (10.0, 5.0), (586.0, 164.0, 658.0, 200.0)),
            (270, (5.0, 10.0), (550.0, 236.0, 586.0, 308.0)),
        ] {
            let page = shown(rotate, 1.0);
            let (width, height) = page.size_mm();
            assert!((width - size.0 * INCH).abs() < 1e-9 && (height - size.1 * INCH).abs() < 1e-9);
            let found = page.rectangle(&stamp);
            let wanted = Rectangle::new((corners.0, corners.1), (corners.2, corners.3));
            for (one, other) in [
                (found.x0, wanted.x0),
                (found.y0, wanted.y0),
                (found.x1, wanted.x1),
                (found.y1, wanted.y1),
            ] {
                assert!((one - other).abs() < 1e-9, "{rotate}: {found:?}, not {wanted:?}");
            }
        }
    }

    #[test]
    fn units_of_the_user() {
        let page = shown(0, 2.0);
        assert!((page.size_mm().0 - 20.0 * INCH).abs() < 1e-9);
        assert!((page.rectangle(&Boundary::new(0.0, 0.0, INCH, INCH)).width() - 36.0).abs() < 1e-9);
    }

    proptest! {
        /// What lies on the page as shown lies in the crop box, and keeps its size.
        #[test]
        fn boxes_stay_on_the_page(turn in 0..4_u16, unit in 0.1..10.0_f64, x in 0.0..1.0_f64, y in 0.0..1.0_f64) {
            let page = shown(turn * 90, unit);
            let (width, height) = page.size_mm();
            let stamp = Boundary::new(x * width, y * height, (1.0 - x) * width, (1.0 - y) * height);
            let found = page.rectangle(&stamp);
            let cut = found.intersection(&page.area);
            prop_assert!((cut.width() - found.width()).abs() < 1e-6 && (cut.height() - found.height()).abs() < 1e-6);
            let (shown_width, shown_height) = page.shown_size_mm(&found);
            prop_assert!((shown_width - stamp.width).abs() < 1e-6 && (shown_height - stamp.height).abs() < 1e-6);
        }
    }
}
