//! Where a signature is shown: its widgets on the pages, in millimetres of the page as a person sees it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
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
    /// Annotations that are named after a field (`/NM (field/2)`): further pictures of its seal.
    pictures: HashMap<String, Vec<Picture>>,
}

#[derive(Debug)]
struct Picture {
    id: ObjectId,
    page: usize,
    area: Rectangle,
}

impl Sheets {
    /// `None` without pages that can be read.
    fn of(&self, view: &View<'_, '_>) -> Option<&Found> {
        self.0.get_or_init(|| Found::new(view)).as_ref()
    }

    /// The page of a place.
    pub(crate) fn page(&self, view: &View<'_, '_>, place: &Place<'_>) -> Option<&Page> {
        self.of(view)?.pages.get(place.page?)
    }
}

impl Found {
    fn new(view: &View<'_, '_>) -> Option<Self> {
        let mut found = Self {
            pages: view.pages().ok()?,
            by_annotation: HashMap::new(),
            by_page: HashMap::new(),
            pictures: HashMap::new(),
        };
        let mut arrays = HashSet::new();
        for (index, page) in found.pages.iter().enumerate() {
            if let Some(id) = page.id
                && found.by_page.insert(id, index).is_some()
            {
                // Listed twice, it has the same annotations.
                continue;
            }
            let Ok(annotations) = view.lookup(&page.dictionary, "Annots") else {
                continue;
            };
            // Pages may share one array.
            if annotations.id().is_some_and(|id| !arrays.insert(id)) {
                continue;
            }
            let items = annotations.as_array().unwrap_or_default();
            for id in items.iter().filter_map(Object::as_reference) {
                if found.by_annotation.contains_key(&id) {
                    continue;
                }
                found.by_annotation.insert(id, index);
                if let Some((field, area)) = picture_of(view, id) {
                    let pictures = found.pictures.entry(field).or_default();
                    pictures.push(Picture { id, page: index, area });
                }
            }
        }
        Some(found)
    }
}

/// The field that an annotation is named after, and its box.
fn picture_of(view: &View<'_, '_>, id: ObjectId) -> Option<(String, Rectangle)> {
    let object = view.get(id).ok()?;
    let annotation = object.as_dictionary()?;
    if annotation.get("Subtype").and_then(Object::as_name) != Some(b"Stamp") {
        return None;
    }
    let name = annotation.get("NM")?.as_text()?;
    let (field, number) = name.rsplit_once('/')?;
    let area = view.rectangle(annotation.get("Rect")?)?;
    (number.bytes().all(|byte| byte.is_ascii_digit()) && !area.is_empty()).then(|| (field.to_owned(), area))
}

/// A place where a signature is shown.
#[derive(Debug)]
pub(crate) struct Place<'w> {
    /// The annotation.
    pub(crate) id: Option<ObjectId>,
    /// The widget as the form has it; `None` for a further picture.
    pub(crate) widget: Option<&'w Dictionary>,
    /// The page that shows it, counted from 0.
    pub(crate) page: Option<usize>,
    /// Its box on the page.
    pub(crate) area: Rectangle,
}

/// The places of a signature's widgets that have an area, and of the further pictures that were put on with it: annotations
/// of the revision that is signed, named after the field, which is how sealcore writes seam seals.
pub(crate) fn places<'w>(
    view: &View<'_, '_>,
    names: &[String],
    widgets: &'w [(Option<ObjectId>, Dictionary)],
    signed: Option<View<'_, '_>>,
    sheets: &Sheets,
) -> Vec<Place<'w>> {
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
    let Some(found) = sheets.of(view) else {
        return Vec::new();
    };
    let own = boxed.into_iter().map(|(id, widget, area)| {
        let named = widget
            .get("P")
            .and_then(|page| found.by_page.get(&page.as_reference()?))
            .copied();
        Place {
            id,
            widget: Some(widget),
            // What a page lists is shown there, whatever the widget says.
            page: id.and_then(|id| found.by_annotation.get(&id).copied()).or(named),
            area,
        }
    });
    let further = names
        .iter()
        .filter_map(|name| found.pictures.get(name))
        .flatten()
        .filter(|picture| {
            let at = view.location(picture.id.number);
            signed.is_some_and(|signed| signed.location(picture.id.number) == at)
        })
        .take(MOST)
        .map(|picture| Place {
            id: Some(picture.id),
            widget: None,
            page: Some(picture.page),
            area: picture.area,
        });
    own.chain(further).collect()
}

/// What a report says of the places.
pub(crate) fn stamps(places: &[Place<'_>], view: &View<'_, '_>, sheets: &Sheets) -> Vec<StampInfo> {
    let info = |place: &Place<'_>| StampInfo {
        page: place.page.map(|index| index + 1),
        boundary_mm: sheets.page(view, place).map_or_else(
            || {
                let area = place.area;
                millimetres([area.x0, area.y0, area.width(), area.height()], 1.0)
            },
            |page| as_shown(page, place.area),
        ),
        clip_mm: None,
    };
    places.iter().map(info).collect()
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
