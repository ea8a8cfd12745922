//! SVG pictures as vectors. `usvg` resolves styles, units and references; what it would leave out, or what would cost more
//! than it shows, is refused before.

mod draw;
mod gradient;
mod scan;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usvg::{ImageHrefResolver, ImageKind, Options, Tree, roxmltree};

use super::Vector;
use super::canvas::{Canvas, Group};
use super::format::{PictureFormat, broken, unsupported};
use super::objects::Objects;
use crate::error::Result;
use crate::limits::Limits;
use crate::text;

/// Bytes of an SVG. Seals are some ten kilobytes, or what their embedded images take.
const MAX_BYTES: usize = 8 << 20;

/// The picture as a form, in pixels of CSS.
pub(super) fn form(data: &[u8], objects: &mut Objects) -> Result<Vector> {
    let tree = parse(data)?;
    let (width, height) = natural_size(&tree);
    let mut canvas = Canvas::default();
    draw::tree(&tree, (width, height), objects, &mut canvas)?;
    let form = objects.add(canvas.into_form([0.0, 0.0, width, height], Group::Isolated));
    Ok(Vector { form, width, height })
}

fn natural_size(tree: &Tree) -> (f64, f64) {
    (f64::from(tree.size().width()), f64::from(tree.size().height()))
}

fn parse(data: &[u8]) -> Result<Tree> {
    if data.len() > MAX_BYTES {
        return Err(Limits::exceeded("bytes of an SVG", "SVG 字节数", MAX_BYTES as u64));
    }
    let source =
        std::str::from_utf8(data).map_err(|_| unsupported(text!("the SVG is not in UTF-8", "SVG 不是 UTF-8 编码")))?;
    let failed =
        |error: &dyn std::fmt::Display| broken(text!("the SVG cannot be read: {error}", "SVG 无法读取：{error}"));
    let options = roxmltree::ParsingOptions {
        allow_dtd: true, // drawing programs write one; only its entities count, and their expansion is bounded
        nodes_limit: scan::MAX_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    let document = roxmltree::Document::parse_with_options(source.trim_start_matches('\u{feff}'), options)
        .map_err(|error| failed(&error))?;
    scan::check(&document)?;
    let dropped = Arc::new(AtomicBool::new(false));
    let options = Options {
        image_href_resolver: resolver(&dropped),
        ..Options::default()
    };
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| failed(&error))?;
    drop(options);
    if dropped.load(Ordering::Relaxed) {
        return Err(unsupported(text!(
            "an image in the SVG is not an embedded PNG, JPEG or GIF",
            "SVG 中的图像不是内嵌的 PNG、JPEG 或 GIF"
        )));
    }
    Ok(tree)
}

/// Takes images that are in the SVG itself and notes whether there were others: the crate's own resolver opens files.
fn resolver(dropped: &Arc<AtomicBool>) -> ImageHrefResolver<'static> {
    let (by_data, by_name) = (Arc::clone(dropped), Arc::clone(dropped));
    ImageHrefResolver {
        resolve_data: Box::new(move |_, data, _| {
            let kind = match scan::raster_format(&data) {
                Some(PictureFormat::Png) => Some(ImageKind::PNG(data)),
                Some(PictureFormat::Jpeg) => Some(ImageKind::JPEG(data)),
                Some(PictureFormat::Gif) => Some(ImageKind::GIF(data)),
                _ => None,
            };
            by_data.fetch_or(kind.is_none(), Ordering::Relaxed);
            kind
        }),
        resolve_string: Box::new(move |_, _| {
            by_name.store(true, Ordering::Relaxed);
            None
        }),
    }
}

#[cfg(test)]
mod tests;
