//! Seam seals (骑缝章) and seals over facing pages (对开), from geometry.
//!
//! Laid fan-wise, so that a strip of each page shows at the edge, the pages of a group show the whole seal: at the right and
//! lower edge the first page has the first slice, at the left and upper edge the last.

use super::{PlacedStamp, Seal, Sheet, Side, micrometres, millimetres, refused};
use crate::error::Result;
use crate::text;

/// How a seal is cut over pages. Lengths in micrometres.
#[derive(Debug)]
pub(super) struct Cut {
    side: Side,
    position: Option<f64>,
    margin: f64,
    min_slice: f64,
    max_slices: usize,
}

impl Cut {
    pub(super) fn new(
        side: Side,
        position_mm: Option<f64>,
        margin_mm: f64,
        min_slice_mm: f64,
        max_slices: usize,
    ) -> Result<Self> {
        let margin = micrometres(margin_mm, text!("the margin", "页边距"))?;
        let min_slice = micrometres(min_slice_mm, text!("the least width of a slice", "切片最小宽度"))?;
        if margin < 0.0 || min_slice < 0.0 {
            return Err(refused(text!(
                "margin and least width of a slice are not negative",
                "页边距与切片最小宽度不能为负"
            )));
        }
        if max_slices < 2 {
            return Err(refused(text!(
                "a seam seal has two slices at least",
                "骑缝章至少要分为两片"
            )));
        }
        let position = position_mm.map(position).transpose()?;
        // A micrometre is the least that can be written.
        Ok(Self {
            side,
            position,
            margin,
            min_slice: min_slice.max(1.0),
            max_slices,
        })
    }

    pub(super) fn place(&self, seal: Seal, sheets: &[Sheet]) -> Result<Vec<PlacedStamp>> {
        let edge = Edge::new(self.side, self.margin, seal);
        let offset = edge.offset(self.position, sheets)?;
        let mut stamps = Vec::with_capacity(sheets.len());
        let mut rest = sheets;
        for size in self.groups(edge.extent, sheets.len())? {
            let (group, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            rest = after;
            // Each cut is one number for both of its slices, so that they meet.
            let cut = |slice: usize| (edge.extent * slice as f64 / size as f64).floor();
            for (index, sheet) in group.iter().enumerate() {
                let slice = if edge.far { index } else { size - 1 - index };
                stamps.push(edge.stamp(sheet, offset, cut(slice), cut(slice + 1))?);
            }
        }
        Ok(stamps)
    }

    /// Sizes of the groups, which differ by one at most.
    fn groups(&self, extent: f64, pages: usize) -> Result<impl Iterator<Item = usize> + use<>> {
        if pages < 2 {
            return Err(refused(text!(
                "a seam seal needs two pages: one page has no seam",
                "骑缝章至少需要两页，单页无缝可骑"
            )));
        }
        let fits = |slices: &usize| *slices as f64 * self.min_slice <= extent;
        let Some(most) = (2..=self.max_slices.min(pages)).rev().find(fits) else {
            let (whole, least) = (extent / 1000.0, self.min_slice / 1000.0);
            return Err(refused(text!(
                "a seal of {whole} mm can't be cut into slices of at least {least} mm",
                "{whole} mm 的印章无法切成不小于 {least} mm 的切片"
            )));
        };
        let groups = pages.div_ceil(most);
        let (size, larger) = (pages / groups, pages % groups);
        if size < 2 {
            return Err(refused(text!(
                "{pages} pages in groups of at most {most} leave one page alone with a whole seal",
                "{pages} 页按每组最多 {most} 页分组会剩下单独一页"
            )));
        }
        Ok((0..groups).map(move |group| size + usize::from(group < larger)))
    }
}

/// Each page but the last has the left half at its right edge, each but the first the right half at its left edge.
pub(super) fn opposite(seal: Seal, sheets: &[Sheet], position_mm: Option<f64>) -> Result<Vec<PlacedStamp>> {
    if sheets.len() < 2 {
        return Err(refused(text!(
            "a seal over facing pages needs two pages",
            "对开章至少需要两页"
        )));
    }
    let (left, right) = (Edge::new(Side::Left, 0.0, seal), Edge::new(Side::Right, 0.0, seal));
    let offset = right.offset(position_mm.map(position).transpose()?, sheets)?;
    let middle = (seal.width / 2.0).floor();
    let mut stamps = Vec::with_capacity(sheets.len() * 2);
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 {
            stamps.push(left.stamp(sheet, offset, middle, seal.width)?);
        }
        if index + 1 < sheets.len() {
            stamps.push(right.stamp(sheet, offset, 0.0, middle)?);
        }
    }
    Ok(stamps)
}

