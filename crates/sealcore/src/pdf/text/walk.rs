//! Runs content (ISO 32000-2, 8.4, 8.10.1 and 9.4) as far as it takes to know where each character stands. Text that is
//! not painted counts: scanned pages carry it under their picture.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::font::Font;
use super::resources::{Form, Resources, Store};
use crate::error::Result;
use crate::pdf::content::{Operation, Operations, name};
use crate::pdf::matrix::Matrix;
use crate::pdf::object::{Name, Object, ObjectId};
use crate::text::{Glyph, Lines};

/// Forms inside one another.
const DEPTH: usize = 24;
/// Saved graphics states; what is saved beyond is counted and not kept.
const STATES: usize = 1024;
/// Fonts that are named when nothing was found.
pub(super) const FONTS: usize = 10;

/// Graphics state, as far as text goes.
#[derive(Clone, Debug)]
struct State {
    to_page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

/// Runs the content of one page.
pub(super) struct Walk<'w, 'n, 'p, 'a> {
    store: &'w mut Store<'p, 'a>,
    lines: &'w mut Lines<'n>,
    /// Fonts without characters that text was shown in.
    unreadable: &'w mut BTreeSet<String>,
    state: State,
    saved: Vec<State>,
    /// States that were saved and not kept.
    uncounted: usize,
    text: Matrix,
    line: Matrix,
    /// The forms at work.
    open: Vec<ObjectId>,
    /// The characters of the code at hand.
    characters: String,
}

impl<'w, 'n, 'p, 'a> Walk<'w, 'n, 'p, 'a> {
    pub(super) fn new(
        store: &'w mut Store<'p, 'a>,
        lines: &'w mut Lines<'n>,
        unreadable: &'w mut BTreeSet<String>,
        to_page: Matrix,
    ) -> Self {
        Self {
            store,
            lines,
            unreadable,
            state: State {
                to_page,
                font: None,
                size: 0.0,
                char_space: 0.0,
                word_space: 0.0,
                scale: 1.0,
                leading: 0.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            uncounted: 0,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            open: Vec::new(),
            characters: String::new(),
        }
    }

    pub(super) fn run(&mut self, content: &[u8], resources: &Rc<Resources>) -> Result<()> {
        self.store.spend(content.len() as u64 + 64)?;
        let floor = self.saved.len();
        let mut operations = Operations::new(content);
        while let Some(operation) = operations.read() {
            self.operation(&operation, resources, floor)?;
        }
        Ok(())
    }

    fn operation(&mut self, operation: &Operation<'_>, resources: &Rc<Resources>, floor: usize) -> Result<()> {
        let number = || operation.numbers::<1>().map(|[number]| number);
        match operation.operator {
            b"q" if self.saved.len() < STATES => self.saved.push(self.state.clone()),
            b"q" => self.uncounted += 1,
            b"Q" => self.restore(floor),
            b"cm" => {
                if let Some(numbers) = operation.numbers() {
                    self.state.to_page = Matrix(numbers).then(&self.state.to_page);
                }
            }
            b"Do" => {
                if let Some(name) = name(operation.last()) {
                    self.form_named(name, resources)?;
                }
            }
            b"BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tf" => {
                if let [.., Object::Name(name), size] = operation.operands {
                    self.state.font = Some(self.store.font(resources, name)?);
                    self.state.size = size.as_number().unwrap_or(0.0);
                }
            }
            b"Tc" => set(&mut self.state.char_space, number()),
            b"Tw" => set(&mut self.state.word_space, number()),
            b"Tz" => set(&mut self.state.scale, number().map(|percent| percent / 100.0)),
            b"TL" => set(&mut self.state.leading, number()),
            b"Ts" => set(&mut self.state.rise, number()),
            b"Td" => self.next_line(operation.numbers()),
            b"TD" => {
                set(&mut self.state.leading, operation.numbers().map(|[_, y]: [f64; 2]| -y));
                self.next_line(operation.numbers());
            }
            b"T*" => self.next_line(Some([0.0, -self.state.leading])),
            b"Tm" => {
                if let Some(numbers) = operation.numbers() {
                    (self.text, self.line) = (Matrix(numbers), Matrix(numbers));
                }
            }
            b"Tj" => self.strings(operation.operands)?,
            b"'" => {
                self.next_line(Some([0.0, -self.state.leading]));
                self.strings(operation.operands)?;
            }
            b"\"" => {
                if let [word_space, char_space, ..] = operation.operands {
                    set(&mut self.state.word_space, word_space.as_number());
                    set(&mut self.state.char_space, char_space.as_number());
                }
                self.next_line(Some([0.0, -self.state.leading]));
                self.strings(operation.operands.last().map_or(&[], std::slice::from_ref))?;
            }
            b"TJ" => match operation.last() {
                Some(Object::Array(items)) => self.strings(items)?,
                _ => self.strings(operation.operands)?,
            },
            _ => {}
        }
        Ok(())
    }

    fn restore(&mut self, floor: usize) {
        if self.uncounted > 0 {
            self.uncounted -= 1;
        } else if self.saved.len() > floor
            && let Some(state) = self.saved.pop()
        {
            self.state = state;
        }
    }

    fn next_line(&mut self, step: Option<[f64; 2]>) {
        if let Some([x, y]) = step {
            self.line = self.line.moved(x, y);
            self.text = self.line;
        }
    }

    fn form_named(&mut self, name: &Name, resources: &Rc<Resources>) -> Result<()> {
        match self.store.form(resources, name)? {
            Some((id, form)) => self.form(id, &form, resources),
            None => Ok(()),
        }
    }

    /// Runs a form, and leaves everything as it was.
    pub(super) fn form(&mut self, id: ObjectId, form: &Form, resources: &Rc<Resources>) -> Result<()> {
        // A form that shows itself shows nothing.
        if self.open.contains(&id) || self.open.len() >= DEPTH {
            return Ok(());
        }
        let before = (
            self.state.clone(),
            self.text,
            self.line,
            self.saved.len(),
            self.uncounted,
        );
        self.state.to_page = form.matrix.then(&self.state.to_page);
        self.uncounted = 0;
        self.open.push(id);
        let done = self.run(&form.content, form.resources.as_ref().unwrap_or(resources));
        self.open.pop();
        self.saved.truncate(before.3);
        (self.state, self.text, self.line, _, self.uncounted) = before;
        done.map_err(|error| error.in_part(format!("object {id}")))
    }

    /// Strings, and numbers that move what follows (9.4.3).
    fn strings(&mut self, items: &[Object]) -> Result<()> {
        let Some(font) = self.state.font.clone() else {
            return Ok(());
        };
        let mut same_code = false;
        for item in items {
            if let Some(number) = item.as_number() {
                let step = -number / 1000.0 * self.state.size;
                self.advance(&font, if font.vertical { step } else { step * self.state.scale });
            } else if let Some(string) = item.as_string() {
                self.string(&font, string, &mut same_code)?;
            }
        }
        Ok(())
    }

    /// Moves on in the direction of writing.
    fn advance(&mut self, font: &Font, step: f64) {
        self.text = if font.vertical {
            self.text.moved(0.0, step)
        } else {
            self.text.moved(step, 0.0)
        };
    }

    fn string(&mut self, font: &Font, mut bytes: &[u8], same_code: &mut bool) -> Result<()> {
        while !bytes.is_empty() {
            let code = font.next_code(&mut bytes);
            let mut characters = std::mem::take(&mut self.characters);
            characters.clear();
            if !font.append(code, &mut characters) {
                // Not known, but something stands there.
                characters.push(char::REPLACEMENT_CHARACTER);
                if font.is_unreadable() && self.unreadable.len() < FONTS && !self.unreadable.contains(&font.name) {
                    self.unreadable.insert(font.name.clone());
                }
            }
            let spaced = if code.length == 1 && code.value == 0x20 {
                self.state.word_space
            } else {
                0.0
            };
            let place = Place::of(font, font.glyph(code), &self.state, self.state.char_space + spaced);
            let to_page = self.text.then(&self.state.to_page);
            let count = characters.chars().count();
            for (index, character) in characters.chars().enumerate() {
                if let Some(glyph) = place.glyph(character, index, count, &to_page) {
                    self.lines.push(glyph, *same_code)?;
                    *same_code = true;
                }
            }
            self.characters = characters;
            self.advance(font, place.step);
        }
        Ok(())
    }
}

fn set(place: &mut f64, value: Option<f64>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// How a glyph lies in text space, its origin on the baseline at 0.
struct Place {
    vertical: bool,
    /// To the next one.
    step: f64,
    rise: f64,
    /// What it covers.
    x: (f64, f64),
    y: (f64, f64),
    /// The size of the font.
    size: f64,
    /// Whether it is read towards larger numbers.
    forward: bool,
}

impl Place {
    fn of(font: &Font, glyph: Option<u32>, state: &State, space: f64) -> Self {
        let (size, across) = (state.size, state.size * state.scale);
        let width = font.widths.width(glyph);
        let (bottom, top) = (font.descent * size + state.rise, font.ascent * size + state.rise);
        let size_here = size.abs() * font.em;
        if !font.vertical {
            return Self {
                vertical: false,
                step: width * across + space * state.scale,
                rise: state.rise,
                x: (0.0, width * across),
                y: (bottom, top),
                size: size_here,
                forward: across >= 0.0,
            };
        }
        let vertical = font.widths.vertical(glyph);
        let (left, down) = (vertical.x.unwrap_or(width / 2.0), vertical.y * size);
        let step = vertical.step * size;
        Self {
            vertical: true,
            step: step + space,
            rise: state.rise,
            x: (-left * across, (width - left) * across),
            y: (bottom - down, top - down),
            size: size_here,
            forward: step > 0.0,
        }
    }

    /// The `index`th of the characters that the glyph shows, each with its part of it.
    #[allow(clippy::cast_precision_loss)] // a handful of characters
    fn glyph(&self, character: char, index: usize, count: usize, to_page: &Matrix) -> Option<Glyph> {
        let part = |index: usize| index as f64 / count.max(1) as f64;
        let (from, to) = (part(index), part(index + 1));
        let ahead = if self.forward { 1.0 } else { -1.0 };
        let width = self.x.1 - self.x.0;
        let at = |part: f64| {
            to_page.point(if self.vertical {
                (0.0, self.rise + self.step * part)
            } else {
                (self.step * part, self.rise)
            })
        };
        let (x, direction) = if self.vertical {
            (self.x, (0.0, ahead))
        } else {
            ((self.x.0 + width * from, self.x.0 + width * to), (ahead, 0.0))
        };
        Some(Glyph {
            character,
            origin: at(from),
            end: at(to),
            direction: to_page.direction(direction),
            size: self.size * to_page.scale(),
            area: to_page.area(x, self.y)?,
        })
    }
}
