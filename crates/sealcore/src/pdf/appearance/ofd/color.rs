//! CT_Color and CT_ColorSpace.

use std::collections::HashMap;

use super::super::canvas::Color;
use super::super::format::{broken, unsupported};
use super::number;
use crate::error::Result;
use crate::text;
use crate::xml::Element;

/// Entries of a palette: an index has sixteen bits at the most.
const MAX_PALETTE: usize = 65_536;

/// A colour and its opacity.
pub(super) type Ink = (Color, f64);

/// Colour spaces by ID, and the one that colours without a reference are in.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    by_id: HashMap<String, Space>,
    default: Option<String>,
}

#[derive(Debug)]
struct Space {
    family: Family,
    /// The largest value of a component.
    most: f64,
    palette: Vec<Vec<f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Gray,
    Rgb,
    Cmyk,
}

static RGB: Space = Space {
    family: Family::Rgb,
    most: 255.0,
    palette: Vec::new(),
};

impl Spaces {
    pub(super) fn set_default(&mut self, id: Option<String>) {
        self.default = id.map(|id| id.trim().to_owned());
    }

    pub(super) fn add(&mut self, element: &Element<'_>) -> Result<()> {
        let family = match element.attribute("Type").as_deref().map(str::trim) {
            Some("GRAY" | "Gray") => Family::Gray,
            Some("CMYK") => Family::Cmyk,
            Some("RGB") | None => Family::Rgb,
            Some(other) => {
                let other = other.to_owned();
                return Err(unsupported(text!(
                    "the colour space {other} of an OFD picture cannot be drawn",
                    "不支持 OFD 图像的颜色空间 {other}"
                )));
            }
        };
        let bits = number(element, "BitsPerComponent").unwrap_or(8.0).clamp(1.0, 16.0);
        let values = element
            .child("Palette")
            .into_iter()
            .flat_map(|palette| palette.children_named("CV"));
        let palette: Vec<_> = values
            .take(MAX_PALETTE)
            .map(|value| components(&value.text()))
            .collect::<Result<_>>()?;
        let id = element.attribute("ID").unwrap_or_default().trim().to_owned();
        self.by_id.insert(
            id,
            Space {
                family,
                most: bits.round().exp2() - 1.0,
                palette,
            },
        );
        Ok(())
    }

    /// Reads a colour.
    pub(super) fn read(&self, element: &Element<'_>) -> Result<Ink> {
        if let Some(child) = element.children().next() {
            let name = child.name();
            return Err(unsupported(text!(
                "{name} colours of an OFD picture cannot be drawn",
                "不支持绘制 OFD 图像的 {name} 颜色"
            )));
        }
        let stated = element.attribute("ColorSpace").map(|id| id.trim().to_owned());
        let space = stated.or_else(|| self.default.clone());
        // Some name a space that is nowhere; they mean RGB.
        let space = space.and_then(|id| self.by_id.get(&id)).unwrap_or(&RGB);
        let values = match (element.attribute("Value"), number(element, "Index")) {
            (Some(value), _) => components(&value)?,
            (None, Some(index)) => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
                let entry = space.palette.get(index.max(0.0) as usize);
                entry.cloned().ok_or_else(|| {
                    broken(text!("a colour is not in its palette", "颜色不在调色板内")).at(element.span().start as u64)
                })?
            }
            (None, None) => Vec::new(),
        };
        let part = |position: usize| {
            let value = values.get(position).copied().unwrap_or(0.0);
            (value / space.most).clamp(0.0, 1.0)
        };
        let color = match space.family {
            Family::Gray => Color::Gray(part(0)),
            Family::Rgb => Color::Rgb(part(0), part(1), part(2)),
            Family::Cmyk => Color::Cmyk(part(0), part(1), part(2), part(3)),
        };
        Ok((color, alpha(element)))
    }
}

/// The `Alpha` of an element, from 0 to 1.
pub(super) fn alpha(element: &Element<'_>) -> f64 {
    number(element, "Alpha").map_or(1.0, |alpha| (alpha / 255.0).clamp(0.0, 1.0))
}

/// Decimal, or hexadecimal behind a `#`.
fn components(text: &str) -> Result<Vec<f64>> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_prefix('#') {
            Some(digits) => u16::from_str_radix(digits, 16).ok().map(f64::from),
            None => part.parse().ok().filter(|value: &f64| value.is_finite()),
        })
        .collect::<Option<_>>()
        .ok_or_else(|| not_a_color(text))
}

fn not_a_color(text: &str) -> crate::error::Error {
    let shown: String = text.chars().take(40).collect();
    broken(text!("“{shown}” is no colour", "“{shown}”不是颜色值"))
}
