//! Transformation matrices (ISO 32000-2, 8.3.3).

use super::file::View;
use super::object::Dictionary;
use super::page::{Page, Rectangle};
use crate::error::Result;
use crate::placement::Boundary;

/// Millimetres in an inch.
const INCH: f64 = 25.4;

pub(crate) type Point = (f64, f64);

/// `[a b c d e f]`: a point becomes `(a x + c y + e, b x + d y + f)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Matrix(pub(crate) [f64; 6]);

impl Matrix {
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// `/Matrix` of a form; the identity where there are no six numbers.
    ///
    /// # Errors
    /// As [`View::resolve`].
    pub(crate) fn of_form(view: &View<'_, '_>, form: &Dictionary) -> Result<Self> {
        let value = view.lookup(form, "Matrix")?;
        let mut numbers = [0.0; 6];
        let items = value.as_array().filter(|items| items.len() == 6);
        for (number, item) in numbers.iter_mut().zip(items.unwrap_or_default()) {
            *number = view.resolve(item)?.as_number().unwrap_or(0.0);
        }
        Ok(items.map_or(Self::IDENTITY, |_| Self(numbers)))
    }

    /// From user space to millimetres of the page as it is shown, from its top left corner: cropped, and turned clockwise.
    pub(crate) fn as_shown(page: &Page) -> Self {
        let unit = page.user_unit * INCH / 72.0;
        let area = page.crop_box;
        let [a, b, c, d, e, f] = match page.rotate {
            90 => [0.0, 1.0, 1.0, 0.0, -area.y0, -area.x0],
            180 => [-1.0, 0.0, 0.0, 1.0, area.x1, -area.y0],
            270 => [0.0, -1.0, -1.0, 0.0, area.y1, area.x1],
            _ => [1.0, 0.0, 0.0, -1.0, -area.x0, area.y1],
        };
        Self([a, b, c, d, e, f].map(|number| number * unit))
    }

    /// The origin at another point of this one's space.
    pub(crate) fn moved(&self, x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    /// This one first, then `next`.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ..] = next.0;
        let (x, y) = next.point((e, f));
        Self([a * na + b * nc, a * nb + b * nd, c * na + d * nc, c * nb + d * nd, x, y])
    }

    pub(crate) fn point(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The corners of a rectangle, one after the other around it.
    pub(crate) fn corners(&self, area: Rectangle) -> [Point; 4] {
        let Rectangle { x0, y0, x1, y1 } = area;
        [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|corner| self.point(corner))
    }

    /// A direction, of length 1; as it is where the matrix makes nothing of it.
    pub(crate) fn direction(&self, (x, y): Point) -> Point {
        let [a, b, c, d, ..] = self.0;
        let (along, across) = (a * x + c * y, b * x + d * y);
        let length = along.hypot(across);
        if length > 0.0 {
            (along / length, across / length)
        } else {
            (x, y)
        }
    }

    /// How much longer things get, in the mean of all directions.
    pub(crate) fn scale(&self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs().sqrt()
    }

    /// The box around a rectangle after the transformation; `None` where it gets too large to be anywhere.
    pub(crate) fn area(&self, x: (f64, f64), y: (f64, f64)) -> Option<Boundary> {
        let corners = self.corners(Rectangle {
            x0: x.0,
            y0: y.0,
            x1: x.1,
            y1: y.1,
        });
        let (mut from, mut to) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        for (x, y) in corners {
            from = (from.0.min(x), from.1.min(y));
            to = (to.0.max(x), to.1.max(y));
        }
        let numbers = [from.0, from.1, to.0 - from.0, to.1 - from.1];
        // NaN is none of these.
        let usable = corners.iter().all(|(x, y)| x.abs() < 1e9 && y.abs() < 1e9);
        usable.then(|| Boundary::new(numbers[0], numbers[1], numbers[2], numbers[3]))
    }
}

/// The box around points.
pub(crate) fn around(points: &[Point]) -> Rectangle {
    let mut area = Rectangle {
        x0: f64::INFINITY,
        y0: f64::INFINITY,
        x1: f64::NEG_INFINITY,
        y1: f64::NEG_INFINITY,
    };
    for (x, y) in points {
        area.x0 = area.x0.min(*x);
        area.y0 = area.y0.min(*y);
        area.x1 = area.x1.max(*x);
        area.y1 = area.y1.max(*y);
    }
    area
}

/// Where an appearance goes (ISO 32000-2, 12.5.5): its box, transformed, is fitted into the rectangle.
pub(crate) fn fit(bounds: Rectangle, matrix: Matrix, target: Rectangle) -> Matrix {
    let turned = around(&matrix.corners(bounds));
    let scale = |from: f64, to: f64| if from > 0.0 { to / from } else { 1.0 };
    let (x, y) = (
        scale(turned.width(), target.width()),
        scale(turned.height(), target.height()),
    );
    Matrix([x, 0.0, 0.0, y, target.x0 - turned.x0 * x, target.y0 - turned.y0 * y])
}