fn position(mm: f64) -> Result<f64> {
    micrometres(mm, text!("the position along the edge", "沿边位置"))
}

/// An edge of pages and the seal that lies at it: `across` runs from edge to edge, `along` on the edge.
struct Edge {
    seal: Seal,
    /// Left or right: the seal is cut by upright lines.
    upright: bool,
    /// Right or lower.
    far: bool,
    margin: f64,
    /// The seal's size across.
    extent: f64,
    /// The seal's size along.
    length: f64,
}

impl Edge {
    fn new(side: Side, margin: f64, seal: Seal) -> Self {
        let upright = matches!(side, Side::Left | Side::Right);
        let (extent, length) = if upright {
            (seal.width, seal.height)
        } else {
            (seal.height, seal.width)
        };
        Self {
            seal,
            upright,
            far: matches!(side, Side::Right | Side::Bottom),
            margin,
            extent,
            length,
        }
    }

    fn across(&self, sheet: &Sheet) -> f64 {
        if self.upright { sheet.width } else { sheet.height }
    }

    fn along(&self, sheet: &Sheet) -> f64 {
        if self.upright { sheet.height } else { sheet.width }
    }

    /// Where the seal starts along the edge, the same for all pages, since they lie in one pile.
    fn offset(&self, position: Option<f64>, sheets: &[Sheet]) -> Result<f64> {
        let shortest = sheets
            .iter()
            .min_by(|one, other| self.along(one).total_cmp(&self.along(other)));
        let Some(shortest) = shortest else { return Ok(0.0) };
        let room = self.along(shortest) - self.length;
        let offset = position.unwrap_or((room / 2.0).floor());
        if offset >= 0.0 && offset <= room {
            return Ok(offset);
        }
        let ((page, zh), start, length) = (shortest.describe(), offset / 1000.0, self.length / 1000.0);
        Err(refused(if room < 0.0 {
            text!(
                "a seal that takes {length} mm of the edge is too large for {page}",
                "印章沿边长度 {length} mm，超出{zh}"
            )
        } else {
            text!(
                "a seal that takes {length} mm of the edge from {start} mm sticks out of {page}",
                "印章自 {start} mm 起沿边长度 {length} mm，超出{zh}"
            )
        }))
    }

