//! How wide glyphs are, and how high in vertical writing (ISO 32000-2, 9.2.4, 9.7.4.3). In units of the font's em.

use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object};

/// Entries of `/W` and `/W2` that are kept: one for each CID there can be.
const ENTRIES: usize = 1 << 16;

/// Of vertical writing: the step down, and from the glyph's horizontal origin to its vertical one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vertical {
    pub(super) step: f64,
    /// `None` for the middle of the glyph.
    pub(super) x: Option<f64>,
    pub(super) y: f64,
}

/// Widths of the glyphs of a font.
#[derive(Clone, Debug)]
pub(super) enum Widths {
    /// By code, from the first one on.
    Simple {
        first: usize,
        widths: Vec<f64>,
        missing: f64,
    },
    /// By CID.
    Composite {
        default: f64,
        runs: Vec<Run<1>>,
        vertical: Vertical,
        vertical_runs: Vec<Run<3>>,
    },
}

/// CIDs with the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Run<const N: usize> {
    first: u32,
    last: u32,
    numbers: [f64; N],
}

impl Widths {
    /// Of a simple font, in units of `scale`.
    pub(super) fn simple(view: &View<'_, '_>, font: &Dictionary, descriptor: Option<&Dictionary>, scale: f64) -> Self {
        let number = |dictionary: &Dictionary, key: &str| view.lookup(dictionary, key).ok()?.as_number();
        let array = view.lookup(font, "Widths").ok();
        let items = array.as_ref().and_then(|array| array.as_array()).unwrap_or_default();
        let widths: Vec<f64> = items
            .iter()
            .take(256)
            .map(|item| {
                view.resolve(item)
                    .ok()
                    .and_then(|width| width.as_number())
                    .unwrap_or(0.0)
                    * scale
            })
            .collect();
        let missing = descriptor
            .and_then(|descriptor| number(descriptor, "MissingWidth"))
            .unwrap_or(0.0);
        let first = view.lookup(font, "FirstChar").ok().and_then(|first| first.as_integer());
        Self::Simple {
            first: usize::try_from(first.unwrap_or(0)).unwrap_or(0),
            widths,
            missing: missing * scale,
        }
    }

    /// As they are where any are stated, else as `width` has them by code.
    pub(super) fn or_standard(self, width: impl Fn(u8) -> Option<f64>) -> Self {
        match self {
            Self::Simple { widths, missing, .. } if widths.is_empty() && missing == 0.0 => Self::Simple {
                first: 0,
                // Half an em is right for many.
                widths: (0..=u8::MAX).map(|code| width(code).unwrap_or(0.5)).collect(),
                missing,
            },
            stated => stated,
        }
    }

    /// Of a CIDFont.
    pub(super) fn composite(view: &View<'_, '_>, font: &Dictionary) -> Self {
        let number = |key: &str| view.lookup(font, key).ok()?.as_number();
        let pair = view.lookup(font, "DW2").ok();
        let pair = pair.as_ref().and_then(|pair| pair.as_array()).unwrap_or_default();
        let of_pair =
            |place: usize, default: f64| pair.get(place).and_then(Object::as_number).unwrap_or(default) / 1000.0;
        Self::Composite {
            default: number("DW").unwrap_or(1000.0) / 1000.0,
            runs: runs(view, font, "W"),
            vertical: Vertical {
                step: of_pair(1, -1000.0),
                x: None,
                y: of_pair(0, 880.0),
            },
            vertical_runs: runs(view, font, "W2"),
        }
    }

    /// How wide a glyph is; of a simple font by its code, of others by its CID, where that is known.
    pub(super) fn width(&self, glyph: Option<u32>) -> f64 {
        match self {
            Self::Simple { first, widths, missing } => {
                let place = glyph.and_then(|glyph| usize::try_from(glyph).ok()?.checked_sub(*first));
                place.and_then(|place| widths.get(place)).copied().unwrap_or(*missing)
            }
            Self::Composite { default, runs, .. } => find(runs, glyph).map_or(*default, |[width]| width),
        }
    }

    /// How a glyph stands in vertical writing.
    pub(super) fn vertical(&self, glyph: Option<u32>) -> Vertical {
        let Self::Composite {
            vertical,
            vertical_runs,
            ..
        } = self
        else {
            return Vertical {
                step: -1.0,
                x: None,
                y: 0.88,
            };
        };
        find(vertical_runs, glyph).map_or(*vertical, |[step, x, y]| Vertical { step, x: Some(x), y })
    }

    /// The widest glyph that is stated.
    pub(super) fn widest(&self) -> f64 {
        match self {
            Self::Simple { widths, missing, .. } => widths.iter().copied().fold(*missing, f64::max),
            Self::Composite { default, .. } => *default,
        }
    }
}

fn find<const N: usize>(runs: &[Run<N>], glyph: Option<u32>) -> Option<[f64; N]> {
    let glyph = glyph?;
    let after = runs.partition_point(|run| run.first <= glyph);
    let run = runs.get(after.checked_sub(1)?)?;
    (glyph <= run.last).then_some(run.numbers)
}

/// `c [numbers ...]` or `first last numbers`, as often as they come.
fn runs<const N: usize>(view: &View<'_, '_>, font: &Dictionary, key: &str) -> Vec<Run<N>> {
    let Ok(array) = view.lookup(font, key) else {
        return Vec::new();
    };
    let mut runs = Vec::new();
    let mut items = array.as_array().unwrap_or_default().iter();
    let cid = |item: Option<&Object>| item?.as_integer().and_then(|cid| u32::try_from(cid).ok());
    while let Some(first) = items.next() {
        let (Some(first), Some(next)) = (cid(Some(first)), items.next()) else {
            break;
        };
        let Ok(next) = view.resolve(next) else { break };
        if let Some(list) = next.as_array() {
            for (place, group) in (first..).zip(list.chunks_exact(N)) {
                push(&mut runs, place, place, group);
            }
        } else {
            let Some(last) = cid(Some(&next)) else { break };
            let numbers = items.as_slice().get(..N).unwrap_or_default();
            push(&mut runs, first, last, numbers);
            items = items.as_slice().get(N..).unwrap_or_default().iter();
        }
        if runs.len() > ENTRIES {
            break;
        }
    }
    runs.sort_by_key(|run| run.first);
    runs
}

fn push<const N: usize>(runs: &mut Vec<Run<N>>, first: u32, last: u32, numbers: &[Object]) {
    let mut run = Run {
        first,
        last,
        numbers: [0.0; N],
    };
    if numbers.len() != N || runs.len() > ENTRIES {
        return;
    }
    for (number, object) in run.numbers.iter_mut().zip(numbers) {
        *number = object.as_number().unwrap_or(0.0) / 1000.0;
    }
    runs.push(run);
}
