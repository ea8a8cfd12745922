//! Pages with what they inherit (ISO 32000-2, 7.7.3).

use std::sync::Arc;

use super::file::View;
use super::object::{Dictionary, Object, ObjectId};
use super::parser::syntax;
use crate::error::Result;
use crate::text;

/// Depth of a page tree.
const DEPTH: usize = 64;

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its object; `None` for one that stands in the page tree itself, which is against the rules.
    pub id: Option<ObjectId>,
    /// Its dictionary, without what it inherits.
    pub dictionary: Dictionary,
    /// The page tree nodes above it, the root first.
    pub ancestors: Vec<ObjectId>,
    /// `/MediaBox`, inherited or its own; A4 where none is stated.
    pub media_box: Rectangle,
    /// `/CropBox`, cut to the media box: what is shown.
    pub crop_box: Rectangle,
    /// `/Rotate`: 0, 90, 180 or 270 degrees clockwise.
    pub rotate: u16,
    /// `/UserUnit`: the size of a unit in 1/72 inch.
    pub user_unit: f64,
    /// `/Resources`, as they stand: a dictionary or a reference.
    pub resources: Option<Object>,
}

/// A rectangle in user space units, its lower left corner first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// The left edge.
    pub x0: f64,
    /// The lower edge.
    pub y0: f64,
    /// The right edge.
    pub x1: f64,
    /// The upper edge.
    pub y1: f64,
}

impl Rectangle {
    /// A rectangle of any two opposite corners.
    #[must_use]
    pub fn new(a: (f64, f64), b: (f64, f64)) -> Self {
        Self {
            x0: a.0.min(b.0),
            y0: a.1.min(b.1),
            x1: a.0.max(b.0),
            y1: a.1.max(b.1),
        }
    }

    /// The width.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// The height.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// What both have in common; without area where they have nothing.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (x0, y0) = (self.x0.max(other.x0), self.y0.max(other.y0));
        Self {
            x0,
            y0,
            x1: self.x1.min(other.x1).max(x0),
            y1: self.y1.min(other.y1).max(y0),
        }
    }

    /// Whether it has no area.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.width() <= 0.0 || self.height() <= 0.0
    }

    /// As a PDF array.
    #[must_use]
    pub fn to_object(self) -> Object {
        Object::Array([self.x0, self.y0, self.x1, self.y1].map(Object::from).to_vec())
    }
}

impl View<'_, '_> {
    /// A rectangle, whose numbers may be references.
    #[must_use]
    pub fn rectangle(&self, object: &Object) -> Option<Rectangle> {
        let array = self.resolve(object).ok()?;
        let items = array.as_array()?;
        let mut numbers = [0.0; 4];
        if items.len() != 4 {
            return None;
        }
        for (number, item) in numbers.iter_mut().zip(items) {
            *number = self.resolve(item).ok()?.as_number().filter(|value| value.abs() < 1e7)?;
        }
        let [x0, y0, x1, y1] = numbers;
        Some(Rectangle::new((x0, y0), (x1, y1)))
    }

    /// The pages in their order.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`](crate::error::ErrorKind::Pdf) when the page tree is broken or leads in a circle,
    /// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit).
    pub fn pages(&self) -> Result<Vec<Page>> {
        let (_, catalog) = self.catalog()?;
        let Some(root) = catalog.as_dictionary().and_then(|catalog| catalog.get("Pages")) else {
            return Err(syntax(text!("there is no page tree", "没有页面树")).in_part("Pages"));
        };
        let mut walk = Walk {
            view: self,
            pages: Vec::new(),
            nodes: 0,
            copied: 0,
        };
        walk.node(root, &Inherited::default(), &[], DEPTH)
            .map_err(|error| error.in_part("Pages"))?;
        Ok(walk.pages)
    }
}

/// What a page inherits.
#[derive(Clone, Debug, Default)]
struct Inherited {
    media_box: Option<Arc<Object>>,
    crop_box: Option<Arc<Object>>,
    rotate: Option<Arc<Object>>,
    resources: Option<Arc<Object>>,
}

