//! Where a seal is shown, in words.

use sealcore::lang::Lang;
use sealcore::ofd::StampPlace;

/// How many places are named one by one.
const NAMED: usize = 6;

/// `page 3 (150, 200) mm 40×40; ...`
pub(crate) fn text(stamps: &[StampPlace], lang: Lang) -> String {
    let mut parts: Vec<String> = stamps.iter().take(NAMED).map(|stamp| one(stamp, lang)).collect();
    if let Some(more) = stamps.len().checked_sub(NAMED).filter(|more| *more > 0) {
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

fn one(stamp: &StampPlace, lang: Lang) -> String {
    let page = match (stamp.page, lang) {
        (Some(page), Lang::En) => format!("page {page}"),
        (Some(page), Lang::Zh) => format!("第 {page} 页"),
        (None, Lang::En) => format!("no page “{}”", stamp.page_id),
        (None, Lang::Zh) => format!("不存在的页“{}”", stamp.page_id),
    };
    let place = stamp.boundary_mm.map_or_else(String::new, |[x, y, width, height]| {
        format!(" ({x:.1}, {y:.1}) mm {width:.0}×{height:.0}")
    });
    let slice = match (stamp.clip_mm, lang) {
        (None, _) => "",
        (Some(_), Lang::En) => ", slice",
        (Some(_), Lang::Zh) => "，骑缝",
    };
    format!("{page}{place}{slice}")
}
