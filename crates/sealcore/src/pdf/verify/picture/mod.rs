//! Whether a seal is shown with the picture that it holds: what the appearances of its field draw, beside the picture in the
//! seal.
//!
//! Pictures of pixels are compared as they look on white paper, so that another coding or number of pixels makes no other
//! picture. A vector picture is only known again as this library draws it. This is no proof that nothing else is seen: lines
//! and letters over or beside the picture are not looked at, nor are clips and transparency.

mod drawn;
mod image;
mod vector;

use std::collections::HashMap;
use std::rc::Rc;

use super::stamp::Place;
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::appearance::{Pixels, Print};
use crate::pdf::file::View;
use crate::pdf::form::normal_appearance;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::report::{Code, Finding};
use crate::seal::Picture;
use crate::text;
use drawn::{Drawn, Effort};
use vector::Vector;

/// Pixels of all pictures of one file.
const PIXELS: u64 = 64 << 20;
/// Vector pictures that are drawn for one file.
const VECTORS: usize = 8;
/// A picture below this is not seen, in millimetres.
const SEEN: f64 = 3.0;
/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// What comparing the pictures of one file may still cost, and the picture that was compared last.
#[derive(Debug)]
pub(super) struct Pictures {
    pixels: Pixels,
    effort: Effort,
    vectors: usize,
    last: Option<(Picture, Rc<Held>)>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            pixels: Pixels::of(PIXELS),
            effort: Effort::default(),
            vectors: VECTORS,
            last: None,
        }
    }
}

/// The picture in a seal.
#[derive(Debug)]
enum Held {
    Pixels(Print),
    Vector(Vector),
    /// What cannot be drawn, or would cost too much.
    Unknown,
}

/// What a place shows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Same,
    Unknown,
    Nothing,
    /// Another picture: this image.
    Other(ObjectId),
}

impl Pictures {
    /// Compares the picture of a seal with what its places show in a view; each place comes with the size of a unit of its
    /// page.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]; what cannot be read or costs too much is a finding.
    pub(super) fn judge(
        &mut self,
        view: &View<'_, '_>,
        picture: &Picture,
        places: &[(&Place<'_>, f64)],
    ) -> Result<Vec<Finding>> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let held = self.held(view, picture);
        let mut known: HashMap<ObjectId, Shown> = HashMap::new();
        let mut unknown = None;
        for (place, unit) in places {
            let least = least(picture) / unit.max(f64::MIN_POSITIVE);
            let shown = self.shown(view, &held, place, least, &mut known)?;
            match shown {
                Shown::Same => {}
                Shown::Unknown => unknown = unknown.or(Some(*place)),
                Shown::Nothing => return Ok(vec![differs(place, None)]),
                Shown::Other(id) => return Ok(vec![differs(place, Some(id))]),
            }
        }
        Ok(unknown
            .map(|place| in_part(Finding::new(Code::PdfSealPictureUnjudged), place))
            .into_iter()
            .collect())
    }

    fn held(&mut self, view: &View<'_, '_>, picture: &Picture) -> Rc<Held> {
        if let Some((_, held)) = self.last.as_ref().filter(|(last, _)| last == picture) {
            return Rc::clone(held);
        }
        let (kind, data) = (&picture.kind, &picture.data);
        let held = match Print::of_picture(kind, data, &mut self.pixels) {
            Ok(Some(print)) => Held::Pixels(print),
            Ok(None) if self.vectors > 0 => {
                self.vectors -= 1;
                Vector::of_picture(kind, data, view.pdf().limits()).map_or(Held::Unknown, Held::Vector)
            }
            _ => Held::Unknown,
        };
        let held = Rc::new(held);
        self.last = Some((picture.clone(), Rc::clone(&held)));
        held
    }

    fn shown(
        &mut self,
        view: &View<'_, '_>,
        held: &Held,
        place: &Place<'_>,
        least: f64,
        known: &mut HashMap<ObjectId, Shown>,
    ) -> Result<Shown> {
        let object = place.id.map(|id| unless_io(view.get(id))).transpose()?.flatten();
        let annotation = object.as_deref().and_then(Object::as_dictionary).or(place.widget);
        let empty = Dictionary::new();
        let Some((id, stream)) = normal_appearance(view, annotation.unwrap_or(&empty)) else {
            return Ok(Shown::Nothing);
        };
        let drawn = Drawn::read(view, (id, &stream), place.area, least, &mut self.effort)?;
        let mut shown = match (drawn.unread, drawn.images.is_empty(), drawn.paints) {
            (true, ..) => Shown::Unknown,
            (false, true, false) => Shown::Nothing,
            // Lines and letters are no picture of pixels.
            (false, true, true) if matches!(held, Held::Pixels(_)) => Shown::Nothing,
            _ => Shown::Unknown,
        };
        match held {
            Held::Pixels(print) => {
                for id in drawn.images {
                    let one = match known.get(&id) {
                        Some(one) => *one,
                        None => self.compare(view, print, id)?,
                    };
                    known.insert(id, one);
                    match one {
                        Shown::Other(_) => return Ok(one),
                        Shown::Same => shown = Shown::Same,
                        _ => {}
                    }
                }
            }
            Held::Vector(vector) => {
                if drawn.forms.iter().any(|form| vector.is(view, *form)) {
                    shown = Shown::Same;
                }
            }
            Held::Unknown => {}
        }
        Ok(shown)
    }

    fn compare(&mut self, view: &View<'_, '_>, print: &Print, id: ObjectId) -> Result<Shown> {
        let object = view.get(id);
        let found = object.and_then(|object| match object.as_stream() {
            Some(stream) => image::print(view, id, stream, &mut self.pixels),
            None => Ok(None),
        });
        Ok(match unless_io(found)?.flatten() {
            Some(other) if print.is_like(&other) => Shown::Same,
            Some(_) => Shown::Other(id),
            None => Shown::Unknown,
        })
    }
}

/// The least edge of a picture that is seen, in points: a seal may be small itself.
#[allow(clippy::cast_precision_loss)] // millimetres of a seal
fn least(picture: &Picture) -> f64 {
    let edge = picture.width_mm.min(picture.height_mm).max(0) as f64;
    SEEN.min(edge / 2.0) * POINTS
}

fn differs(place: &Place<'_>, image: Option<ObjectId>) -> Finding {
    let finding = Finding::new(Code::PdfSealPicture);
    let finding = match image {
        Some(id) => finding.with(text!(
            "the seal is shown with a picture (object {id}) that is not the one that it holds",
            "印章显示的图像（对象 {id}）不是印章内的图像"
        )),
        None => finding.with(text!(
            "the seal is shown without the picture that it holds",
            "印章的显示内容中没有印章内的图像"
        )),
    };
    in_part(finding, place)
}

fn in_part(finding: Finding, place: &Place<'_>) -> Finding {
    match (place.page, place.id) {
        (Some(page), _) => finding.in_part(format!("page {}", page + 1)),
        (None, Some(id)) => finding.in_part(format!("object {id}")),
        _ => finding,
    }
}

/// What is broken or too much is not there.
fn unless_io<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_fatal(&error) => Err(error),
        Err(_) => Ok(None),
    }
}

fn is_fatal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Io | ErrorKind::Cancelled)
}
