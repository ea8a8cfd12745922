//! Where the picture goes: places of a `sealcore_request`.

use std::ffi::c_char;

use sealcore_core::placement::{Occurrence, Pages, Placement, Side};
use sealcore_core::text;

use crate::call::{self, bad, change};
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::request::sealcore_request;
use crate::status::sealcore_status;

/// The left edge of a page.
pub const SEALCORE_SIDE_LEFT: i32 = 1;
/// The right edge of a page.
pub const SEALCORE_SIDE_RIGHT: i32 = 2;
/// The upper edge of a page.
pub const SEALCORE_SIDE_TOP: i32 = 3;
/// The lower edge of a page.
pub const SEALCORE_SIDE_BOTTOM: i32 = 4;
/// Each place where a text is found; a number above 0 is the n-th.
pub const SEALCORE_OCCURRENCE_ALL: i64 = 0;
/// The last place where a text is found.
pub const SEALCORE_OCCURRENCE_LAST: i64 = -1;

/// Shows the picture on `pages` (`all`, `last`, `3` or `2-5`), its left and top edge so far from those of the page, in
/// millimetres. One signature may have many places.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_add_place(
    request: *mut sealcore_request,
    pages: *const c_char,
    x_mm: f64,
    y_mm: f64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add(request, error, || {
        Ok(Placement::At {
            pages: Pages::parse(call::string(pages, "pages")?)?,
            x_mm: length(x_mm, "x_mm")?,
            y_mm: length(y_mm, "y_mm")?,
        })
    })
}

/// A seam seal (骑缝章) over `pages` (NULL for all) at the edge `side`, cut into one slice a page. `position_mm` is its start along
/// the edge, from the top or left (NaN for the middle of the shortest page), `margin_mm` what stays free between slice and
/// edge. A seal is cut into at most `max_slices` (0 for 20), none thinner than `min_slice_mm` (0 for 1.5); more pages get more
/// seals.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_add_seam(
    request: *mut sealcore_request,
    pages: *const c_char,
    side: i32,
    position_mm: f64,
    margin_mm: f64,
    min_slice_mm: f64,
    max_slices: u32,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add(request, error, || {
        let side = match side {
            SEALCORE_SIDE_LEFT => Side::Left,
            SEALCORE_SIDE_RIGHT => Side::Right,
            SEALCORE_SIDE_TOP => Side::Top,
            SEALCORE_SIDE_BOTTOM => Side::Bottom,
            _ => return Err(bad("side", text!("{side} is no edge", "{side} 不是有效的边"))),
        };
        let min_slice_mm = length(min_slice_mm, "min_slice_mm")?;
        Ok(Placement::Seam {
            pages: pages_or_all(pages)?,
            side,
            position_mm: position(position_mm)?,
            margin_mm: length(margin_mm, "margin_mm")?,
            min_slice_mm: if min_slice_mm == 0.0 {
                Placement::MIN_SLICE_MM
            } else {
                min_slice_mm
            },
            max_slices: match usize::try_from(max_slices).unwrap_or(usize::MAX) {
                0 => Placement::MAX_SLICES,
                count => count,
            },
        })
    })
}

/// Over each two facing pages (对开) of `pages` (NULL for all): the left half at the right edge of the first, the right half at
/// the left edge of the second. `position_mm` is the top edge, NaN for the middle of the shortest page.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_add_facing(
    request: *mut sealcore_request,
    pages: *const c_char,
    position_mm: f64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add(request, error, || {
        Ok(Placement::Opposite {
            pages: pages_or_all(pages)?,
            position_mm: position(position_mm)?,
        })
    })
}

/// Centred on `text`, moved by `dx_mm` to the right and `dy_mm` down. `occurrence` says which of the places where it is found on
/// `pages` (NULL for all): `SEALCORE_OCCURRENCE_ALL`, `SEALCORE_OCCURRENCE_LAST`, or the n-th from 1.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_request_add_keyword(
    request: *mut sealcore_request,
    text: *const c_char,
    occurrence: i64,
    pages: *const c_char,
    dx_mm: f64,
    dy_mm: f64,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    add(request, error, || {
        let occurrence = match (occurrence, usize::try_from(occurrence)) {
            (SEALCORE_OCCURRENCE_ALL, _) => Occurrence::All,
            (SEALCORE_OCCURRENCE_LAST, _) => Occurrence::Last,
            (_, Ok(number)) => Occurrence::Nth(number),
            _ => {
                let message = text!("{occurrence} is no occurrence", "{occurrence} 不是有效的序号");
                return Err(bad("occurrence", message));
            }
        };
        Ok(Placement::Keyword {
            text: call::string(text, "text")?.to_owned(),
            occurrence,
            pages: pages_or_all(pages)?,
            dx_mm: length(dx_mm, "dx_mm")?,
            dy_mm: length(dy_mm, "dy_mm")?,
        })
    })
}

fn add(
    request: *mut sealcore_request,
    error: *mut *mut sealcore_error,
    place: impl FnOnce() -> Outcome<Placement>,
) -> sealcore_status {
    change(error, |call| {
        call.exclusive(request, "request", |request| {
            request.placements.push(place()?);
            Ok(())
        })
    })
}

fn pages_or_all(pages: *const c_char) -> Outcome<Pages> {
    match call::text_or_none(pages, "pages")? {
        Some(pages) => Ok(Pages::parse(pages)?),
        None => Ok(Pages::All),
    }
}

fn position(millimetres: f64) -> Outcome<Option<f64>> {
    if millimetres.is_nan() {
        return Ok(None);
    }
    length(millimetres, "position_mm").map(Some)
}

fn length(millimetres: f64, argument: &str) -> Outcome<f64> {
    if millimetres.is_finite() {
        return Ok(millimetres);
    }
    Err(bad(
        argument,
        text!(
            "{millimetres} is no length in millimetres",
            "{millimetres} 不是毫米长度"
        ),
    ))
}
