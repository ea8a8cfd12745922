//! The objects of a page: paths and images here, text in its own file.

use std::collections::HashMap;

use super::super::canvas::{Blend, Canvas, Color, Matrix, Painting, multiply};
use super::super::format::{PictureFormat, broken, unsupported};
use super::super::objects::Objects;
use super::super::raster::{self, Pixels};
use super::color::{Ink, alpha};
use super::resources::{Parameters, Resources};
use super::{flag, numbers, path};
use crate::error::{Error, Result};
use crate::ofd::{Boundary, Parts};
use crate::pdf::object::ObjectId;
use crate::text;
use crate::xml::{Element, Xml};

/// What GB/T 33190 takes where nothing is stated.
const LINE_WIDTH: f64 = 0.353;
const MITER_LIMIT: f64 = 4.234;

pub(super) const BLACK: Ink = (Color::Gray(0.0), 1.0);

/// A page that is being drawn.
pub(super) struct Page<'p, 'a, 's> {
    pub(super) parts: &'p Parts<'a, 's>,
    pub(super) resources: &'p mut Resources,
    pub(super) objects: &'p mut Objects,
    pub(super) pixels: Pixels,
    pub(super) canvas: &'p mut Canvas,
    /// Fonts that are not embedded, by the name that they have in PDF.
    pub(super) fonts: HashMap<String, ObjectId>,
    /// Images by their entry.
    pub(super) images: HashMap<usize, ObjectId>,
}

