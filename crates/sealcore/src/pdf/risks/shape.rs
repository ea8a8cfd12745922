//! Points and areas of a page.

use std::sync::Arc;

use crate::pdf::matrix::{Point, around};
use crate::pdf::page::Rectangle;

/// Straight pieces in place of one curve.
const PIECES: u32 = 6;

pub(super) fn holds(area: Rectangle, (x, y): Point) -> bool {
    area.x0 <= x && x <= area.x1 && area.y0 <= y && y <= area.y1
}

/// A path, its curves straightened.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    parts: Vec<Vec<Point>>,
    points: usize,
}

impl Path {
    pub(super) fn start(&mut self, point: Point) {
        self.parts.push(vec![point]);
        self.points += 1;
    }

    pub(super) fn line(&mut self, point: Point) {
        match self.parts.last_mut() {
            Some(part) => {
                part.push(point);
                self.points += 1;
            }
            None => self.start(point),
        }
    }

    pub(super) fn last(&self) -> Option<Point> {
        self.parts.last()?.last().copied()
    }

    pub(super) fn curve(&mut self, one: Point, two: Point, end: Point) {
        let Some(from) = self.last() else { return };
        for step in 1..=PIECES {
            let t = f64::from(step) / f64::from(PIECES);
            let s = 1.0 - t;
            let [k0, k1, k2, k3] = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
            let mix = |a: f64, b: f64, c: f64, d: f64| k0 * a + k1 * b + k2 * c + k3 * d;
            self.line((mix(from.0, one.0, two.0, end.0), mix(from.1, one.1, two.1, end.1)));
        }
    }

    /// Goes on from where the part began.
    pub(super) fn close(&mut self) {
        if let Some(first) = self.parts.last().and_then(|part| part.first()).copied() {
            self.start(first);
        }
    }

    pub(super) fn rectangle(&mut self, corners: [Point; 4]) {
        self.points += corners.len();
        self.parts.push(corners.to_vec());
    }

    pub(super) fn points(&self) -> usize {
        self.points
    }
}

/// The area inside a path.
#[derive(Debug)]
pub(super) struct Area {
    path: Path,
    pub(super) bounds: Rectangle,
    even_odd: bool,
}

impl Area {
    /// `None` for a path without an area.
    pub(super) fn of(mut path: Path, even_odd: bool) -> Option<Self> {
        path.parts.retain(|part| part.len() > 2);
        let bounds = path
            .parts
            .iter()
            .map(|part| around(part))
            .reduce(|one, other| Rectangle {
                x0: one.x0.min(other.x0),
                y0: one.y0.min(other.y0),
                x1: one.x1.max(other.x1),
                y1: one.y1.max(other.y1),
            })?;
        (!bounds.is_empty()).then_some(Self { path, bounds, even_odd })
    }

    pub(super) fn of_corners(corners: [Point; 4]) -> Option<Self> {
        let mut path = Path::default();
        path.rectangle(corners);
        Self::of(path, false)
    }

    pub(super) fn points(&self) -> usize {
        self.path.points
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        if !holds(self.bounds, point) {
            return false;
        }
        let (x, y) = point;
        let mut winding = 0_i64;
        for part in &self.path.parts {
            let next = part.iter().skip(1).chain(part.first());
            for (from, to) in part.iter().zip(next) {
                if (from.1 <= y) == (to.1 <= y) {
                    continue;
                }
                let crossing = from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0);
                if crossing > x {
                    winding += if to.1 > from.1 { 1 } else { -1 };
                }
            }
        }
        if self.even_odd { winding % 2 != 0 } else { winding != 0 }
    }
}

/// What is left by clipping: the areas that were cut with, one after another.
#[derive(Clone, Debug, Default)]
pub(super) struct Clip(Option<Arc<Cut>>);

#[derive(Debug)]
struct Cut {
    area: Option<Area>,
    outer: Clip,
    depth: u32,
}

/// Clips inside one another that count; who nests more hides nothing behind them.
const CLIPS: u32 = 64;

impl Clip {
    /// Also cut with `area`; `None` leaves nothing.
    pub(super) fn cut(&self, area: Option<Area>) -> Self {
        let depth = self.0.as_ref().map_or(0, |cut| cut.depth) + 1;
        if depth > CLIPS {
            return self.clone();
        }
        Self(Some(Arc::new(Cut {
            area,
            outer: self.clone(),
            depth,
        })))
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        let mut here = self;
        while let Some(cut) = &here.0 {
            if !cut.area.as_ref().is_some_and(|area| area.holds(point)) {
                return false;
            }
            here = &cut.outer;
        }
        true
    }

    /// Points that a test may look at.
    pub(super) fn points(&self) -> usize {
        let mut points = 0;
        let mut here = self;
        while let Some(cut) = &here.0 {
            points += cut.area.as_ref().map_or(0, Area::points);
            here = &cut.outer;
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::matrix::Matrix;

    #[test]
    fn areas_hold_what_is_inside() {
        let mut path = Path::default();
        path.rectangle(Matrix::IDENTITY.corners(Rectangle::new((0.0, 0.0), (10.0, 10.0))));
        path.rectangle(Matrix::IDENTITY.corners(Rectangle::new((4.0, 4.0), (6.0, 6.0))));
        let filled = Area::of(path.clone(), false).unwrap();
        let holed = Area::of(path, true).unwrap();
        for (point, inside, inside_holed) in [
            ((1.0, 1.0), true, true),
            ((5.0, 5.0), true, false),
            ((11.0, 5.0), false, false),
        ] {
            assert_eq!(filled.holds(point), inside);
            assert_eq!(holed.holds(point), inside_holed);
        }
        let mut line = Path::default();
        line.start((0.0, 0.0));
        line.line((5.0, 5.0));
        assert!(Area::of(line, false).is_none());
    }

    #[test]
    fn circles_are_no_boxes() {
        let mut path = Path::default();
        path.start((10.0, 0.0));
        path.curve((10.0, 5.5), (5.5, 10.0), (0.0, 10.0));
        path.curve((-5.5, 10.0), (-10.0, 5.5), (-10.0, 0.0));
        path.curve((-10.0, -5.5), (-5.5, -10.0), (0.0, -10.0));
        path.curve((5.5, -10.0), (10.0, -5.5), (10.0, 0.0));
        let circle = Area::of(path, false).unwrap();
        assert!(circle.holds((6.0, 6.0)));
        assert!(!circle.holds((9.0, 9.0)));
    }

    #[test]
    fn clips_cut() {
        let area = |x: f64| Area::of_corners(Matrix::IDENTITY.corners(Rectangle::new((x, 0.0), (x + 10.0, 10.0))));
        let clip = Clip::default().cut(area(0.0)).cut(area(5.0));
        assert!(clip.holds((7.0, 5.0)));
        assert!(!clip.holds((2.0, 5.0)));
        assert!(!clip.cut(None).holds((7.0, 5.0)));
    }

    #[test]
    fn matrices_follow_one_another() {
        let turned = Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]);
        assert_eq!(
            Matrix::IDENTITY.moved(3.0, 0.0).then(&turned).point((0.0, 0.0)),
            (0.0, 3.0)
        );
    }
}
