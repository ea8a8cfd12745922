//! Strings that a content stream shows (ISO 32000-2, 9.4).

use super::reading::Reading;
use super::{Point, Run};
use crate::pdf::content::Operation;
use crate::pdf::matrix::Matrix;
use crate::pdf::object::Object;

/// Points along one string that are looked at.
const SAMPLES: usize = 32;
/// Characters of one string that are kept.
const CHARACTERS: usize = 4096;

impl Reading<'_, '_, '_, '_> {
    pub(super) fn text_operation(&mut self, operation: &Operation<'_>) {
        let number = || operation.numbers().map(|[number]| number);
        match operation.operator {
            b"BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tf" => {
                if let [Object::Name(name), size] = operation.operands {
                    let name = String::from_utf8_lossy(name.as_bytes());
                    self.state.font = self.painter.font(self.resources, &name);
                    self.state.size = size.as_number().unwrap_or(1.0);
                }
            }
            b"Tm" => {
                if let Some(numbers) = operation.numbers() {
                    (self.text, self.line) = (Matrix(numbers), Matrix(numbers));
                }
            }
            b"Td" | b"TD" => {
                if let Some([x, y]) = operation.numbers() {
                    if operation.operator == b"TD" {
                        self.state.leading = -y;
                    }
                    self.next_line(x, y);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"TL" => self.state.leading = number().unwrap_or(self.state.leading),
            b"Tc" => self.state.spacing = number().unwrap_or(0.0),
            b"Tw" => self.state.word_spacing = number().unwrap_or(0.0),
            b"Tz" => self.state.stretch = number().unwrap_or(100.0) / 100.0,
            b"Ts" => self.state.rise = number().unwrap_or(0.0),
            b"Tr" => self.state.mode = operation.last().and_then(Object::as_integer).unwrap_or(0),
            b"Tj" => self.show(operation.operands),
            b"TJ" => {
                if let Some(Object::Array(items)) = operation.last() {
                    self.show(items);
                }
            }
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operation.operands);
            }
            b"\"" => {
                if let [words, spacing, _] = operation.operands {
                    self.state.word_spacing = words.as_number().unwrap_or(0.0);
                    self.state.spacing = spacing.as_number().unwrap_or(0.0);
                }
                self.next_line(0.0, -self.state.leading);
                self.show(operation.operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    fn show(&mut self, items: &[Object]) {
        let order = self.painter.next_order();
        let mut text = Some(String::new());
        let mut samples = Vec::new();
        let (size, stretch) = (self.state.size, self.state.stretch);
        let Some(font) = self.state.font.clone() else { return };
        let downwards = font.is_vertical();
        let place = self.state.matrix;
        for item in items {
            match item {
                Object::String(string) => {
                    let bytes = string.bytes.get(..CHARACTERS).unwrap_or(&string.bytes);
                    for (advance, blank) in font.advances(bytes) {
                        let wide = advance * size;
                        let word = if blank { self.state.word_spacing } else { 0.0 };
                        let step = wide + self.state.spacing + word;
                        let (middle, step) = if downwards {
                            ((0.0, wide / 2.0), (0.0, step))
                        } else {
                            (
                                (wide * stretch / 2.0, size * 0.3 + self.state.rise),
                                (step * stretch, 0.0),
                            )
                        };
                        if !blank {
                            samples.push(self.text.then(&place).point(middle));
                        }
                        self.text = self.text.moved(step.0, step.1);
                    }
                    let shown = font.decode(bytes);
                    text = text.zip(shown).map(|(text, shown)| text + &shown);
                }
                other => {
                    if let Some(back) = other.as_number() {
                        let step = -back / 1000.0 * size;
                        self.text = if downwards {
                            self.text.moved(0.0, step)
                        } else {
                            self.text.moved(step * stretch, 0.0)
                        };
                    }
                }
            }
        }
        samples.retain(|(x, y)| x.is_finite() && y.is_finite());
        if samples.is_empty() {
            return;
        }
        let every = samples.len().div_ceil(SAMPLES);
        let samples: Vec<Point> = samples.into_iter().step_by(every.max(1)).collect();
        let (fill, stroke) = (self.state.fill, self.state.stroke);
        let color = match self.state.mode {
            1 | 5 => stroke.color,
            2 | 6 if fill.color != stroke.color => None,
            _ => fill.color,
        };
        let state = &self.state;
        let run = Run {
            order,
            color,
            painted: !matches!(state.mode, 3 | 7) && state.alpha > 0.02,
            text: text.filter(|_| items.len() <= CHARACTERS),
            off: self.is_off(),
            samples,
        };
        self.painter.painted.runs.push(run);
    }
}
