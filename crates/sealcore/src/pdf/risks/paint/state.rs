//! The graphics state (ISO 32000-2, 8.4), as far as it matters here.

use std::sync::Arc;

use super::Color;
use crate::pdf::matrix::Matrix;
use crate::pdf::risks::shape::Clip;
use crate::pdf::text::Font;

/// The graphics state, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) matrix: Matrix,
    pub(super) clip: Clip,
    pub(super) fill: Paint,
    pub(super) stroke: Paint,
    pub(super) alpha: f64,
    /// Not painted as it is: a blend mode or soft mask.
    pub(super) blended: bool,
    pub(super) font: Option<Arc<Font>>,
    pub(super) size: f64,
    pub(super) spacing: f64,
    pub(super) word_spacing: f64,
    pub(super) stretch: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) mode: i64,
}

/// What areas and text are painted with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) color: Option<Color>,
    /// Whether the colour space is one of those whose numbers say the colour.
    pub(super) plain: bool,
    /// Whether it may leave gaps, as patterns do.
    pub(super) pattern: bool,
}

pub(super) const BLACK: Paint = Paint {
    color: Some([0.0; 3]),
    plain: true,
    pattern: false,
};

impl State {
    pub(super) fn new() -> Self {
        Self {
            matrix: Matrix::IDENTITY,
            clip: Clip::default(),
            fill: BLACK,
            stroke: BLACK,
            alpha: 1.0,
            blended: false,
            font: None,
            size: 1.0,
            spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }
}

pub(super) fn of_cmyk([cyan, magenta, yellow, black]: [f64; 4]) -> Color {
    [cyan, magenta, yellow].map(|ink| 1.0 - (ink + black).min(1.0))
}