impl Inherited {
    fn of(&self, node: &Dictionary) -> Self {
        let take = |key: &str, above: &Option<Arc<Object>>| match node.get(key) {
            None | Some(Object::Null) => above.clone(),
            Some(own) => Some(Arc::new(own.clone())),
        };
        Self {
            media_box: take("MediaBox", &self.media_box),
            crop_box: take("CropBox", &self.crop_box),
            rotate: take("Rotate", &self.rotate),
            resources: take("Resources", &self.resources),
        }
    }
}

struct Walk<'w, 'p, 'a> {
    view: &'w View<'p, 'a>,
    pages: Vec<Page>,
    nodes: usize,
    copied: u64,
}

impl Walk<'_, '_, '_> {
    fn node(&mut self, object: &Object, above: &Inherited, ancestors: &[ObjectId], depth: usize) -> Result<()> {
        let circle = || syntax(text!("the page tree leads in a circle", "页面树形成循环"));
        let depth = depth.checked_sub(1).ok_or_else(circle)?;
        let value = self.view.resolve(object)?;
        let id = value.id();
        if id.is_some_and(|id| ancestors.contains(&id)) {
            return Err(circle());
        }
        // A page that is listed twice is shown twice; the number of pages is bounded, that of empty nodes is not.
        self.nodes += 1;
        self.view.pdf().limits().check(
            self.nodes,
            self.view.pdf().limits().objects,
            "page tree nodes",
            "页面树节点数量",
        )?;
        let Object::Dictionary(node) = &*value else {
            return Err(syntax(text!("a page is no dictionary", "页面不是字典")));
        };
        let inherited = above.of(node);
        let kids = self.view.lookup(node, "Kids")?;
        // A node without /Type is told by its kids.
        if node.is_type("Page") || kids.as_array().is_none() {
            return self.page(id, node, &inherited, ancestors);
        }
        let mut ancestors = ancestors.to_vec();
        ancestors.extend(id);
        for kid in kids.as_array().unwrap_or_default() {
            self.node(kid, &inherited, &ancestors, depth)?;
        }
        Ok(())
    }

    fn page(
        &mut self,
        id: Option<ObjectId>,
        node: &Dictionary,
        inherited: &Inherited,
        ancestors: &[ObjectId],
    ) -> Result<()> {
        let limits = self.view.pdf().limits();
        limits.check(self.pages.len() + 1, limits.pages, "pages", "页数")?;
        // A page may be listed many times, and resources have many heirs.
        let shared = inherited.resources.as_deref().map_or(0, Object::weight);
        self.copied = self.copied.saturating_add(node.weight()).saturating_add(shared);
        limits.check_copies(self.copied)?;
        let boxed = |object: &Option<Arc<Object>>| object.as_ref().and_then(|object| self.view.rectangle(object));
        // What readers take where nothing usable is stated differs; A4 is the paper here.
        let media_box = boxed(&inherited.media_box)
            .filter(|area| !area.is_empty())
            .unwrap_or_else(|| Rectangle::new((0.0, 0.0), (595.0, 842.0)));
        let crop_box = boxed(&inherited.crop_box)
            .map(|area| area.intersection(&media_box))
            .filter(|area| !area.is_empty())
            .unwrap_or(media_box);
        let number = |object: Option<&Object>| self.view.resolve(object?).ok()?.as_number();
        let turns = inherited
            .rotate
            .as_ref()
            .and_then(|object| self.view.resolve(object).ok()?.as_integer());
        let rotate = turns.unwrap_or(0).rem_euclid(360);
        let rotate = u16::try_from(rotate / 90 * 90).unwrap_or(0);
        let user_unit = number(node.get("UserUnit"))
            .filter(|unit| *unit > 0.0 && *unit < 1e4)
            .unwrap_or(1.0);
        self.pages.push(Page {
            id,
            dictionary: node.clone(),
            ancestors: ancestors.to_vec(),
            media_box,
            crop_box,
            rotate,
            user_unit,
            resources: inherited.resources.as_deref().cloned(),
        });
        Ok(())
    }
}
