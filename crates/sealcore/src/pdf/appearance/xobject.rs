//! A picture as an XObject in units of its own: an image of pixels or a form of a vector picture, before it has a size and a
//! place.

use super::format::PictureFormat;
use super::objects::Objects;
use super::raster::Image;
use super::{Drawing, MAX_OBJECTS, ofd, raster, svg};
use crate::error::Result;
use crate::limits::Limits;
use crate::pdf::object::ObjectId;
use crate::seal::Picture;

/// A seal's picture as it is embedded in PDF documents: decoded, and compressed again. This takes longer than everything else
/// in sealing a small document, and is the same for all documents; see
/// [`SignRequest::picture_xobject`](crate::pdf::SignRequest::picture_xobject).
#[derive(Debug)]
pub struct PictureXObject {
    /// What it was made from, to be told from other pictures.
    kind: String,
    data: Vec<u8>,
    pub(super) objects: Objects,
    pub(super) shape: Shape,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// In the unit square.
    Pixels(Image),
    /// In units of its own, which count downwards.
    Vector(Vector),
}

/// A vector picture as a form in its own units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector {
    pub(super) form: ObjectId,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl PictureXObject {
    /// Makes it. What the picture is is told by its content; the stated type is often wrong.
    ///
    /// # Errors
    /// [`ErrorKind::Format`](crate::error::ErrorKind::Format) for a picture that is broken or none,
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) naming what cannot be drawn,
    /// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit).
    pub fn new(picture: &Picture, limits: &Limits) -> Result<Self> {
        Self::of(&picture.kind, &picture.data, limits)
    }

    /// Whether it was made from this picture. The size does not count.
    #[must_use]
    pub fn is_of(&self, picture: &Picture) -> bool {
        self.kind == picture.kind && self.data == picture.data
    }

    pub(crate) fn of(kind: &str, data: &[u8], limits: &Limits) -> Result<Self> {
        let format = PictureFormat::of(kind, data)?;
        let mut objects = Objects::default();
        let shape = match vector(format, data, limits, &mut objects) {
            Some(form) => form.map(Shape::Vector),
            None => raster::embed(format, data, &mut raster::Pixels::default(), &mut objects).map(Shape::Pixels),
        };
        Ok(Self {
            kind: kind.to_owned(),
            data: data.to_owned(),
            shape: shape.map_err(|error| error.in_part(format!("picture ({})", format.name())))?,
            objects,
        })
    }
}

/// The form that a vector picture is drawn as, in units of its own, and what it needs; `None` for a picture of pixels.
///
/// # Errors
/// As [`PictureXObject::new`].
pub(crate) fn vector_form(kind: &str, data: &[u8], limits: &Limits) -> Result<Option<Drawing>> {
    let mut objects = Objects::default();
    let Some(vector) = vector(PictureFormat::of(kind, data)?, data, limits, &mut objects) else {
        return Ok(None);
    };
    let Vector { form, width, height } = vector?;
    let objects = objects.into_list();
    limits.check(objects.len(), MAX_OBJECTS, "objects of a picture", "图像的 PDF 对象数")?;
    Ok(Some(Drawing {
        objects,
        form,
        bbox: [0.0, 0.0, width, height],
    }))
}

fn vector(format: PictureFormat, data: &[u8], limits: &Limits, objects: &mut Objects) -> Option<Result<Vector>> {
    match format {
        PictureFormat::Svg => Some(svg::form(data, objects)),
        PictureFormat::Ofd => Some(ofd::form(data, limits, objects)),
        _ => None,
    }
}
