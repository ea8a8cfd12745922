//! OFD pictures (GB/T 33190) as vectors: the one page of a package, which vector seals are.

mod color;
mod glyphs;
mod letters;
mod object;
mod path;
mod resources;

use std::collections::HashMap;

use super::Vector;
use super::canvas::{Canvas, Group};
use super::format::{broken, unsupported};
use super::objects::Objects;
use super::raster::Pixels;
use crate::error::Result;
use crate::limits::Limits;
use crate::monitor::Unwatched;
use crate::ofd::package::Archive;
use crate::ofd::{Boundary, Located, Parts, Structure};
use crate::text;
use crate::xml::Element;

use self::object::Page;
use self::resources::Resources;

/// A vector seal is a handful of small files; fonts make it megabytes.
fn within(limits: &Limits) -> Limits {
    Limits {
        entries: limits.entries.min(1_000),
        entry_bytes: limits.entry_bytes.min(32 << 20),
        inflated_bytes: limits.inflated_bytes.min(128 << 20),
        part_bytes: limits.part_bytes.min(32 << 20),
        xml_depth: limits.xml_depth.min(64),
        xml_nodes: limits.xml_nodes.min(200_000),
        pages: limits.pages.min(16),
        ..limits.clone()
    }
}

/// The picture as a form, in millimetres.
pub(super) fn form(data: &[u8], limits: &Limits, objects: &mut Objects) -> Result<Vector> {
    let limits = within(limits);
    let archive = Archive::open(data, &limits)?;
    let parts = Parts::new(&archive, &limits, &Unwatched);
    let (index, area, root) = single_page(&parts)?;
    let mut canvas = Canvas::default();
    canvas.concat([1.0, 0.0, 0.0, 1.0, -area.x, -area.y]);
    let document = parts.xml(root)?;
    let document_path = parts.name(root);
    refuse_overlays(&document.root()).map_err(|error| error.in_part(document_path.as_str()))?;
    let content = parts.xml(index)?;
    let path = parts.name(index);
    let mut resources = Resources::read(&parts, &document, root, &content, index)?;
    let mut page = Page {
        parts: &parts,
        resources: &mut resources,
        objects,
        pixels: Pixels::default(),
        canvas: &mut canvas,
        fonts: HashMap::new(),
        images: HashMap::new(),
    };
    page.draw(&content).map_err(|error| error.in_part(path.as_str()))?;
    let form = objects.add(canvas.into_form([0.0, 0.0, area.width, area.height], Group::Isolated));
    Ok(Vector {
        form,
        width: area.width,
        height: area.height,
    })
}

/// The entry of the only page, its size, and the entry of the document root.
fn single_page(parts: &Parts<'_, '_>) -> Result<(usize, Boundary, usize)> {
    let structure = Structure::read(parts)?;
    let ([body], Some(page)) = (
        structure.bodies.as_slice(),
        structure.bodies.first().and_then(|body| body.pages.first()),
    ) else {
        return Err(unsupported(text!(
            "the OFD is not one document with a page",
            "OFD 不是含有页面的单个文档"
        )));
    };
    let count = body.pages.len();
    if count > 1 {
        return Err(unsupported(text!(
            "an OFD of {count} pages is no picture",
            "共 {count} 页的 OFD 不能作为图像"
        )));
    }
    if !page.templates.is_empty() {
        return Err(unsupported(text!(
            "page templates of an OFD picture cannot be drawn",
            "不支持绘制 OFD 图像的模板页"
        )));
    }
    let area = page.area;
    if area.width.is_nan() || area.width <= 0.0 || area.height.is_nan() || area.height <= 0.0 {
        return Err(broken(text!("the page of the OFD has no size", "OFD 页面没有尺寸")));
    }
    let root = body.root.as_ref().and_then(|path| parts.archive().find(path));
    let (Some(content), Some(root)) = (page.content, root) else {
        return Err(broken(text!("the OFD lacks its page", "OFD 缺少页面内容")));
    };
    Ok((content, area, root))
}

/// What lies over the page is displayed too.
fn refuse_overlays(document: &Element<'_>) -> Result<()> {
    if document.child("Annotations").is_some() {
        return Err(unsupported(text!(
            "annotations of an OFD picture cannot be drawn",
            "不支持绘制 OFD 图像的注释"
        )));
    }
    Ok(())
}

/// A file that another one names.
fn locate(parts: &Parts<'_, '_>, base: &str, loc: &str) -> Result<usize> {
    let base = crate::ofd::path::PackagePath::from_entry_name(base)
        .map_err(|_| broken(text!("“{base}” is no path", "“{base}”不是有效路径")))?;
    let located: Located = parts.locate(&base, loc);
    located.entry(loc).map(|(index, _)| index)
}

/// A number in an attribute.
fn number(element: &Element<'_>, name: &str) -> Option<f64> {
    let value = element.attribute(name)?;
    value.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// The numbers of a list; `None` when something else is among them.
fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|value: &f64| value.is_finite()))
        .collect()
}

/// Whether an attribute is there and says the opposite of its default.
fn flag(element: &Element<'_>, name: &str, default: bool) -> bool {
    match element.attribute(name).as_deref().map(str::trim) {
        Some("true" | "1") => true,
        Some("false" | "0") => false,
        _ => default,
    }
}

#[cfg(test)]
mod tests;
