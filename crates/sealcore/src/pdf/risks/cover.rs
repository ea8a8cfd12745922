//! Text that cannot be seen: under something opaque, in the colour of what is beneath, or not painted at all.

use std::collections::{HashMap, HashSet};

use super::Told;
use super::annotation::{self, Annotation};
use super::form::{self, Widgets};
use super::layer::Layers;
use super::paint::{Cover, Effort, Painted, Painter, Run};
use crate::error::Result;
use crate::lang::{Lang, Text};
use crate::pdf::content;
use crate::pdf::file::View;
use crate::pdf::form::normal_appearance;
use crate::pdf::matrix::{Matrix, Point, around, fit};
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::page::{Page, Rectangle};
use crate::pdf::verify::stamp;
use crate::report::Code;
use crate::text;

/// How far colours may differ and look the same.
const SAME: f64 = 0.03;
/// Characters of hidden text that are told.
const EXCERPT: usize = 40;

pub(super) fn look(
    view: &View<'_, '_>,
    pages: &[Page],
    layers: &Layers,
    widgets: &Widgets,
    mut effort: Effort,
    told: &mut Told,
) -> Result<()> {
    for (index, page) in pages.iter().enumerate() {
        let number = index + 1;
        let annotations = annotation::of_page(view, page, number, layers, widgets, told)?;
        form::overlaps(&annotations, number, told);
        if effort.spent {
            continue;
        }
        let painted = read(view, page, number, layers, &annotations, &mut effort, told)?;
        let mut judge = Judge {
            page,
            number,
            annotations: &annotations,
            painted: &painted,
            effort: &mut effort,
            told,
        };
        judge.all();
    }
    if effort.spent {
        told.too_much("content of the pages", "页面内容");
    }
    Ok(())
}

fn read(
    view: &View<'_, '_>,
    page: &Page,
    number: usize,
    layers: &Layers,
    annotations: &[Annotation],
    effort: &mut Effort,
    told: &mut Told,
) -> Result<Painted> {
    let part = format!("page {number}");
    let mut painter = Painter::new(view, layers, effort);
    let resources = match &page.resources {
        Some(resources) => told.unless_broken(view.resolve(resources), part.clone())?,
        None => None,
    };
    let empty = Dictionary::new();
    let resources = resources.as_ref().and_then(|one| one.as_dictionary()).unwrap_or(&empty);
    if let Some(content) = told.unless_broken(content::of_page(view, page), part.clone())? {
        painter.page(&content, resources);
    }
    for (index, one) in annotations.iter().enumerate().filter(|(_, one)| !one.hidden) {
        match normal_appearance(view, &one.dictionary) {
            Some((id, stream)) => {
                let bounds = stream.dictionary.get("BBox").and_then(|area| view.rectangle(area));
                let matrix = Matrix::of_form(view, &stream.dictionary);
                if let (Some(bounds), Ok(matrix)) = (bounds, matrix) {
                    let place = fit(bounds, matrix, one.area);
                    let drawn = painter.appearance(&stream, id, place, index);
                    told.unless_broken(drawn, part.clone())?;
                }
            }
            // What viewers draw by themselves.
            None if is_filled(view, &one.dictionary) => painter.fill(one.area, index),
            None => {}
        }
    }
    Ok(painter.painted)
}

/// Whether it states a colour for its inside.
fn is_filled(view: &View<'_, '_>, annotation: &Dictionary) -> bool {
    let colored = |dictionary: &Dictionary, key: &str| {
        view.lookup(dictionary, key)
            .is_ok_and(|color| color.as_array().is_some_and(|items| !items.is_empty()))
    };
    let subtype = annotation.get("Subtype").and_then(Object::as_name);
    match subtype {
        Some(b"Square" | b"Circle" | b"Polygon" | b"Redact") => colored(annotation, "IC"),
        Some(b"FreeText") => colored(annotation, "C"),
        Some(b"Widget") => view
            .lookup(annotation, "MK")
            .is_ok_and(|style| style.as_dictionary().is_some_and(|style| colored(style, "BG"))),
        _ => false,
    }
}

struct Judge<'j> {
    page: &'j Page,
    number: usize,
    annotations: &'j [Annotation],
    painted: &'j Painted,
    effort: &'j mut Effort,
    told: &'j mut Told,
}

