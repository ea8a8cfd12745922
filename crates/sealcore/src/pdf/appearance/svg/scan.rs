//! What in an SVG cannot be drawn, found before anything is made of it.

use std::collections::{HashMap, HashSet};

use base64ct::{Base64Unpadded, Encoding as _};
use usvg::roxmltree::{Document, Node};

use super::super::format::{PictureFormat, unsupported};
use super::super::raster;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text;

/// Nodes of the XML, attributes not counted, and elements after `use` was followed.
pub(super) const MAX_NODES: u32 = 100_000;

/// Depth of elements: what comes after goes down by recursion.
const MAX_DEPTH: usize = 64;

/// Selectors of style sheets times elements: each is held against each.
const MAX_MATCHES: usize = 5_000_000;

/// Bytes of attributes after `use` was followed.
const MAX_USED: usize = 32 << 20;

/// What is made anew for each element that refers to it, times elements: style sheets, gradients and clips, in bytes. Real
/// drawings have a thousandth of it.
const MAX_COPIED: usize = 256 << 20;

/// The largest number among sizes and coordinates: an arc is cut into ever more curves as it grows.
const MAX_SIZE: f64 = 1e7;

/// Attributes whose numbers decide how large an arc is, directly or as what a percentage or a unit is of.
const SIZES: [&str; 9] = ["d", "r", "rx", "ry", "width", "height", "viewBox", "font-size", "style"];

/// Elements that are drawn otherwise than by vectors, or would be left out without a word.
const REFUSED: [&str; 19] = [
    "text",
    "flowRoot",
    "meshgradient",
    "hatch",
    "foreignObject",
    "filter",
    "mask",
    "pattern",
    "marker",
    "script",
    "animate",
    "animateMotion",
    "animateTransform",
    "animateColor",
    "set",
    "video",
    "audio",
    "iframe",
    "canvas",
];

pub(super) fn check(document: &Document<'_>) -> Result<()> {
    let mut depths = HashMap::new();
    let mut by_id = HashMap::new();
    let mut uses = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        let depth = node
            .parent()
            .and_then(|parent| depths.get(&parent.id()).copied())
            .unwrap_or(0)
            + 1;
        if depth > MAX_DEPTH {
            return Err(Limits::exceeded("levels of an SVG", "SVG 层数", MAX_DEPTH as u64));
        }
        depths.insert(node.id(), depth);
        element(&node)?;
        if let Some(id) = node.attribute("id") {
            by_id.entry(id).or_insert(node);
        }
        if node.tag_name().name() == "use" {
            uses.push(node);
        }
    }
    let instruction = |node: &Node<'_, '_>| node.pi().is_some_and(|pi| pi.target == "xml-stylesheet");
    if let Some(node) = document.descendants().find(instruction) {
        return Err(external(&node));
    }
    style_sheets(document, depths.len())?;
    let elements = expansion(&uses, &by_id)?.saturating_add(depths.len());
    let copied =
        |node: &Node<'_, '_>| matches!(node.tag_name().name(), "clipPath" | "linearGradient" | "radialGradient");
    let largest = document.descendants().filter(copied).map(|node| weight(&node)).max();
    bounded(largest.unwrap_or(0).saturating_mul(elements), MAX_COPIED)?;
    bounded(weight(&document.root()), MAX_USED)
}

