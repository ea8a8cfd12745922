//! Optional content (ISO 32000-2, 8.11): layers that are there and not always shown.

use std::collections::HashSet;

use super::Told;
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::report::Code;
use crate::text;

/// Layers that are told by name.
const NAMED: usize = 8;

/// The layers of a document.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: HashSet<ObjectId>,
}

impl Layers {
    /// Whether what belongs to this group, `/OC` or a property of marked content, is not shown as the document opens.
    pub(super) fn is_off(&self, group: &Object) -> bool {
        group.as_reference().is_some_and(|id| self.off.contains(&id))
    }
}

pub(super) fn read(view: &View<'_, '_>, told: &mut Told) -> Result<Layers> {
    let mut layers = Layers::default();
    let (_, catalog) = view.catalog()?;
    let Some(catalog) = catalog.as_dictionary() else {
        return Ok(layers);
    };
    let Some(properties) = told.unless_broken(view.lookup(catalog, "OCProperties"), "OCProperties")? else {
        return Ok(layers);
    };
    let Some(properties) = properties.as_dictionary() else {
        return Ok(layers);
    };
    let groups = references(view, properties, "OCGs");
    if groups.is_empty() {
        return Ok(layers);
    }
    let default = view.lookup(properties, "D").ok();
    let empty = Dictionary::new();
    let default = default
        .as_ref()
        .and_then(|value| value.as_dictionary())
        .unwrap_or(&empty);
    let base_off = view
        .lookup(default, "BaseState")
        .ok()
        .and_then(|state| state.as_name().map(|name| name == b"OFF"));
    if base_off == Some(true) {
        let on: HashSet<ObjectId> = references(view, default, "ON").into_iter().collect();
        layers.off.extend(groups.iter().filter(|group| !on.contains(group)));
    } else {
        layers.off.extend(references(view, default, "OFF"));
    }
    let mut hidden = Vec::new();
    let mut names = Vec::new();
    for group in &groups {
        let Ok(object) = view.get(*group) else { continue };
        let Some(dictionary) = object.as_dictionary() else {
            continue;
        };
        let name = view.lookup(dictionary, "Name").ok().and_then(|name| name.as_text());
        let name: String = name.unwrap_or_else(|| group.to_string()).chars().take(60).collect();
        if layers.off.contains(group) || depends_on_usage(view, dictionary) {
            hidden.push(name);
        } else {
            names.push(name);
        }
    }
    let several = |mut names: Vec<String>| {
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        let list = names.join(", ");
        if more > 0 { format!("{list}, +{more}") } else { list }
    };
    if !hidden.is_empty() {
        let list = several(hidden);
        let message = text!(
            "layers are off, or shown in one use and not in another: {list}",
            "存在默认关闭或随用途显示的图层：{list}"
        );
        told.say(Code::RiskOptionalContentHidden, message, "OCProperties");
    }
    if !names.is_empty() {
        let list = several(names);
        let message = text!("the document has layers: {list}", "文档含有图层：{list}");
        told.say(Code::RiskOptionalContent, message, "OCProperties");
    }
    let others = view.lookup(properties, "Configs").ok();
    let others = others.and_then(|others| others.as_array().map(<[_]>::len)).unwrap_or(0);
    if others > 0 {
        let message = text!(
            "there are {others} further sets of states for the layers",
            "图层另有 {others} 套显示配置"
        );
        told.say(Code::RiskOptionalContent, message, "OCProperties");
    }
    Ok(layers)
}

fn references(view: &View<'_, '_>, dictionary: &Dictionary, key: &str) -> Vec<ObjectId> {
    let value = view.lookup(dictionary, key).ok();
    let items = value.as_ref().and_then(|value| value.as_array()).unwrap_or_default();
    items.iter().filter_map(Object::as_reference).collect()
}

/// Whether it is shown on screen and not in print, at one size and not at another, or for some readers only.
fn depends_on_usage(view: &View<'_, '_>, group: &Dictionary) -> bool {
    let Ok(usage) = view.lookup(group, "Usage") else {
        return true;
    };
    let Some(usage) = usage.as_dictionary() else {
        return false;
    };
    let state = |part: &str, key: &str| {
        let part = view.lookup(usage, part).ok()?;
        let state = view.lookup(part.as_dictionary()?, key).ok()?;
        state.as_name().map(<[u8]>::to_vec)
    };
    let states = [
        state("View", "ViewState"),
        state("Print", "PrintState"),
        state("Export", "ExportState"),
    ];
    let off = states.iter().flatten().any(|state| state == b"OFF");
    let zooms = view
        .lookup(usage, "Zoom")
        .is_ok_and(|zoom| zoom.as_dictionary().is_some_and(|zoom| !zoom.is_empty()));
    let readers = ["Language", "User"]
        .iter()
        .any(|key| usage.get(key).is_some_and(|value| !value.is_null()));
    off || zooms || readers
}
