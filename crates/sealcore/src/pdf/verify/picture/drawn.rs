//! What an appearance draws: images, forms, and whether there is anything else.

use super::unless_io;
use crate::error::Result;
use crate::pdf::content::Operations;
use crate::pdf::file::View;
use crate::pdf::matrix::{Matrix, around, fit};
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};
use crate::pdf::page::Rectangle;

/// Forms inside one another.
const DEPTH: usize = 8;
/// Graphics states that are saved.
const SAVED: usize = 64;
/// Images and forms of one appearance.
const MOST: usize = 256;

/// What reading the appearances of one file may still cost.
#[derive(Debug)]
pub(super) struct Effort {
    operations: usize,
    bytes: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            operations: 200_000,
            bytes: 16 << 20,
        }
    }
}

impl Effort {
    /// Whether there is so much left; where there is not, nothing is.
    fn take(&mut self, operations: usize, bytes: usize) -> bool {
        let left = self
            .operations
            .checked_sub(operations)
            .zip(self.bytes.checked_sub(bytes));
        (self.operations, self.bytes) = left.unwrap_or_default();
        left.is_some()
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Images that lie in the box and are large enough to be seen.
    pub(super) images: Vec<ObjectId>,
    pub(super) forms: Vec<ObjectId>,
    /// Whether there are lines, areas or letters.
    pub(super) paints: bool,
    /// Whether a part could not be read, or is no object of its own.
    pub(super) unread: bool,
}

struct Reader<'r, 'p, 'a> {
    view: &'r View<'p, 'a>,
    least: f64,
    effort: &'r mut Effort,
    drawn: Drawn,
}

impl Drawn {
    /// Reads an appearance that is shown in an area; images with an edge below `least` are not seen.
    pub(super) fn read(
        view: &View<'_, '_>,
        (id, stream): (ObjectId, &Stream),
        area: Rectangle,
        least: f64,
        effort: &mut Effort,
    ) -> Result<Self> {
        let mut reader = Reader {
            view,
            least,
            effort,
            drawn: Self::default(),
        };
        let bounds = stream.dictionary.get("BBox").and_then(|bounds| view.rectangle(bounds));
        let matrix = unless_io(Matrix::of_form(view, &stream.dictionary))?;
        match bounds.zip(matrix) {
            Some((bounds, matrix)) => {
                let place = fit(bounds, matrix, area);
                reader.form((id, stream), &place, area, &Dictionary::new(), DEPTH)?;
            }
            None => reader.drawn.unread = true,
        }
        Ok(reader.drawn)
    }
}

impl Reader<'_, '_, '_> {
    /// `clip` is the box that is left of those around it, `outer` the resources of the content that shows the form.
    fn form(
        &mut self,
        (id, stream): (ObjectId, &Stream),
        outside: &Matrix,
        clip: Rectangle,
        outer: &Dictionary,
        depth: usize,
    ) -> Result<()> {
        let dictionary = &stream.dictionary;
        let (view, depth) = (*self.view, depth.checked_sub(1));
        if !self.effort.take(1, 0) {
            self.drawn.unread = true;
            return Ok(());
        }
        let matrix = unless_io(Matrix::of_form(&view, dictionary))?;
        let content = unless_io(view.stream_data(stream, id))?;
        let (Some(depth), Some(matrix), Some(content)) = (depth, matrix, content) else {
            self.drawn.unread = true;
            return Ok(());
        };
        if !self.effort.take(0, content.len()) {
            self.drawn.unread = true;
            return Ok(());
        }
        let mut matrix = matrix.then(outside);
        let mut clip = clip;
        if let Some(bounds) = dictionary.get("BBox").and_then(|bounds| view.rectangle(bounds)) {
            clip = clip.intersection(&around(&matrix.corners(bounds)));
        }
        let own = unless_io(view.lookup(dictionary, "Resources"))?;
        let resources = own.as_ref().and_then(|own| own.as_dictionary()).unwrap_or(outer);
        let mut saved = Vec::new();
        let mut operations = Operations::new(&content);
        while let Some(operation) = operations.read() {
            if !self.effort.take(1, 0) {
                self.drawn.unread = true;
                return Ok(());
            }
            match operation.operator {
                b"q" if saved.len() < SAVED => saved.push(matrix),
                // Where each matrix belongs is lost.
                b"q" => self.drawn.unread = true,
                b"Q" => matrix = saved.pop().unwrap_or(matrix),
                b"cm" => {
                    if let Some(numbers) = operation.numbers() {
                        matrix = Matrix(numbers).then(&matrix);
                    }
                }
                b"Do" => {
                    let name = operation.last().and_then(Object::as_name).map(String::from_utf8_lossy);
                    self.show(&name.unwrap_or_default(), resources, &matrix, clip, depth)?;
                }
                b"BI" => self.drawn.unread = true,
                b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"sh" | b"Tj" | b"TJ" | b"'"
                | b"\"" => {
                    self.drawn.paints = true;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn show(
        &mut self,
        name: &str,
        resources: &Dictionary,
        matrix: &Matrix,
        clip: Rectangle,
        depth: usize,
    ) -> Result<()> {
        let view = *self.view;
        let all = unless_io(view.lookup(resources, "XObject"))?;
        let named = all.as_ref().and_then(|all| all.as_dictionary()?.get(name));
        let Some(object) = named.map(|named| unless_io(view.resolve(named))).transpose()?.flatten() else {
            // Readers draw nothing.
            return Ok(());
        };
        let (Some(id), Some(stream)) = (object.id(), object.as_stream()) else {
            return Ok(());
        };
        let kind = unless_io(view.lookup(&stream.dictionary, "Subtype"))?;
        match kind.as_ref().and_then(|kind| kind.as_name()) {
            Some(b"Image") => {
                if self.is_seen(matrix, clip) {
                    self.note(id, |drawn| &mut drawn.images);
                }
                Ok(())
            }
            Some(b"Form") => {
                self.note(id, |drawn| &mut drawn.forms);
                self.form((id, stream), matrix, clip, resources, depth)
            }
            _ => Ok(()),
        }
    }

    fn is_seen(&self, matrix: &Matrix, clip: Rectangle) -> bool {
        let [a, b, c, d, ..] = matrix.0;
        let unit = Rectangle::new((0.0, 0.0), (1.0, 1.0));
        let shown = clip.intersection(&around(&matrix.corners(unit)));
        a.hypot(b) >= self.least && c.hypot(d) >= self.least && !shown.is_empty()
    }

    fn note(&mut self, id: ObjectId, list: impl FnOnce(&mut Drawn) -> &mut Vec<ObjectId>) {
        let list = list(&mut self.drawn);
        if list.len() >= MOST {
            self.drawn.unread = true;
        } else if !list.contains(&id) {
            list.push(id);
        }
    }
}
