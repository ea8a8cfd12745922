//! What a signature shows: the seal's picture at its places, as appearances of the field's own widget and of stamps.
//!
//! A seal at several places, a seam seal above all, is one signature. ISO 32000-1, 12.7.4.5, allows a signature field one
//! annotation only, and several fields that share one signature dictionary, or empty fields beside a signed one, are read
//! as several signatures or as places left to sign. So the first place is the widget of the signed field and the others
//! are stamp annotations, locked, made in the same increment: the signature covers them, and whoever moves or removes one
//! changes what was signed.

use std::collections::HashMap;

use super::place::{PdfSheets, Shown};
use super::request::SignRequest;
use super::target::argument;
use crate::error::Result;
use crate::limits::Limits;
use crate::pdf::View;
use crate::pdf::appearance::{self, Drawing, PictureXObject};
use crate::pdf::increment::Increment;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};
use crate::pdf::page::{Page, Rectangle};
use crate::placement::{self, Boundary, PlacedStamp};
use crate::seal::Picture;
use crate::text;

/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// One place of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The page, counted from 0.
    pub(super) page: usize,
    pub(super) rectangle: Rectangle,
    /// The form XObject that is shown there.
    pub(super) appearance: ObjectId,
}

/// The picture that a request shows, and where.
pub(super) struct Marks<'m> {
    picture: &'m Picture,
    drawing: Drawing,
    placed: Vec<PlacedStamp>,
    /// What the caption takes below the picture, in millimetres.
    below: f64,
}

impl<'m> Marks<'m> {
    /// The places of a request; `None` where it shows nothing.
    pub(super) fn place(
        request: &SignRequest<'m>,
        view: View<'_, '_>,
        pages: &[Page],
        limits: &Limits,
    ) -> Result<Option<Self>> {
        let Some(picture) = request.shown_picture() else {
            if request.placements.is_empty() {
                return Ok(None);
            }
            return Err(argument(text!(
                "a digital signature without a seal or picture is shown nowhere",
                "没有印章或图像的数字签名不能指定显示位置"
            )));
        };
        let (width, height) = size(picture);
        let mut placed = Vec::new();
        let mut sheets = PdfSheets::new(view, pages);
        for placement in request.placements {
            placed.extend(placement::place(placement, &mut sheets, width, height)?);
        }
        let made;
        let xobject = match request.picture_xobject {
            Some(xobject) if xobject.is_of(picture) => xobject,
            Some(_) => {
                return Err(argument(text!(
                    "the XObject is of another picture than the one that is shown",
                    "所给的图像对象不属于要显示的图像"
                )));
            }
            None => {
                made = PictureXObject::new(picture, limits)?;
                &made
            }
        };
        let drawing = appearance::picture_form(xobject, width, height, &request.appearance, limits)?;
        let below = -drawing.bbox[1].min(0.0) / POINTS;
        Ok(Some(Self {
            picture,
            drawing,
            placed,
            below,
        }))
    }

    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.placed.len()
    }

    /// The places.
    pub(super) fn placed(&self) -> &[PlacedStamp] {
        &self.placed
    }

    /// Writes the picture.
    pub(super) fn write_picture(&mut self, increment: &mut Increment<'_>) -> Result<()> {
        let mut first = None;
        for _ in 0..self.drawing.objects.len() {
            let id = increment.reserve()?;
            first.get_or_insert(id.number);
        }
        self.drawing.renumber(first.unwrap_or(1));
        for (id, object) in &self.drawing.objects {
            increment.put(*id, object)?;
        }
        Ok(())
    }

    /// Writes the appearance of every place. Places that show the same part the same way up share one.
    pub(super) fn write_places(&self, pages: &[Page], increment: &mut Increment<'_>) -> Result<Vec<Mark>> {
        let (width, height) = size(self.picture);
        let mut known: HashMap<([u64; 4], u16), ObjectId> = HashMap::new();
        let mut marks = Vec::with_capacity(self.placed.len());
        for placed in &self.placed {
            let Some(page) = pages.get(placed.page) else {
                continue;
            };
            let whole = Boundary::new(0.0, 0.0, width, height + self.below);
            let part = placed.clip.unwrap_or(whole);
            let seen = Boundary::new(
                placed.boundary.x + part.x,
                placed.boundary.y + part.y,
                part.width,
                part.height,
            );
            let key = (part.to_array().map(f64::to_bits), page.rotate);
            let shown = Shown::of(page);
            let appearance = match known.get(&key) {
                Some(appearance) => *appearance,
                None => {
                    let form = appearance::strip(self.drawing.form, self.drawing.bbox, part.to_array());
                    let appearance = increment.add(&turned(form, &shown))?;
                    known.insert(key, appearance);
                    appearance
                }
            };
            marks.push(Mark {
                page: placed.page,
                rectangle: shown.rectangle(&seen),
                appearance,
            });
        }
        Ok(marks)
    }

    /// The appearance of a field that is there and has a size: the picture in its middle, as large as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::error::ErrorKind::Argument) when the field is smaller than the picture.
    pub(super) fn write_in_field(
        &self,
        page: &Page,
        rectangle: &Rectangle,
        increment: &mut Increment<'_>,
    ) -> Result<ObjectId> {
        let shown = Shown::of(page);
        let (room_width, room_height) = shown.shown_size_mm(rectangle);
        let (width, height) = (size(self.picture).0, size(self.picture).1 + self.below);
        // A hundredth of a millimetre is how forms are drawn by hand.
        if width > room_width + 0.01 || height > room_height + 0.01 {
            return Err(argument(text!(
                "the field has {room_width:.1} × {room_height:.1} mm, the picture {width} × {height:.1} mm, and a seal is not scaled",
                "签名域为 {room_width:.1} × {room_height:.1} mm，图像为 {width} × {height:.1} mm，印章不得缩放"
            )));
        }
        let part = [
            (width - room_width) / 2.0,
            (height - room_height) / 2.0,
            room_width,
            room_height,
        ];
        let form = appearance::strip(self.drawing.form, self.drawing.bbox, part);
        increment.add(&turned(form, &shown))
    }
}

/// An appearance that shows nothing, for a visible field whose signature has no picture.
pub(super) fn nothing(rectangle: &Rectangle) -> Object {
    let bbox = Rectangle::new((0.0, 0.0), (rectangle.width(), rectangle.height()));
    let dictionary = Dictionary::new()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Form"))
        .with("BBox", bbox.to_object());
    Stream::new(dictionary, &b""[..]).into()
}

fn turned(mut form: Object, shown: &Shown) -> Object {
    if let (Object::Stream(stream), Some(matrix)) = (&mut form, shown.matrix()) {
        stream.dictionary.set("Matrix", matrix.map(Object::Integer).to_vec());
    }
    form
}

#[allow(clippy::cast_precision_loss)] // millimetres of a seal
fn size(picture: &Picture) -> (f64, f64) {
    (picture.width_mm as f64, picture.height_mm as f64)
}
