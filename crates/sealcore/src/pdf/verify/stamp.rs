//! Where a signature is shown: its widgets on the pages, in millimetres of the page as a person sees it.

use std::collections::{HashMap, HashSet};

use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::page::{Page, Rectangle};
use crate::report::StampInfo;

/// Widgets of one signature that are reported.
const MOST: usize = 10_000;

/// The places of a signature's widgets that have an area, and of the further pictures that were put on with it: annotations
/// of the revision that is signed, named after the field (`/NM (field/2)`, what sealcore writes for seam seals).
pub(crate) fn stamps(
    view: &View<'_, '_>,
    names: &[String],
    widgets: &[(Option<ObjectId>, Dictionary)],
    signed: Option<View<'_, '_>>,
) -> Vec<StampInfo> {
    let boxed: Vec<_> = widgets
        .iter()
        .take(MOST)
        .filter_map(|(id, widget)| {
            let rectangle = view.rectangle(widget.get("Rect")?)?;
            (!rectangle.is_empty()).then_some((*id, widget, rectangle))
        })
        .collect();
    if boxed.is_empty() {
        return Vec::new();
    }
    // Without pages there is nowhere to show anything.
    let Ok(pages) = view.pages() else { return Vec::new() };
    let mut by_annotation: HashMap<ObjectId, usize> = HashMap::new();
    let mut by_page: HashMap<ObjectId, usize> = HashMap::new();
    let mut further = Vec::new();
    // Pages may share one array.
    let mut arrays = HashSet::new();
    for (index, page) in pages.iter().enumerate() {
        by_page.extend(page.id.map(|id| (id, index)));
        let Ok(annotations) = view.lookup(&page.dictionary, "Annots") else {
            continue;
        };
        let items = annotations.as_array().unwrap_or_default();
        if annotations.id().is_some_and(|id| !arrays.insert(id)) {
            continue;
        }
        for id in items.iter().filter_map(Object::as_reference) {
            by_annotation.entry(id).or_insert(index);
            let known = signed.is_some_and(|signed| signed.location(id.number) == view.location(id.number));
            if known && further.len() < MOST {
                further.extend(picture_of(view, id, names).map(|area| (index, area)));
            }
        }
    }
    let own = boxed.into_iter().map(|(id, widget, area)| {
        let named = widget
            .get("P")
            .and_then(|page| by_page.get(&page.as_reference()?))
            .copied();
        // What a page lists is shown there, whatever the widget says.
        (id.and_then(|id| by_annotation.get(&id).copied()).or(named), area)
    });
    own.chain(further.into_iter().map(|(index, area)| (Some(index), area)))
        .map(|(index, area)| StampInfo {
            page: index.map(|index| index + 1),
            boundary_mm: index.and_then(|index| pages.get(index)).map_or_else(
                || millimetres([area.x0, area.y0, area.width(), area.height()], 1.0),
                |page| as_shown(page, area),
            ),
            clip_mm: None,
        })
        .collect()
}

/// The box of an annotation that is named after one of the fields.
fn picture_of(view: &View<'_, '_>, id: ObjectId, names: &[String]) -> Option<Rectangle> {
    let object = view.get(id).ok()?;
    let annotation = object.as_dictionary()?;
    if annotation.get("Subtype").and_then(Object::as_name) != Some(b"Stamp") {
        return None;
    }
    let name = annotation.get("NM")?.as_text()?;
    let (field, number) = name.rsplit_once('/')?;
    let is_ours = names.iter().any(|name| name == field) && number.bytes().all(|byte| byte.is_ascii_digit());
    let area = view.rectangle(annotation.get("Rect")?)?;
    (is_ours && !area.is_empty()).then_some(area)
}

/// Left, top, width and height on the page as it is shown: cropped and turned.
pub(crate) fn as_shown(page: &Page, area: Rectangle) -> [f64; 4] {
    let shown = page.crop_box;
    let (left, right) = (area.x0 - shown.x0, shown.x1 - area.x1);
    let (top, bottom) = (shown.y1 - area.y1, area.y0 - shown.y0);
    let (width, height) = (area.width(), area.height());
    let turned = match page.rotate {
        90 => [bottom, left, height, width],
        180 => [right, bottom, width, height],
        270 => [top, right, height, width],
        _ => [left, top, width, height],
    };
    millimetres(turned, page.user_unit)
}

fn millimetres(units: [f64; 4], user_unit: f64) -> [f64; 4] {
    units.map(|value| (value * user_unit * 25.4 / 72.0 * 1000.0).round() / 1000.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rotate: u16) -> Page {
        let sheet = Rectangle::new((0.0, 0.0), (720.0, 1440.0));
        Page {
            id: None,
            dictionary: Dictionary::new(),
            ancestors: Vec::new(),
            media_box: sheet,
            crop_box: Rectangle::new((72.0, 72.0), (720.0, 1440.0)),
            rotate,
            user_unit: 1.0,
            resources: None,
        }
    }

    #[test]
    fn a_turned_page_is_measured_as_it_is_seen() {
        let area = Rectangle::new((144.0, 216.0), (216.0, 360.0));
        // 72 units are 25.4 mm. Seen upright: 1 inch from the left, 15 from the top.
        for (rotate, inches) in [
            (0, [1.0, 15.0, 1.0, 2.0]),
            (90, [2.0, 1.0, 2.0, 1.0]),
            (180, [7.0, 2.0, 1.0, 2.0]),
            (270, [15.0, 7.0, 2.0, 1.0]),
        ] {
            assert_eq!(
                as_shown(&page(rotate), area),
                inches.map(|inch: f64| (inch * 25_400.0).round() / 1000.0),
                "{rotate}"
            );
        }
    }
}