    /// The slice between two cuts, at the edge of a page.
    fn stamp(&self, sheet: &Sheet, offset: f64, from: f64, to: f64) -> Result<PlacedStamp> {
        let (across, slice) = (self.across(sheet), to - from);
        if self.margin + slice > across {
            let ((page, zh), slice, margin) = (sheet.describe(), slice / 1000.0, self.margin / 1000.0);
            return Err(refused(text!(
                "a slice of {slice} mm with a margin of {margin} mm is too wide for {page}",
                "宽 {slice} mm 的切片加页边距 {margin} mm 超出{zh}"
            )));
        }
        let start = if self.far {
            across - self.margin - to
        } else {
            self.margin - from
        };
        let (boundary, clip) = if self.upright {
            (
                self.seal.boundary(start, offset),
                millimetres(from, 0.0, slice, self.length),
            )
        } else {
            (
                self.seal.boundary(offset, start),
                millimetres(0.0, from, self.length, slice),
            )
        };
        Ok(PlacedStamp {
            page: sheet.index,
            boundary,
            clip: Some(clip),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::{Error, ErrorKind};
    use crate::placement::Boundary;

    const SIDES: [Side; 4] = [Side::Left, Side::Right, Side::Top, Side::Bottom];

    fn sheets(sizes: &[(f64, f64)]) -> Vec<Sheet> {
        let sheet = |(index, size): (usize, &(f64, f64))| Sheet::new(index, *size);
        sizes.iter().enumerate().map(sheet).collect()
    }

    fn seam(cut: &Cut, seal: (f64, f64), sizes: &[(f64, f64)]) -> Result<Vec<PlacedStamp>> {
        cut.place(Seal::new(seal.0, seal.1)?, &sheets(sizes))
    }

    fn written(stamps: &[PlacedStamp]) -> Vec<(String, String)> {
        stamps
            .iter()
            .map(|stamp| (stamp.boundary.to_string(), stamp.clip.unwrap().to_string()))
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
            .collect()
    }

    fn usual(side: Side) -> Cut {
        Cut::new(side, None, 0.0, 1.5, 20).unwrap()
    }

    /// The numbers of a real document with five A4 pages.
    #[test]
    fn as_in_the_field() {
        let cut = Cut::new(Side::Right, Some(40.0), 0.0, 1.5, 20).unwrap();
        let stamps = seam(&cut, (40.0, 40.0), &[(210.0, 297.0); 5]).unwrap();
        assert_eq!(
            written(&stamps),
            pairs(&[
                ("202 40 40 40", "0 0 8 40"),
                ("194 40 40 40", "8 0 8 40"),
                ("186 40 40 40", "16 0 8 40"),
                ("178 40 40 40", "24 0 8 40"),
                ("170 40 40 40", "32 0 8 40"),
            ])
        );
        assert_eq!(
            stamps.iter().map(|stamp| stamp.page).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4]
        );
    }

    #[test]
    fn four_sides() {
        let on = |side| {
            let cut = Cut::new(side, None, 2.0, 1.5, 20).unwrap();
            written(&seam(&cut, (40.0, 30.0), &[(210.0, 290.0); 2]).unwrap())
        };
        assert_eq!(
            on(Side::Right),
            pairs(&[("188 130 40 30", "0 0 20 30"), ("168 130 40 30", "20 0 20 30")])
        );
        assert_eq!(
            on(Side::Left),
            pairs(&[("-18 130 40 30", "20 0 20 30"), ("2 130 40 30", "0 0 20 30")])
        );
        assert_eq!(
            on(Side::Bottom),
            pairs(&[("85 273 40 30", "0 0 40 15"), ("85 258 40 30", "0 15 40 15")])
        );
        assert_eq!(
            on(Side::Top),
            pairs(&[("85 -13 40 30", "0 15 40 15"), ("85 2 40 30", "0 0 40 15")])
        );
    }

    #[test]
    fn groups_are_balanced() {
        let sizes = |seal: f64, max: usize, pages: usize| {
            Cut::new(Side::Right, None, 0.0, 1.5, max)
                .unwrap()
                .groups(seal * 1000.0, pages)
                .map(Vec::from_iter)
        };
        assert_eq!(sizes(40.0, 20, 20).unwrap(), [20]);
        assert_eq!(sizes(40.0, 20, 21).unwrap(), [11, 10]);
        assert_eq!(sizes(40.0, 20, 41).unwrap(), [14, 14, 13]);
        assert_eq!(sizes(40.0, 5, 6).unwrap(), [3, 3]);
        // 15 mm in slices of at least 1.5 mm: ten.
        assert_eq!(sizes(15.0, 20, 11).unwrap(), [6, 5]);
        assert_eq!(sizes(3.0, 20, 4).unwrap(), [2, 2]);
        let refused = |result: Result<Vec<usize>>| assert_eq!(result.unwrap_err().kind(), ErrorKind::Argument);
        refused(sizes(40.0, 20, 1));
        refused(sizes(2.9, 20, 2));
        refused(sizes(3.0, 20, 3));
        assert!(Cut::new(Side::Right, None, 0.0, 1.5, 1).is_err());
        assert!(Cut::new(Side::Right, None, f64::NAN, 1.5, 9).is_err());
        assert!(Cut::new(Side::Right, None, -1.0, 1.5, 9).is_err());
        assert!(Cut::new(Side::Right, Some(f64::INFINITY), 0.0, 1.5, 9).is_err());
    }

    #[test]
    fn pages_of_different_size() {
        let sizes = [(210.0, 297.0), (419.9996, 295.0002), (210.0, 140.0)];
        let stamps = seam(&usual(Side::Right), (30.0, 30.0), &sizes).unwrap();
        assert_eq!(
            written(&stamps),
            pairs(&[
                ("200 55 30 30", "0 0 10 30"),
                ("399.999 55 30 30", "10 0 10 30"),
                ("180 55 30 30", "20 0 10 30")
            ])
        );
        let error = |cut: Cut, seal| -> Error { seam(&cut, seal, &sizes).unwrap_err() };
        let low = Cut::new(Side::Right, Some(110.001), 0.0, 1.5, 20).unwrap();
        for refused in [
            error(low, (30.0, 30.0)),
            error(Cut::new(Side::Right, Some(-0.001), 0.0, 1.5, 20).unwrap(), (30.0, 30.0)),
            error(usual(Side::Right), (30.0, 141.0)),
        ] {
            assert_eq!(refused.kind(), ErrorKind::Argument);
            assert!(refused.to_string().contains("page 3 (210 × 140 mm)"), "{refused}");
        }
        assert!(
            seam(
                &Cut::new(Side::Right, Some(110.0), 0.0, 1.5, 20).unwrap(),
                (30.0, 30.0),
                &sizes
            )
            .is_ok()
        );
        assert!(
            error(Cut::new(Side::Right, None, 205.0, 1.5, 20).unwrap(), (30.0, 30.0))
                .to_string()
                .contains("page 1")
        );
    }

    #[test]
    fn facing_pages() {
        let sheets = sheets(&[(210.0, 297.0), (200.0, 297.0), (210.0, 297.0)]);
        let seal = Seal::new(42.0, 42.0).unwrap();
        let stamps = opposite(seal, &sheets, Some(100.0)).unwrap();
        assert_eq!(stamps.iter().map(|stamp| stamp.page).collect::<Vec<_>>(), [0, 1, 1, 2]);
        assert_eq!(
            written(&stamps),
            pairs(&[
                ("189 100 42 42", "0 0 21 42"),
                ("-21 100 42 42", "21 0 21 42"),
                ("179 100 42 42", "0 0 21 42"),
                ("-21 100 42 42", "21 0 21 42"),
            ])
        );
        assert_eq!(written(&opposite(seal, &sheets, None).unwrap())[0].0, "189 127.5 42 42");
        assert!(opposite(seal, &sheets[..1], None).is_err());
        assert!(opposite(seal, &sheets, Some(260.0)).is_err());
    }

    prop_compose! {
        fn page_size()(width in 90.0..500.0_f64, height in 90.0..500.0_f64, digits in 0..7) -> (f64, f64) {
            let round = |mm: f64| (mm * 10_f64.powi(digits)).round() / 10_f64.powi(digits);
            (round(width), round(height))
        }
    }

    proptest! {
        /// On the numbers as written: the slices of a group are the whole seal, without overlap or gap, and each lies on its
        /// page, at the edge.
        #[test]
        fn slices_tile_the_seal(
            sizes in proptest::collection::vec(page_size(), 2..80),
            seal in (20.0..60.0_f64, 20.0..60.0_f64),
            side in 0..4_usize,
            margin in 0.0..6.0_f64,
            min_slice in 0.0..5.0_f64,
            max_slices in 3..30_usize,
        ) {
            let side = SIDES[side];
            let upright = matches!(side, Side::Left | Side::Right);
            let cut = Cut::new(side, None, margin, min_slice, max_slices).unwrap();
            let stamps = seam(&cut, seal, &sizes).unwrap();
            prop_assert_eq!(stamps.len(), sizes.len());
            let reread = |boundary: Boundary| Boundary::parse(&boundary.to_string()).unwrap();
            let whole = Seal::new(seal.0, seal.1).unwrap();
            let (extent, length) = if upright { (whole.width, whole.height) } else { (whole.height, whole.width) };
            let (extent, length) = (extent / 1000.0, length / 1000.0);
            let mut group = Vec::new();
            let mut group_sizes = Vec::new();
            let mut offsets = Vec::new();
            for (index, stamp) in stamps.iter().enumerate() {
                let (boundary, clip, page) = (reread(stamp.boundary), reread(stamp.clip.unwrap()), sizes[index]);
                prop_assert_eq!(stamp.page, index);
                prop_assert_eq!((boundary.width, boundary.height), (whole.width / 1000.0, whole.height / 1000.0));
                // Across and along, for each side alike.
                let ([start, offset], [from, aside], [slice, span], [across, along]) = if upright {
                    ([boundary.x, boundary.y], [clip.x, clip.y], [clip.width, clip.height], [page.0, page.1])
                } else {
                    ([boundary.y, boundary.x], [clip.y, clip.x], [clip.height, clip.width], [page.1, page.0])
                };
                prop_assert_eq!((aside, span), (0.0, length));
                prop_assert!(slice >= (min_slice - 0.0006).max(0.0009), "{} of {}", slice, min_slice);
                let (near, far) = (start + from, across - (start + from + slice));
                let at = if matches!(side, Side::Left | Side::Top) { near } else { far };
                prop_assert!((at - margin).abs() < 0.0016, "{} off the edge, not {}", at, margin);
                prop_assert!(near > -1e-6 && far > -1e-6);
                prop_assert!(offset >= 0.0 && offset + length <= along + 1e-6);
                offsets.push(offset);
                group.push((from, slice));
                let total: f64 = group.iter().map(|(_, slice)| slice).sum();
                if total > extent - 0.0005 {
                    group.sort_by(|one, other| one.0.total_cmp(&other.0));
                    let mut end = 0.0;
                    for (from, slice) in &group {
                        prop_assert!((from - end).abs() < 1e-6, "gap or overlap: {:?}", group);
                        end = from + slice;
                    }
                    prop_assert!((end - extent).abs() < 1e-6);
                    prop_assert!(group.len() <= max_slices);
                    group_sizes.push(group.len());
                    group.clear();
                }
            }
            prop_assert!(group.is_empty());
            let (least, most) = (group_sizes.iter().min().unwrap(), group_sizes.iter().max().unwrap());
            prop_assert!(*least >= 2 && most - least <= 1, "{:?}", group_sizes);
            prop_assert!(offsets.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }
}
