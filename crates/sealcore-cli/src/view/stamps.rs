//! Where a seal is shown, in words.

use sealcore::lang::Lang;
use sealcore::ofd::StampPlace;
use sealcore::placement::PlacedStamp;

/// How many places are named one by one.
const NAMED: usize = 6;

/// `page 3 (150, 200) mm 40×40; ...`
pub(crate) fn text(stamps: &[StampPlace], lang: Lang) -> String {
    let places = stamps.iter().map(|stamp| {
        let page = match (stamp.page, lang) {
            (Some(page), _) => numbered(page, lang),
            (None, Lang::En) => format!("no page “{}”", stamp.page_id),
            (None, Lang::Zh) => format!("不存在的页“{}”", stamp.page_id),
        };
        one(page, stamp.boundary_mm, stamp.clip_mm.is_some(), lang)
    });
    listed(places, lang)
}

/// As [`text`], of places that were just made.
pub(crate) fn placed(stamps: &[PlacedStamp], lang: Lang) -> String {
    let places = stamps.iter().map(|stamp| {
        let page = numbered(stamp.page + 1, lang);
        one(page, Some(stamp.boundary.to_array()), stamp.clip.is_some(), lang)
    });
    listed(places, lang)
}

fn listed(places: impl ExactSizeIterator<Item = String>, lang: Lang) -> String {
    let more = places.len().saturating_sub(NAMED);
    let mut parts: Vec<String> = places.take(NAMED).collect();
    if more > 0 {
        parts.push(match lang {
            Lang::En => format!("{more} more"),
            Lang::Zh => format!("另有 {more} 处"),
        });
    }
    parts.join(match lang {
        Lang::En => "; ",
        Lang::Zh => "；",
    })
}

fn numbered(page: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("page {page}"),
        Lang::Zh => format!("第 {page} 页"),
    }
}

fn one(page: String, boundary_mm: Option<[f64; 4]>, slice: bool, lang: Lang) -> String {
    let place = boundary_mm.map_or_else(String::new, |[x, y, width, height]| {
        format!(" ({x:.1}, {y:.1}) mm {width:.0}×{height:.0}")
    });
    let slice = match (slice, lang) {
        (false, _) => "",
        (true, Lang::En) => ", slice",
        (true, Lang::Zh) => "，骑缝",
    };
    format!("{page}{place}{slice}")
}
