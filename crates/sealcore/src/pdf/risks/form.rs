//! Form fields that show something else than they hold, or lie over one another.

use std::collections::{HashMap, HashSet};

use super::Told;
use super::annotation::Annotation;
use super::layer::Layers;
use super::paint::{Effort, Painter};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::form::{Field, normal_appearance};
use crate::pdf::matrix::Matrix;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::report::Code;
use crate::text;

const PASSWORD: i64 = 1 << 13;
const PUSH_BUTTON: i64 = 1 << 16;
const COMBO: i64 = 1 << 17;
/// Characters of values that are told.
const EXCERPT: usize = 40;
/// Widgets of one page that are compared with one another.
const COMPARED: usize = 1_000;

/// The widgets of fields.
#[derive(Debug, Default)]
pub(super) struct Widgets {
    names: HashMap<ObjectId, String>,
    signatures: HashSet<ObjectId>,
}

impl Widgets {
    /// The name of the field that a widget belongs to.
    pub(super) fn name(&self, id: ObjectId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// Whether it belongs to a signature field.
    pub(super) fn is_signature(&self, id: ObjectId) -> bool {
        self.signatures.contains(&id)
    }
}

pub(super) fn look(view: &View<'_, '_>, effort: &mut Effort, told: &mut Told) -> Result<Widgets> {
    let mut widgets = Widgets::default();
    let Some(Some(form)) = told.unless_broken(view.form(), "AcroForm")? else {
        return Ok(widgets);
    };
    let has = |key: &str| view.lookup(&form.dictionary, key).is_ok_and(|value| !value.is_null());
    if has("XFA") {
        told.say(Code::RiskXfa, Code::RiskXfa.meaning(), "AcroForm");
    }
    let anew = view
        .lookup(&form.dictionary, "NeedAppearances")
        .is_ok_and(|value| value.as_bool() == Some(true));
    let drawn = |field: &Field| matches!(field.kind.as_deref(), Some(b"Tx" | b"Ch" | b"Btn"));
    if anew && form.fields.iter().any(drawn) {
        told.say(
            Code::RiskNeedAppearances,
            Code::RiskNeedAppearances.meaning(),
            "AcroForm",
        );
    }
    for field in &form.fields {
        for (id, _) in &field.widgets {
            if let Some(id) = id {
                widgets.names.insert(*id, field.name.clone());
                if field.is_signature() {
                    widgets.signatures.insert(*id);
                }
            }
        }
        match field.kind.as_deref() {
            Some(b"Tx") if field.flags & PASSWORD == 0 => written(view, field, effort, told)?,
            Some(b"Ch") if field.flags & COMBO != 0 => written(view, field, effort, told)?,
            Some(b"Btn") if field.flags & PUSH_BUTTON == 0 => ticked(view, field, told),
            _ => {}
        }
    }
    if effort.spent {
        told.too_much("form fields", "表单域");
    }
    Ok(widgets)
}

/// A field that shows text.
fn written(view: &View<'_, '_>, field: &Field, effort: &mut Effort, told: &mut Told) -> Result<()> {
    let Some(value) = value_of(view, field) else {
        return Ok(());
    };
    let layers = Layers::default();
    for (_, widget) in &field.widgets {
        let Some((id, stream)) = normal_appearance(view, widget) else {
            continue;
        };
        let mut painter = Painter::new(view, &layers, effort);
        let drawn = painter.appearance(&stream, id, Matrix::IDENTITY, 0);
        let runs = painter.painted.runs;
        if told.unless_broken(drawn, field.name.clone())?.is_none() || effort.spent {
            continue;
        }
        // What a font does not say cannot be compared.
        let Some(shown) = runs.into_iter().map(|run| run.text).collect::<Option<String>>() else {
            continue;
        };
        if bare(&shown) == bare(&value) || is_reordered(&shown) || is_reordered(&value) {
            continue;
        }
        let name = &field.name;
        let (shown, value) = (excerpt(&shown), excerpt(&value));
        told.say(
            Code::RiskFormValueDiffers,
            text!(
                "the field {name} shows “{shown}” and its value is “{value}”",
                "表单域 {name} 显示“{shown}”，而其值为“{value}”"
            ),
            name.clone(),
        );
    }
    Ok(())
}

/// What the field should show; `None` where it is not text.
fn value_of(view: &View<'_, '_>, field: &Field) -> Option<String> {
    let Some(value) = &field.value else {
        return Some(String::new());
    };
    let value = view.resolve(value).ok()?;
    if value.is_null() {
        return Some(String::new());
    }
    let stated = value.as_text()?;
    let options = view.lookup(&field.dictionary, "Opt").ok()?;
    // An option may be a pair: what is stored, and what is shown.
    let shown = options.as_array().unwrap_or_default().iter().find_map(|option| {
        let pair = view.resolve(option).ok()?;
        let [stored, shown] = pair.as_array()? else {
            return None;
        };
        (view.resolve(stored).ok()?.as_text()? == stated).then(|| view.resolve(shown).ok()?.as_text())?
    });
    Some(shown.unwrap_or(stated))
}

/// Lines are broken and characters set apart as a field has room.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !character.is_control() && *character != '\u{feff}')
        .collect()
}

