//! The picture of a seal as a PDF appearance: a form XObject and what it needs (ISO 32000-2, 8.10 and 12.5.5).
//!
//! What is drawn is the picture that the seal holds, at its true size, or nothing: what cannot be drawn is an error that
//! names it, never something else in its place. Vector pictures stay vectors.
//!
//! - A raster picture without transparency (BMP, JPEG, most GIF) lies on white paper that would hide the text under it. It
//!   is multiplied with the page, as ink is: white adds nothing. A colour key would leave the grey of smoothed edges and can
//!   do nothing for JPEG.
//! - A caption is a line below the picture, in Helvetica where it is ASCII, else in STSong-Light by a predefined CMap. No
//!   font is embedded: readers have these or a substitute (Poppler with its language data installed, else it leaves the
//!   letters out), and a font for Chinese is larger than the documents. Letters of an OFD picture go the same way where the
//!   OFD does not embed their font, which it leaves to its reader too.

mod canvas;
mod caption;
mod font;
mod format;
mod objects;
mod ofd;
mod raster;
mod svg;
mod xobject;

use self::canvas::{Blend, Canvas, Group};
pub(crate) use self::raster::{Pixels, Print, complete, fits, resampled, spread};
pub use self::xobject::PictureXObject;
pub(crate) use self::xobject::vector_form;
use self::xobject::{Shape, Vector};
use super::object::{Object, ObjectId};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::text;

/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// Edges of a picture, in millimetres: more than any sheet that is printed.
const MAX_EDGE: f64 = 5_000.0;

/// Objects of a picture: groups and gradients are objects of their own. All of them go into the document.
const MAX_OBJECTS: usize = 5_000;

/// How a picture is put on a page.
#[derive(Clone, Copy, Debug)]
pub struct AppearanceOptions<'a> {
    /// 1 covers what is below, 0 is invisible.
    pub opacity: f64,
    /// A line of text below the picture, no wider than it.
    pub caption: Option<&'a str>,
    /// Whether the white of a raster picture that has no transparency lets the page through.
    pub white_transparent: bool,
}

impl Default for AppearanceOptions<'_> {
    fn default() -> Self {
        Self {
            opacity: 1.0,
            caption: None,
            white_transparent: true,
        }
    }
}

/// A picture as PDF objects, which refer to each other only.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The objects, numbered from 1 on until [`Self::renumber`].
    pub(crate) objects: Vec<(ObjectId, Object)>,
    /// The form XObject that shows the whole picture.
    pub(crate) form: ObjectId,
    /// The form's box in points. The picture is from 0 to its width and height; a caption lies below 0.
    pub(crate) bbox: [f64; 4],
}

impl Drawing {
    /// Object 1 becomes `first`, and so on.
    pub(crate) fn renumber(&mut self, first: u32) {
        let shift = first.saturating_sub(1);
        self.form.number += shift;
        for (id, object) in &mut self.objects {
            id.number += shift;
            objects::shift_references(object, shift);
        }
    }
}

/// Draws a picture, at its size and as the options say.
///
/// # Errors
/// [`ErrorKind::Argument`] for a size, opacity or caption that cannot be; [`ErrorKind::Limit`].
pub(crate) fn picture_form(
    picture: &PictureXObject,
    width_mm: f64,
    height_mm: f64,
    options: &AppearanceOptions<'_>,
    limits: &Limits,
) -> Result<Drawing> {
    let is_edge = |edge: f64| edge > 0.0 && edge <= MAX_EDGE;
    if !is_edge(width_mm) || !is_edge(height_mm) {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "a picture of {width_mm} by {height_mm} mm cannot be drawn",
                "无法绘制 {width_mm}×{height_mm} mm 的图像"
            ),
        ));
    }
    let opacity = options.opacity;
    if !(0.0..=1.0).contains(&opacity) {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "opacity {opacity} is not from 0 to 1",
                "不透明度 {opacity} 不在 0 到 1 之间"
            ),
        ));
    }
    let (width, height) = (width_mm * POINTS, height_mm * POINTS);
    let mut objects = picture.objects.clone();
    let mut canvas = Canvas::default();
    canvas.save();
    let (id, matrix, multiplied) = match picture.shape {
        Shape::Pixels(image) => (
            image.id,
            [width, 0.0, 0.0, height, 0.0, 0.0],
            image.opaque && options.white_transparent,
        ),
        // Both formats count downwards.
        Shape::Vector(Vector {
            form,
            width: w,
            height: h,
        }) => (form, [width / w, 0.0, 0.0, -height / h, 0.0, height], false),
    };
    canvas.state(
        opacity,
        opacity,
        if multiplied { Blend::Multiply } else { Blend::Normal },
    );
    canvas.concat(matrix);
    canvas.show(id);
    canvas.restore();
    let below = match options.caption {
        Some(text) => caption::draw(text, width, &mut objects, &mut canvas)?,
        None => 0.0,
    };
    let bbox = [0.0, -below, width, height];
    let form = objects.add(canvas.into_form(bbox, Group::None));
    let objects = objects.into_list();
    limits.check(objects.len(), MAX_OBJECTS, "objects of a picture", "图像的 PDF 对象数")?;
    Ok(Drawing { objects, form, bbox })
}

/// A form that shows a part of `form`, whose box is `bbox`: `clip_mm` is left, top, width and height from the top left corner
/// of the picture, in millimetres. The part's own box begins at 0.
pub(crate) fn strip(form: ObjectId, bbox: [f64; 4], clip_mm: [f64; 4]) -> Object {
    let [.., top] = bbox;
    let [x, y, width, height] = clip_mm.map(|length| length * POINTS);
    let mut canvas = Canvas::default();
    canvas.concat([1.0, 0.0, 0.0, 1.0, -x, y + height - top]);
    canvas.show(form);
    canvas.into_form([0.0, 0.0, width, height], Group::None)
}

/// A picture from outside, for the fuzz targets.
///
/// # Errors
/// As [`picture_form`].
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn fuzz_picture(kind: &str, data: &[u8], limits: &Limits) -> Result<usize> {
    let print = Print::of_picture(kind, data, &mut Pixels::default());
    debug_assert!(print.ok().flatten().is_none_or(|print| print.is_like(&print)));
    let picture = PictureXObject::of(kind, data, limits)?;
    picture_form(&picture, 40.0, 30.0, &AppearanceOptions::default(), limits).map(|drawing| drawing.objects.len())
}

#[cfg(test)]
mod tests;