fn element(node: &Node<'_, '_>) -> Result<()> {
    let name = node.tag_name().name();
    if REFUSED.contains(&name) {
        return Err(if name == "text" {
            named(
                node,
                text!(
                    "text in the SVG cannot be drawn without its font: turn it into paths",
                    "SVG 中的文字缺少字体，无法绘制：请先将文字转为路径"
                ),
            )
        } else {
            named(
                node,
                text!("<{name}> in the SVG cannot be drawn", "不支持绘制 SVG 中的 <{name}>"),
            )
        });
    }
    for attribute in node.attributes() {
        let value = attribute.value();
        match attribute.name() {
            "href" if name != "image" && name != "a" && !value.trim_start().starts_with('#') => {
                return Err(external(node));
            }
            "href" if name == "image" && !value.trim_start().starts_with("data:") => return Err(external(node)),
            "href" if name == "image" => embedded_image(node, value)?,
            _ if refers_outside(value) => return Err(external(node)),
            of if SIZES.contains(&of) && exceeds_size(value) => return Err(too_large(node)),
            "clip-path" | "style" if value.contains("clip-path") || attribute.name() == "clip-path" => {
                let inside = node
                    .ancestors()
                    .skip(1)
                    .any(|above| above.tag_name().name() == "clipPath");
                if inside {
                    return Err(nested_clip(node));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// An image that could not be read would be left out without a word.
fn embedded_image(node: &Node<'_, '_>, href: &str) -> Result<()> {
    let payload = href
        .split_once(',')
        .filter(|(head, _)| head.trim_end().ends_with(";base64"));
    let payload: Option<String> = payload.map(|(_, payload)| payload.split_whitespace().collect());
    let data = payload.and_then(|payload| Base64Unpadded::decode_vec(payload.trim_end_matches('=')).ok());
    let unreadable = || {
        named(
            node,
            text!(
                "an image in the SVG is no readable embedded PNG, JPEG or GIF",
                "SVG 中的图像不是可读取的内嵌 PNG、JPEG 或 GIF"
            ),
        )
    };
    let data = data.ok_or_else(unreadable)?;
    let format = raster_format(&data).ok_or_else(unreadable)?;
    raster::size(format, &data)
        .map(|_| ())
        .map_err(|error| unreadable().caused_by(error))
}

/// The format of an image that an SVG may hold.
pub(super) fn raster_format(data: &[u8]) -> Option<PictureFormat> {
    let format = PictureFormat::of("", data).ok()?;
    matches!(format, PictureFormat::Png | PictureFormat::Jpeg | PictureFormat::Gif).then_some(format)
}

/// `url(…)` that leads anywhere but to an element of this file.
fn refers_outside(value: &str) -> bool {
    value.match_indices("url(").any(|(at, found)| {
        let target = value.get(at + found.len()..).unwrap_or_default();
        !target.trim_start_matches([' ', '\'', '"']).starts_with('#')
    })
}

/// Whether there is a number above [`MAX_SIZE`] in path data, a length or a style. Colours (`#12345678`) are none.
fn exceeds_size(value: &str) -> bool {
    let mut rest = value;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | '#')) {
        let (_, from) = rest.split_at(at);
        let end = if from.starts_with('#') {
            1 + run(from.get(1..).unwrap_or_default(), |c| c.is_ascii_alphanumeric())
        } else {
            let length = number(from);
            // A point by itself is no number.
            let size = from.get(..length).and_then(|number| number.parse::<f64>().ok());
            if size.is_some_and(|size| size > MAX_SIZE) {
                return true;
            }
            length.max(1)
        };
        rest = from.get(end..).unwrap_or_default();
    }
    false
}

/// Length of the number at the start of `text`, which starts with a digit or its point.
fn number(text: &str) -> usize {
    let digits = |from: usize| run(text.get(from..).unwrap_or_default(), |c| c.is_ascii_digit());
    let starts = |from: usize, with: &[char]| text.get(from..).is_some_and(|rest| rest.starts_with(with));
    let mut end = digits(0);
    if starts(end, &['.']) {
        end += 1;
        end += digits(end);
    }
    if starts(end, &['e', 'E']) {
        let exponent = end + 1 + usize::from(starts(end + 1, &['+', '-']));
        if digits(exponent) > 0 {
            end = exponent + digits(exponent);
        }
    }
    end
}

fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

fn style_sheets(document: &Document<'_>, elements: usize) -> Result<()> {
    let mut selectors = 0_usize;
    let mut clip_classes = None;
    for sheet in document.descendants().filter(|node| node.tag_name().name() == "style") {
        let css: String = sheet.descendants().filter_map(|node| node.text()).collect();
        if exceeds_size(&css) {
            return Err(too_large(&sheet));
        }
        if css.contains("@import") || refers_outside(&css) {
            return Err(external(&sheet));
        }
        bounded(css.len().saturating_mul(elements), MAX_COPIED)?;
        for rule in css.split('}') {
            selectors += 1 + rule.matches(',').count();
            if selectors.saturating_mul(elements) > MAX_MATCHES {
                return Err(Limits::exceeded(
                    "selectors held against elements",
                    "样式选择器与元素的组合数",
                    MAX_MATCHES as u64,
                ));
            }
            let Some((of, _)) = rule.split_once('{').filter(|(_, body)| body.contains("clip-path")) else {
                continue;
            };
            // A rule that sets a clip must not reach into a clip: each level may multiply what the next one costs.
            let classes = clip_classes.get_or_insert_with(|| classes_in_clips(document));
            if !of.split(',').all(|selector| is_other_class(selector, classes)) {
                return Err(nested_clip(&sheet));
            }
        }
    }
    Ok(())
}

/// Classes of the elements inside of clip paths.
fn classes_in_clips<'d>(document: &'d Document<'_>) -> HashSet<&'d str> {
    let is_clip = |node: &Node<'_, '_>| node.tag_name().name() == "clipPath";
    // A clip path in another is walked with the outer one.
    let clips = document
        .descendants()
        .filter(|node| is_clip(node) && !node.ancestors().skip(1).any(|above| is_clip(&above)));
    clips
        .flat_map(|clip| clip.descendants().skip(1))
        .filter_map(|node| node.attribute("class"))
        .flat_map(str::split_whitespace)
        .collect()
}

/// Whether a selector is one class, and none of these.
fn is_other_class(selector: &str, classes: &HashSet<&str>) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let class = selector.trim().strip_prefix('.').unwrap_or_default();
    !class.is_empty() && class.chars().all(plain) && !classes.contains(class)
}

/// `use` is followed one level: each further level may multiply the elements. Gives the elements that come of it.
fn expansion(uses: &[Node<'_, '_>], by_id: &HashMap<&str, Node<'_, '_>>) -> Result<usize> {
    let mut known: HashMap<&str, (usize, usize)> = HashMap::new();
    let (mut elements, mut bytes) = (0_usize, 0_usize);
    for node in uses {
        let href = node
            .attributes()
            .find(|attribute| attribute.name() == "href")
            .map_or("", |attribute| attribute.value().trim());
        let id = href.strip_prefix('#').unwrap_or_default();
        let Some(target) = by_id.get(id) else { continue };
        let (count, weight) = match known.get(id) {
            Some(known) => *known,
            None => {
                // Each target is walked once; targets nest in few levels.
                let below = || target.descendants().filter(Node::is_element);
                if below().any(|below| below.tag_name().name() == "use") {
                    return Err(named(
                        node,
                        text!(
                            "<use> of an element that has <use> in it cannot be drawn",
                            "不支持绘制嵌套的 <use>"
                        ),
                    ));
                }
                let size = (below().count(), weight(target));
                known.insert(id, size);
                size
            }
        };
        elements = elements.saturating_add(count);
        bytes = bytes.saturating_add(weight);
        if elements > MAX_NODES as usize {
            return Err(Limits::exceeded(
                "elements of an SVG",
                "SVG 元素数",
                u64::from(MAX_NODES),
            ));
        }
        bounded(bytes, MAX_USED)?;
    }
    Ok(elements)
}

/// Bytes of the attributes of an element and of what is in it; entities count as what they stand for.
fn weight(node: &Node<'_, '_>) -> usize {
    let attributes = node.descendants().flat_map(|below| below.attributes());
    attributes.map(|attribute| attribute.value().len() + 16).sum()
}

fn bounded(bytes: usize, limit: usize) -> Result<()> {
    if bytes > limit {
        return Err(Limits::exceeded(
            "bytes of an SVG as drawn",
            "SVG 展开后字节数",
            limit as u64,
        ));
    }
    Ok(())
}

fn named(node: &Node<'_, '_>, message: crate::lang::Text) -> Error {
    unsupported(message).at(node.range().start as u64)
}

fn too_large(node: &Node<'_, '_>) -> Error {
    named(
        node,
        text!("a size in the SVG is beyond ten million", "SVG 中的尺寸超过一千万"),
    )
}

fn external(node: &Node<'_, '_>) -> Error {
    named(
        node,
        text!("the SVG refers to something outside of itself", "SVG 引用了外部资源"),
    )
}

fn nested_clip(node: &Node<'_, '_>) -> Error {
    named(
        node,
        text!(
            "a clip path inside of a clip path cannot be drawn",
            "不支持绘制嵌套的裁剪路径"
        ),
    )
}