/// Whether it is written from right to left: appearances have such text in the order in which it is seen.
fn is_reordered(text: &str) -> bool {
    text.chars()
        .any(|character| matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'))
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
}

/// A field that shows one of several states.
fn ticked(view: &View<'_, '_>, field: &Field, told: &mut Told) {
    let value = field.value.as_ref().and_then(|value| view.resolve(value).ok());
    let value = value
        .as_ref()
        .and_then(|value| value.as_name())
        .unwrap_or(b"Off")
        .to_vec();
    for (_, widget) in &field.widgets {
        let Some(states) = states(view, widget) else { continue };
        let shown = view
            .lookup(widget, "AS")
            .ok()
            .and_then(|state| state.as_name().map(<[u8]>::to_vec));
        let shown = shown.unwrap_or_else(|| b"Off".to_vec());
        let expected = if states.contains(&value) {
            value.as_slice()
        } else {
            b"Off"
        };
        if shown != expected {
            let name = &field.name;
            let (shown, value) = (String::from_utf8_lossy(&shown), String::from_utf8_lossy(&value));
            told.say(
                Code::RiskFormValueDiffers,
                text!(
                    "the field {name} shows the state {shown} and its value is {value}",
                    "表单域 {name} 显示状态 {shown}，而其值为 {value}"
                ),
                name.clone(),
            );
        }
    }
}

fn states(view: &View<'_, '_>, widget: &Dictionary) -> Option<Vec<Vec<u8>>> {
    let all = view.lookup(widget, "AP").ok()?;
    let normal = view.lookup(all.as_dictionary()?, "N").ok()?;
    match &*normal {
        Object::Dictionary(states) => Some(states.iter().map(|entry| entry.key.as_bytes().to_vec()).collect()),
        _ => None,
    }
}

/// Fields of a page that lie over one another.
pub(super) fn overlaps(annotations: &[Annotation], number: usize, told: &mut Told) {
    let fields: Vec<_> = annotations
        .iter()
        .filter(|one| !one.hidden)
        .filter_map(|one| Some((one.field.as_deref()?, one.area, one.signature)))
        .take(COMPARED)
        .collect();
    for (index, (name, area, signature)) in fields.iter().enumerate() {
        for (other, other_area, other_signature) in fields.iter().skip(index + 1) {
            // Seals are put over seals.
            if *signature && *other_signature {
                continue;
            }
            let common = area.intersection(other_area);
            let smaller = (area.width() * area.height()).min(other_area.width() * other_area.height());
            if common.width() * common.height() > smaller * 0.15 {
                told.say(
                    Code::RiskFieldOverlap,
                    text!(
                        "on page {number} the fields {name} and {other} lie over one another",
                        "第 {number} 页的表单域 {name} 与 {other} 相互重叠"
                    ),
                    format!("page {number}"),
                );
            }
        }
    }
}
