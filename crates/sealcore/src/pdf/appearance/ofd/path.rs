//! AbbreviatedData: M L Q B A C with their numbers, as GB/T 33190 writes paths.

use super::super::canvas::Segment;
use super::super::format::broken;
use crate::error::Result;
use crate::text;

type Point = (f64, f64);

/// Reads a path. White space, commas and the letters themselves separate.
pub(super) fn parse(text: &str) -> Result<Vec<Segment>> {
    let mut tokens = Tokens { text, position: 0 };
    let mut segments = Vec::new();
    let (mut start, mut last) = ((0.0, 0.0), (0.0, 0.0));
    while let Some(command) = tokens.command()? {
        // PDF has no path without a first point; readers of OFD begin such a path at the origin.
        if segments.is_empty() && !matches!(command, 'M' | 'S') {
            segments.push(Segment::Move(last));
        }
        let segment = match command {
            'M' | 'S' => {
                start = tokens.point()?;
                Segment::Move(start)
            }
            'L' => Segment::Line(tokens.point()?),
            'Q' => Segment::quadratic(last, tokens.point()?, tokens.point()?),
            'B' => Segment::Curve(tokens.point()?, tokens.point()?, tokens.point()?),
            'C' => Segment::Close,
            'A' => {
                let [rx, ry, angle, large, sweep] = [(); 5].map(|()| tokens.number());
                let arc = Arc {
                    from: last,
                    radii: (rx?, ry?),
                    angle: angle?,
                    large: large? != 0.0,
                    sweep: sweep? != 0.0,
                    to: tokens.point()?,
                };
                last = arc.to;
                arc.write(&mut segments);
                continue;
            }
            other => {
                return Err(broken(text!(
                    "a path has the operator “{other}”, which is none",
                    "路径含有未知操作符“{other}”"
                ))
                .at(tokens.position as u64));
            }
        };
        match segment {
            Segment::Move(to) | Segment::Line(to) | Segment::Curve(_, _, to) => last = to,
            Segment::Close => last = start,
        }
        segments.push(segment);
    }
    Ok(segments)
}

struct Tokens<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Tokens<'t> {
    fn rest(&mut self) -> &'t str {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        self.position += rest.len() - trimmed.len();
        trimmed
    }

    fn command(&mut self) -> Result<Option<char>> {
        let Some(first) = self.rest().chars().next() else {
            return Ok(None);
        };
        if !first.is_alphabetic() {
            return Err(broken(text!("a path has a number too many", "路径中有多余的数值")).at(self.position as u64));
        }
        self.position += first.len_utf8();
        Ok(Some(first))
    }

    fn number(&mut self) -> Result<f64> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let token = rest.get(..end).unwrap_or_default();
        let value = token.parse().ok().filter(|value: &f64| value.is_finite());
        let value =
            value.ok_or_else(|| broken(text!("a path lacks a number", "路径缺少数值")).at(self.position as u64))?;
        self.position += end;
        Ok(value)
    }

    fn point(&mut self) -> Result<Point> {
        Ok((self.number()?, self.number()?))
    }
}

/// An arc of an ellipse between two points; `angle` in degrees turns the ellipse, clockwise as the page counts.
struct Arc {
    from: Point,
    radii: (f64, f64),
    angle: f64,
    large: bool,
    sweep: bool,
    to: Point,
}

impl Arc {
    /// As curves, a quarter of a turn each at most. Radii that do not reach are enlarged until they do, as in SVG.
    fn write(&self, segments: &mut Vec<Segment>) {
        let (mut rx, mut ry) = (self.radii.0.abs(), self.radii.1.abs());
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let half = ((self.from.0 - self.to.0) / 2.0, (self.from.1 - self.to.1) / 2.0);
        let x = cos * half.0 + sin * half.1;
        let y = cos * half.1 - sin * half.0;
        if rx == 0.0 || ry == 0.0 || (x == 0.0 && y == 0.0) {
            segments.push(Segment::Line(self.to));
            return;
        }
        let reach = (x / rx).powi(2) + (y / ry).powi(2);
        if reach > 1.0 {
            (rx, ry) = (rx * reach.sqrt(), ry * reach.sqrt());
        }
        let reach = reach.min(1.0);
        let side = if self.large == self.sweep { -1.0 } else { 1.0 };
        let factor = side * ((1.0 - reach) / reach).max(0.0).sqrt();
        // The centre, in units of the radii.
        let center = (factor * y / ry, -factor * x / rx);
        let from = (
            (y / ry - center.1).atan2(x / rx - center.0),
            (-y / ry - center.1).atan2(-x / rx - center.0),
        );
        let mut turn = from.1 - from.0;
        if self.sweep && turn < 0.0 {
            turn += std::f64::consts::TAU;
        } else if !self.sweep && turn > 0.0 {
            turn -= std::f64::consts::TAU;
        }
        let middle = ((self.from.0 + self.to.0) / 2.0, (self.from.1 + self.to.1) / 2.0);
        let place = |(u, v): Point| {
            let (u, v) = ((u + center.0) * rx, (v + center.1) * ry);
            (cos * u - sin * v + middle.0, sin * u + cos * v + middle.1)
        };
        let pieces = (turn.abs() / std::f64::consts::FRAC_PI_2 - 1e-9).ceil().clamp(1.0, 4.0);
        let step = turn / pieces;
        let handle = 4.0 / 3.0 * (step / 4.0).tan();
        let mut angle = from.0;
        let mut done = 0.0;
        while done < pieces {
            done += 1.0;
            let next = angle + step;
            let ((sin0, cos0), (sin1, cos1)) = (angle.sin_cos(), next.sin_cos());
            let end = if done < pieces { place((cos1, sin1)) } else { self.to };
            segments.push(Segment::Curve(
                place((cos0 - handle * sin0, sin0 + handle * cos0)),
                place((cos1 + handle * sin1, sin1 - handle * cos1)),
                end,
            ));
            angle = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator() {
        let read = parse("M 1 2 L3,6 Q 0 0 6 0 B 1 1 2 2 3 -3e0 C").unwrap();
        assert_eq!(
            read,
            [
                Segment::Move((1.0, 2.0)),
                Segment::Line((3.0, 6.0)),
                Segment::Curve((1.0, 2.0), (2.0, 0.0), (6.0, 0.0)),
                Segment::Curve((1.0, 1.0), (2.0, 2.0), (3.0, -3.0)),
                Segment::Close,
            ]
        );
        for bad in ["M 1", "L x 1", "M 1 2 3", "Z", "M NaN 1", "A 1 1 0 0 1 2"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn arcs_lie_on_their_circle() {
        for (large, sweep, pieces) in [(0, 1, 1), (1, 1, 3), (0, 0, 1), (1, 0, 3)] {
            let read = parse(&format!("M 10 0 A 10 10 0 {large} {sweep} 0 10")).unwrap();
            assert_eq!(read.len(), 1 + pieces, "{large} {sweep}");
            let Some(Segment::Curve(.., end)) = read.last() else {
                panic!()
            };
            assert_eq!(*end, (0.0, 10.0));
            let center = if (large == 1) == (sweep == 1) {
                (10.0, 10.0)
            } else {
                (0.0, 0.0)
            };
            for segment in read {
                let (Segment::Move((x, y)) | Segment::Curve(_, _, (x, y))) = segment else {
                    panic!()
                };
                assert!(
                    ((x - center.0).hypot(y - center.1) - 10.0).abs() < 1e-9,
                    "{large} {sweep}: {x} {y}"
                );
            }
        }
    }
}