impl Judge<'_> {
    fn all(&mut self) {
        let painted = self.painted;
        let again = shown_again(&painted.runs);
        let colors: HashSet<[i64; 3]> = painted
            .covers
            .iter()
            .filter_map(|cover| cover.color.map(rough))
            .collect();
        let mut told_covers = HashSet::new();
        for run in painted.runs.iter().filter(|run| !run.off && !is_blank(run)) {
            let bounds = around(&run.samples);
            if !self.is_on_page(bounds) {
                continue;
            }
            if !self
                .effort
                .take(|effort| &mut effort.tests, painted.covers.len() / 8 + 1)
            {
                return;
            }
            let near: Vec<&Cover> = painted
                .covers
                .iter()
                .filter(|cover| touches(bounds, cover.area.bounds))
                .collect();
            if !run.painted {
                self.unpainted(run, &near);
                continue;
            }
            let white = run.color.is_some_and(|color| alike(color, [1.0; 3]));
            if (white || run.color.is_some_and(|color| colors.contains(&rough(color)))) && self.is_pale(run, &near) {
                let message = self.said(run, &text!("has the colour of what is beneath", "与其背景颜色相同"));
                self.say(Code::RiskInvisibleContent, message);
                continue;
            }
            for cover in near.iter().filter(|cover| cover.opaque && cover.order > run.order) {
                if told_covers.contains(&cover.order) || !self.hides(cover, run) {
                    continue;
                }
                // Some writers draw a line, blank it, and draw it again.
                if again.get(&place_of(run)).is_some_and(|order| *order > cover.order) {
                    continue;
                }
                told_covers.insert(cover.order);
                self.hidden(run, cover);
            }
        }
    }

    fn is_on_page(&self, bounds: Rectangle) -> bool {
        touches(bounds, self.page.crop_box)
    }

    /// How many points of the text lie in the cover.
    fn count(&mut self, cover: &Cover, samples: &[Point]) -> usize {
        let cost = cover.area.points() + cover.clip.points();
        let cost = samples.len().saturating_mul(cost / 8 + 1);
        if !self.effort.take(|effort| &mut effort.tests, cost) {
            return 0;
        }
        samples.iter().filter(|point| cover.holds(**point)).count()
    }

    fn hides(&mut self, cover: &Cover, run: &Run) -> bool {
        let covered = self.count(cover, &run.samples);
        covered * 3 >= run.samples.len() || covered >= 4
    }

    fn unpainted(&mut self, run: &Run, near: &[&Cover]) {
        let half = run.samples.len().div_ceil(2);
        let scanned = near
            .iter()
            .filter(|cover| cover.picture)
            .any(|cover| self.count(cover, &run.samples) >= half);
        if scanned {
            let number = self.number;
            let message = text!(
                "page {number} has invisible text over a picture",
                "第 {number} 页的图像上有不可见的文字层"
            );
            self.say(Code::RiskTextLayer, message);
        } else {
            let message = self.said(run, &text!("is not painted", "不可见"));
            self.say(Code::RiskInvisibleContent, message);
        }
    }

    /// Whether it is painted in the colour that is there already.
    fn is_pale(&mut self, run: &Run, near: &[&Cover]) -> bool {
        let Some(color) = run.color else { return false };
        let mut pale = 0;
        for sample in &run.samples {
            let mut beneath = Some([1.0; 3]);
            for cover in near.iter().rev().filter(|cover| cover.order < run.order) {
                if self.count(cover, std::slice::from_ref(sample)) > 0 {
                    beneath = cover.color.filter(|_| cover.opaque);
                    break;
                }
            }
            pale += usize::from(beneath.is_some_and(|beneath| alike(beneath, color)));
        }
        pale * 10 >= run.samples.len() * 9 && !self.effort.spent
    }

    fn hidden(&mut self, run: &Run, cover: &Cover) {
        let what = match cover.by.and_then(|by| self.annotations.get(by)) {
            Some(annotation) => annotation.what.clone(),
            None if cover.picture => text!("a picture", "图像"),
            None => text!("a filled area", "填充区域"),
        };
        let (en, zh) = (what.get(Lang::En), what.get(Lang::Zh));
        let message = self.said(run, &text!("lies under {en}", "被{zh}遮盖"));
        self.say(Code::RiskHiddenContent, message);
    }

    /// `text "..." at (x, y) mm of page n` and what is the matter with it.
    fn said(&self, run: &Run, matter: &Text) -> Text {
        let bounds = around(&run.samples);
        let [x, y, ..] = stamp::as_shown(self.page, bounds);
        let number = self.number;
        let shown: String = run.text.as_deref().unwrap_or("?").chars().take(EXCERPT).collect();
        let (en, zh) = (matter.get(Lang::En), matter.get(Lang::Zh));
        text!(
            "on page {number}, at ({x:.0}, {y:.0}) mm, the text “{shown}” {en}",
            "第 {number} 页 ({x:.0}, {y:.0}) mm 处的文字“{shown}”{zh}"
        )
    }

    fn say(&mut self, code: Code, message: Text) {
        self.told.say(code, message, format!("page {}", self.number));
    }
}

fn is_blank(run: &Run) -> bool {
    run.text.as_deref().is_some_and(|text| text.trim().is_empty())
}

fn touches(one: Rectangle, other: Rectangle) -> bool {
    one.x0 <= other.x1 && other.x0 <= one.x1 && one.y0 <= other.y1 && other.y0 <= one.y1
}

fn alike(one: [f64; 3], other: [f64; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| (one - other).abs() <= SAME)
}

#[allow(clippy::cast_possible_truncation)] // colours are from 0 to 1
fn rough(color: [f64; 3]) -> [i64; 3] {
    color.map(|part| (part.clamp(0.0, 1.0) * 32.0).round() as i64)
}

type Place = (Option<String>, i64, i64);

#[allow(clippy::cast_possible_truncation)] // a conversion saturates
fn place_of(run: &Run) -> Place {
    let (x, y) = run.samples.first().copied().unwrap_or_default();
    (run.text.clone(), (x / 8.0).round() as i64, (y / 8.0).round() as i64)
}

/// When each text was shown last in the same place.
fn shown_again(runs: &[Run]) -> HashMap<Place, usize> {
    let mut last = HashMap::new();
    for run in runs.iter().filter(|run| run.painted && run.text.is_some()) {
        last.insert(place_of(run), run.order);
    }
    last
}
