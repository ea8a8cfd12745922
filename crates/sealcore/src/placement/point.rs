//! A whole seal at one place of a page.

use super::{PlacedStamp, Seal, Sheet, refused};
use crate::error::Result;
use crate::text;

/// A seal whose top left corner is at `x`, `y`, in micrometres.
pub(super) fn place(seal: Seal, sheet: Sheet, x: f64, y: f64) -> Result<PlacedStamp> {
    let shown = |start: f64, length: f64, page: f64| ((start + length).min(page) - start.max(0.0)).max(0.0);
    let area = shown(x, seal.width, sheet.width) * shown(y, seal.height, sheet.height);
    let boundary = seal.boundary(x, y);
    if area * 2.0 < seal.width * seal.height {
        let (page, zh) = sheet.describe();
        return Err(refused(if area > 0.0 {
            text!(
                "less than half of a seal at {boundary} would lie on {page}",
                "印章（{boundary}）在{zh}内的部分不足一半"
            )
        } else {
            text!(
                "a seal at {boundary} would lie outside {page}",
                "印章（{boundary}）位于{zh}之外"
            )
        }));
    }
    Ok(PlacedStamp {
        page: sheet.index,
        boundary,
        clip: None,
    })
}

/// A seal whose middle is `dx`, `dy` from `middle`, in micrometres.
pub(super) fn centre(seal: Seal, sheet: Sheet, middle: (f64, f64), dx: f64, dy: f64) -> Result<PlacedStamp> {
    let start = |middle: f64, shift: f64, length: f64| (middle + shift - length / 2.0).round();
    place(
        seal,
        sheet,
        start(middle.0, dx, seal.width),
        start(middle.1, dy, seal.height),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;
    use crate::placement::Boundary;

    #[test]
    fn at_least_half_lies_on_the_page() {
        let sheet = Sheet::new(0, (210.0, 297.0));
        let seal = Seal::new(40.0, 30.0).unwrap();
        let at = |x: f64, y: f64| place(seal, sheet, x * 1000.0, y * 1000.0);
        let stamp = at(50.0, 60.5).unwrap();
        assert_eq!(
            stamp,
            PlacedStamp {
                page: 0,
                boundary: Boundary::new(50.0, 60.5, 40.0, 30.0),
                clip: None
            }
        );
        for (x, y) in [(-20.0, 0.0), (0.0, -15.0), (190.0, 0.0), (0.0, 282.0)] {
            assert!(at(x, y).is_ok(), "{x} {y}");
        }
        for (x, y) in [
            (-20.001, 0.0),
            (0.0, -15.001),
            (190.001, 0.0),
            (-15.0, -10.0),
            (400.0, 10.0),
            (f64::MAX, 0.0),
        ] {
            let error = at(x, y).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument);
            assert!(error.to_string().contains("page 1 (210 × 297 mm)"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_touches_the_page(
            x in -100.0..400.0_f64, y in -100.0..400.0_f64, width in 1.0..80.0_f64, height in 1.0..80.0_f64,
        ) {
            let sheet = Sheet::new(0, (210.0, 140.0));
            let seal = Seal::new(width, height).unwrap();
            let inside = x + width <= 209.99 && y + height <= 139.99 && x >= 0.0 && y >= 0.0;
            let outside = x + width < -0.01 || y + height < -0.01 || x > 210.01 || y > 140.01;
            let placed = place(seal, sheet, (x * 1000.0).round(), (y * 1000.0).round());
            prop_assert!(!inside || placed.is_ok());
            prop_assert!(!outside || placed.is_err());
        }
    }
}
