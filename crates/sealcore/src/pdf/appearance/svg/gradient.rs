//! Gradients as shadings (ISO 32000-2, 8.7.4.5).

use usvg::{BaseGradient, LinearGradient, RadialGradient, SpreadMethod, Stop};

use super::super::canvas::{Color, Matrix, numbers};
use super::super::format::unsupported;
use crate::error::Result;
use crate::pdf::object::{Dictionary, Object};
use crate::text;

pub(super) fn color(color: usvg::Color) -> Color {
    let [red, green, blue] = [color.red, color.green, color.blue].map(|part| f64::from(part) / 255.0);
    Color::Rgb(red, green, blue)
}

/// The shading and its opacity.
pub(super) fn linear(gradient: &LinearGradient) -> Result<(Dictionary, f64)> {
    let coordinates = [gradient.x1(), gradient.y1(), gradient.x2(), gradient.y2()];
    shading(2, &coordinates, gradient)
}

/// As [`linear`].
pub(super) fn radial(gradient: &RadialGradient) -> Result<(Dictionary, f64)> {
    let coordinates = [
        gradient.fx(),
        gradient.fy(),
        gradient.fr().get(),
        gradient.cx(),
        gradient.cy(),
        gradient.r().get(),
    ];
    shading(3, &coordinates, gradient)
}

/// A pattern that paints with a shading.
pub(super) fn pattern(shading: Dictionary, matrix: Matrix) -> Dictionary {
    Dictionary::new()
        .with("Type", Object::name("Pattern"))
        .with("PatternType", 2)
        .with("Shading", shading)
        .with("Matrix", numbers(matrix))
}

fn shading(kind: i64, coordinates: &[f32], gradient: &BaseGradient) -> Result<(Dictionary, f64)> {
    if gradient.spread_method() != SpreadMethod::Pad {
        return Err(unsupported(text!(
            "a gradient of the SVG that repeats cannot be drawn",
            "不支持绘制 SVG 中重复的渐变"
        )));
    }
    let stops = gradient.stops();
    let alpha = stops.first().map_or(1.0, |stop| f64::from(stop.opacity().get()));
    if stops
        .iter()
        .any(|stop| (f64::from(stop.opacity().get()) - alpha).abs() > 1e-3)
    {
        return Err(unsupported(text!(
            "a gradient of the SVG from one opacity to another cannot be drawn",
            "不支持绘制 SVG 中透明度变化的渐变"
        )));
    }
    let dictionary = Dictionary::new()
        .with("ShadingType", kind)
        .with("ColorSpace", Object::name("DeviceRGB"))
        .with("Coords", numbers(coordinates.iter().map(|value| f64::from(*value))))
        .with("Function", function(stops))
        .with("Extend", vec![Object::Boolean(true), Object::Boolean(true)]);
    Ok((dictionary, alpha))
}

/// The colour by the offset: a stitching function of one piece for each pair of stops. Two stops in one place are a step.
fn function(stops: &[Stop]) -> Object {
    let offset = |stop: &Stop| f64::from(stop.offset().get());
    let mut pieces = Vec::new();
    let mut bounds = Vec::new();
    let mut reached = 0.0;
    let first = stops.first().into_iter().map(|stop| (0.0, stop));
    let last = stops.last().into_iter().map(|stop| (1.0, stop));
    let all: Vec<(f64, &Stop)> = first
        .chain(stops.iter().map(|stop| (offset(stop), stop)))
        .chain(last)
        .collect();
    for pair in all.windows(2) {
        let [(from, before), (to, after)] = pair else { continue };
        // Reals are written to five places: what is nearer is one place.
        if to - from < 2e-5 {
            continue;
        }
        if !pieces.is_empty() {
            bounds.push(reached);
        }
        pieces.push(Object::from(interpolation(before.color(), after.color())));
        reached = *to;
    }
    match pieces.len() {
        0 | 1 => pieces.pop().unwrap_or(Object::Null),
        count => Dictionary::new()
            .with("FunctionType", 3)
            .with("Domain", numbers([0.0, 1.0]))
            .with("Functions", pieces)
            .with("Bounds", numbers(bounds))
            .with("Encode", numbers([0.0, 1.0].into_iter().cycle().take(count * 2)))
            .into(),
    }
}

fn interpolation(from: usvg::Color, to: usvg::Color) -> Dictionary {
    let parts = |color: usvg::Color| numbers([color.red, color.green, color.blue].map(|part| f64::from(part) / 255.0));
    Dictionary::new()
        .with("FunctionType", 2)
        .with("Domain", numbers([0.0, 1.0]))
        .with("C0", parts(from))
        .with("C1", parts(to))
        .with("N", 1)
}