impl Page<'_, '_, '_> {
    pub(super) fn draw(&mut self, xml: &Xml) -> Result<()> {
        let mut layers: Vec<_> = xml
            .root()
            .children_named("Content")
            .flat_map(|content| content.children_named("Layer"))
            .collect();
        layers.sort_by_key(|layer| match layer.attribute("Type").as_deref().map(str::trim) {
            Some("Background") => 0,
            Some("Foreground") => 2,
            _ => 1,
        });
        for layer in layers {
            self.layer(xml, &layer)?;
        }
        Ok(())
    }

    fn layer(&mut self, xml: &Xml, layer: &Element<'_>) -> Result<()> {
        let parameter = layer.attribute("DrawParam").map(|id| id.trim().to_owned());
        let mut open: Vec<_> = layer.children().collect();
        open.reverse();
        // Blocks nest; a stack of our own goes as deep as the file may.
        while let Some(element) = open.pop() {
            if !flag(&element, "Visible", true) {
                continue;
            }
            let drawn = match element.name() {
                "PageBlock" => {
                    let from = open.len();
                    open.extend(element.children());
                    if let Some(added) = open.get_mut(from..) {
                        added.reverse();
                    }
                    Ok(())
                }
                "PathObject" => self.path(&element, parameter.as_deref()),
                "TextObject" => self.text(xml, &element, parameter.as_deref()),
                "ImageObject" => self.image(&element),
                name => {
                    let name = name.to_owned();
                    Err(unsupported(text!(
                        "{name} of an OFD picture cannot be drawn",
                        "不支持绘制 OFD 图像的 {name}"
                    )))
                }
            };
            drawn
                .and_then(|()| self.canvas.check())
                .map_err(|error| placed(error, &element))?;
        }
        Ok(())
    }

    /// Opens the space of an object: clipped to its boundary, turned by its CTM.
    pub(super) fn open(&mut self, object: &Element<'_>) -> Result<()> {
        let boundary = object.attribute("Boundary").as_deref().and_then(Boundary::parse);
        let area = boundary.ok_or_else(|| broken(text!("an object has no Boundary", "对象缺少 Boundary")))?;
        let stated = object.attribute("CTM");
        let matrix = stated.as_deref().map(ctm).transpose()?;
        self.canvas.save();
        self.canvas.rectangle(area.x, area.y, area.width, area.height);
        self.canvas.clip(false);
        let corner = [1.0, 0.0, 0.0, 1.0, area.x, area.y];
        self.canvas.concat(corner);
        if let Some(clips) = object.child("Clips") {
            if matrix.is_some() {
                // Readers differ in whether the CTM turns them.
                return Err(unsupported(text!(
                    "Clips of an object with a CTM cannot be drawn",
                    "不支持绘制带 CTM 的对象的裁剪区"
                )));
            }
            self.clips(&clips)?;
        }
        if let Some(matrix) = matrix {
            self.canvas.concat(matrix);
        }
        Ok(())
    }

    /// Each Clip narrows what is left; its areas are paths here.
    fn clips(&mut self, clips: &Element<'_>) -> Result<()> {
        for clip in clips.children_named("Clip") {
            let areas: Vec<_> = clip.children_named("Area").collect();
            let ([area], Some(shape)) = (areas.as_slice(), areas.first().and_then(|area| area.child("Path"))) else {
                return Err(unsupported(text!(
                    "a Clip that is not one path cannot be drawn",
                    "不支持绘制不是单个路径的裁剪区"
                )));
            };
            let area_ctm = area.attribute("CTM").as_deref().map(ctm).transpose()?;
            let shape_ctm = shape.attribute("CTM").as_deref().map(ctm).transpose()?;
            let boundary = shape.attribute("Boundary").as_deref().and_then(Boundary::parse);
            let corner = boundary.map_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], |area| {
                [1.0, 0.0, 0.0, 1.0, area.x, area.y]
            });
            let identity = super::super::canvas::IDENTITY;
            let matrix = multiply(
                multiply(shape_ctm.unwrap_or(identity), corner),
                area_ctm.unwrap_or(identity),
            );
            let data = shape.child_text("AbbreviatedData").unwrap_or_default();
            let segments = path::parse(&data)?;
            if segments.is_empty() {
                self.canvas.rectangle(0.0, 0.0, 0.0, 0.0);
            }
            self.canvas
                .path(segments.into_iter().map(|segment| segment.through(matrix)));
            self.canvas.clip(is_even_odd(&shape));
        }
        Ok(())
    }

    /// Sets colours, opacity and pen; says what is painted at all.
    pub(super) fn ink(
        &mut self,
        object: &Element<'_>,
        parameters: &Parameters,
        fill: Option<Ink>,
        stroke: Option<Ink>,
    ) -> Painting {
        let whole = alpha(object);
        let strength = |ink: Option<Ink>| ink.map_or(1.0, |(_, alpha)| alpha * whole);
        self.canvas.state(strength(fill), strength(stroke), Blend::Normal);
        if let Some((color, _)) = fill {
            self.canvas.fill_color(color);
        }
        if let Some((color, _)) = stroke {
            self.canvas.stroke_color(color);
            self.pen(parameters);
        }
        Painting {
            fill: fill.is_some(),
            stroke: stroke.is_some(),
            even_odd: is_even_odd(object),
        }
    }

    fn pen(&mut self, parameters: &Parameters) {
        let canvas = &mut *self.canvas;
        canvas.operator(&[parameters.line_width.unwrap_or(LINE_WIDTH).abs()], "w");
        canvas.operator(&[parameters.cap.unwrap_or(0.0)], "J");
        canvas.operator(&[parameters.join.unwrap_or(0.0)], "j");
        canvas.operator(&[parameters.miter_limit.unwrap_or(MITER_LIMIT).max(1.0)], "M");
        let dash = parameters.dash.as_deref().unwrap_or_default();
        // A pattern that never ends a dash is a plain line.
        if dash.iter().all(|length| *length >= 0.0) && dash.iter().sum::<f64>() > 0.0 {
            canvas.dash(dash, parameters.dash_offset.unwrap_or(0.0));
        }
    }

    fn path(&mut self, object: &Element<'_>, layer: Option<&str>) -> Result<()> {
        let parameters = self.resources.resolve(object, layer)?;
        // Without a colour a path is filled with nothing and stroked in black.
        let fill = parameters.fill.filter(|_| flag(object, "Fill", false));
        let stroke = flag(object, "Stroke", true).then(|| parameters.stroke.unwrap_or(BLACK));
        let data = object.child_text("AbbreviatedData").unwrap_or_default();
        let segments = path::parse(&data)?;
        if segments.is_empty() || (fill.is_none() && stroke.is_none()) {
            return Ok(());
        }
        self.open(object)?;
        let painting = self.ink(object, &parameters, fill, stroke);
        self.canvas.path(segments);
        self.canvas.paint(painting);
        self.canvas.restore();
        Ok(())
    }

    /// An image of the package, one object however often it is shown.
    fn embedded(&mut self, index: usize) -> Result<ObjectId> {
        if let Some(known) = self.images.get(&index) {
            return Ok(*known);
        }
        let data = self.resources.load(self.parts, index)?;
        let image = PictureFormat::of("", &data)
            .and_then(|format| raster::embed(format, &data, &mut self.pixels, self.objects))
            .map_err(|error| error.in_part(self.parts.name(index)))?;
        self.images.insert(index, image.id);
        Ok(image.id)
    }

    fn image(&mut self, object: &Element<'_>) -> Result<()> {
        if object.attribute("ImageMask").is_some() || object.child("Border").is_some() {
            return Err(unsupported(text!(
                "ImageMask and Border of an image cannot be drawn",
                "不支持绘制图像的 ImageMask 与 Border"
            )));
        }
        let id = object.attribute("ResourceID").unwrap_or_default().trim().to_owned();
        let index = self.resources.image(&id)?;
        let image = self.embedded(index)?;
        self.open(object)?;
        let alpha = alpha(object);
        self.canvas.state(alpha, alpha, Blend::Normal);
        // The unit square, whose first row is at the top.
        self.canvas.concat([1.0, 0.0, 0.0, -1.0, 0.0, 1.0]);
        self.canvas.show(image);
        self.canvas.restore();
        Ok(())
    }
}

fn is_even_odd(object: &Element<'_>) -> bool {
    object.attribute("Rule").is_some_and(|rule| rule.trim() == "Even-Odd")
}

fn ctm(text: &str) -> Result<Matrix> {
    numbers(text)
        .and_then(|numbers| Matrix::try_from(numbers).ok())
        .ok_or_else(|| broken(text!("a CTM is not six numbers", "CTM 不是六个数值")))
}

fn placed(error: Error, element: &Element<'_>) -> Error {
    let id = element.attribute("ID").unwrap_or_default();
    let error = error.in_part(format!("{} {id}", element.name()));
    match error.position() {
        None => error.at(element.span().start as u64),
        Some(_) => error,
    }
}
