//! Where a signature is shown: its widgets on the pages, in millimetres of the page as a person sees it.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, ObjectId};
use crate::pdf::page::{Page, Rectangle};
use crate::report::StampInfo;

/// Widgets of one signature that are reported.
const MOST: usize = 10_000;

/// The pages of a file, and which of them shows what: found once for all signatures, when the first is shown.
#[derive(Debug, Default)]
pub(crate) struct Sheets(OnceCell<Option<Found>>);

#[derive(Debug)]
struct Found {
    pages: Vec<Page>,
    by_annotation: HashMap<ObjectId, usize>,
    by_page: HashMap<ObjectId, usize>,
}

impl Sheets {
    /// `None` without pages that can be read.
    fn of(&self, view: &View<'_, '_>) -> Option<&Found> {
        self.0.get_or_init(|| Found::new(view)).as_ref()
    }
}

impl Found {
    fn new(view: &View<'_, '_>) -> Option<Self> {
        let pages = view.pages().ok()?;
        let mut by_annotation: HashMap<ObjectId, usize> = HashMap::new();
        let mut by_page: HashMap<ObjectId, usize> = HashMap::new();
        for (index, page) in pages.iter().enumerate() {
            if let Some(id) = page.id
                && by_page.insert(id, index).is_some()
            {
                // Listed twice, it has the same annotations.
                continue;
            }
            if let Ok(annotations) = view.lookup(&page.dictionary, "Annots") {
                for annotation in annotations.as_array().unwrap_or_default() {
                    if let Some(id) = annotation.as_reference() {
                        by_annotation.entry(id).or_insert(index);
                    }
                }
            }
        }
        Some(Self {
            pages,
            by_annotation,
            by_page,
        })
    }
}

/// The places of the widgets that have an area.
pub(crate) fn stamps(
    view: &View<'_, '_>,
    widgets: &[(Option<ObjectId>, Dictionary)],
    sheets: &Sheets,
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
    let Some(Found {
        pages,
        by_annotation,
        by_page,
    }) = sheets.of(view)
    else {
        return Vec::new();
    };
    boxed
        .into_iter()
        .map(|(id, widget, rectangle)| {
            let named = widget
                .get("P")
                .and_then(|page| by_page.get(&page.as_reference()?))
                .copied();
            // What a page lists is shown there, whatever the widget says.
            let index = id.and_then(|id| by_annotation.get(&id).copied()).or(named);
            StampInfo {
                page: index.map(|index| index + 1),
                boundary_mm: index.and_then(|index| pages.get(index)).map_or_else(
                    || millimetres([rectangle.x0, rectangle.y0, rectangle.width(), rectangle.height()], 1.0),
                    |page| as_shown(page, rectangle),
                ),
                clip_mm: None,
            }
        })
        .collect()
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
