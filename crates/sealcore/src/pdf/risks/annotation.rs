//! Annotations of a page (ISO 32000-2, 12.5), and whether they are shown.

use super::Told;
use super::form::Widgets;
use super::layer::Layers;
use crate::error::Result;
use crate::lang::Lang;
use crate::lang::Text;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::page::{Page, Rectangle};
use crate::report::Code;
use crate::text;

/// Annotations of one page that are looked at.
const MOST: usize = 2_000;

const HIDDEN: i64 = 1 << 1;
const PRINT: i64 = 1 << 2;
const NO_VIEW: i64 = 1 << 5;
const TOGGLE_NO_VIEW: i64 = 1 << 8;

/// An annotation that has a place.
#[derive(Debug)]
pub(super) struct Annotation {
    pub(super) dictionary: Dictionary,
    pub(super) area: Rectangle,
    /// The annotation or field, in words.
    pub(super) what: Text,
    /// The name of its field, where it is a widget.
    pub(super) field: Option<String>,
    /// Whether that is a signature field.
    pub(super) signature: bool,
    pub(super) hidden: bool,
}

/// The annotations of a page; those that are hidden are told.
pub(super) fn of_page(
    view: &View<'_, '_>,
    page: &Page,
    number: usize,
    layers: &Layers,
    widgets: &Widgets,
    told: &mut Told,
) -> Result<Vec<Annotation>> {
    let part = format!("page {number}");
    let Some(list) = told.unless_broken(view.lookup(&page.dictionary, "Annots"), part.clone())? else {
        return Ok(Vec::new());
    };
    let list = list.as_array().unwrap_or_default();
    if list.len() > MOST {
        told.too_much("annotations", "注释");
    }
    let mut annotations = Vec::new();
    for item in list.iter().take(MOST) {
        let Some(value) = told.unless_broken(view.resolve(item), part.clone())? else {
            continue;
        };
        let Object::Dictionary(dictionary) = &*value else {
            continue;
        };
        let area = dictionary.get("Rect").and_then(|area| view.rectangle(area));
        let Some(area) = area.filter(|area| !area.is_empty()) else {
            continue;
        };
        let subtype = dictionary.get("Subtype").and_then(Object::as_name).unwrap_or(b"?");
        // They open with what they belong to.
        if subtype == b"Popup" {
            continue;
        }
        let kind = String::from_utf8_lossy(subtype).into_owned();
        let field = value.id().and_then(|id| widgets.name(id)).map(ToOwned::to_owned);
        let what = match &field {
            Some(name) => text!("the form field {name}", "表单域 {name}"),
            None => text!("an annotation of type {kind}", "{kind} 类型的注释"),
        };
        let flags = view
            .lookup(dictionary, "F")
            .ok()
            .and_then(|flags| flags.as_integer())
            .unwrap_or(0);
        let off = dictionary.get("OC").is_some_and(|group| layers.is_off(group));
        let hidden = off || flags & (HIDDEN | NO_VIEW) != 0;
        tell_flags(flags, subtype, &what, number, told);
        annotations.push(Annotation {
            dictionary: dictionary.clone(),
            area,
            what,
            field,
            signature: value.id().is_some_and(|id| widgets.is_signature(id)),
            hidden,
        });
    }
    Ok(annotations)
}

fn tell_flags(flags: i64, subtype: &[u8], what: &Text, number: usize, told: &mut Told) {
    // Links show nothing.
    if subtype == b"Link" {
        return;
    }
    let (en, zh) = (what.get(Lang::En), what.get(Lang::Zh));
    let message = if flags & HIDDEN != 0 {
        text!("{en} is hidden on page {number}", "第 {number} 页的{zh}被隐藏")
    } else if flags & NO_VIEW != 0 && flags & PRINT != 0 {
        text!(
            "{en} on page {number} is shown in print only",
            "第 {number} 页的{zh}仅在打印时显示"
        )
    } else if flags & NO_VIEW != 0 {
        text!("{en} is not shown on page {number}", "第 {number} 页的{zh}不显示")
    } else if flags & TOGGLE_NO_VIEW != 0 {
        text!(
            "{en} on page {number} is shown or not as the pointer moves",
            "第 {number} 页的{zh}随指针移动显示或隐藏"
        )
    } else {
        return;
    };
    told.say(Code::RiskAnnotationHidden, message, format!("page {number}"));
}
