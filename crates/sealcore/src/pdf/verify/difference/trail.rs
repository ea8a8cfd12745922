//! Where a walk stands, and the keys and indices that led there.

use super::role::Role;
use crate::pdf::object::{Name, ObjectId};

/// Where the walk stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) role: Role,
    /// Into the [`Trail`].
    pub(super) node: u32,
    /// The object that the place is in.
    pub(super) object: Option<ObjectId>,
    /// Counted from 1; 0 is none.
    pub(super) page: u32,
    /// Into the names of fields, counted from 1; 0 is none.
    pub(super) field: u32,
    /// Below something that was added and judged as a whole.
    pub(super) quiet: bool,
}

impl Place {
    pub(super) fn with(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// An object to which no way leads.
    pub(super) fn of_object(role: Role, id: ObjectId) -> Self {
        Self {
            role,
            node: u32::MAX,
            object: Some(id),
            page: 0,
            field: 0,
            quiet: false,
        }
    }
}

/// The way to every place, as a tree: each step and the one before it.
#[derive(Debug, Default)]
pub(super) struct Trail(Vec<(u32, Step)>);

#[derive(Debug)]
enum Step {
    Key(Name),
    Index(usize),
}

impl Trail {
    pub(super) fn item(&mut self, place: Place, index: usize) -> Place {
        self.step(place, Step::Index(index))
    }

    pub(super) fn key(&mut self, place: Place, key: &Name) -> Place {
        self.step(place, Step::Key(key.clone()))
    }

    fn step(&mut self, place: Place, step: Step) -> Place {
        let node = u32::try_from(self.0.len()).unwrap_or(u32::MAX - 1);
        if node < u32::MAX - 1 {
            self.0.push((place.node, step));
        }
        Place { node, ..place }
    }

    /// Whether the place is one where any key is a name that content uses: a page that stands there is no page.
    pub(super) fn is_dictionary_of_names(&self, place: Place) -> bool {
        const NAMES: [&[u8]; 12] = [
            b"Resources",
            b"XObject",
            b"Font",
            b"ExtGState",
            b"Pattern",
            b"Shading",
            b"ColorSpace",
            b"Properties",
            b"CharProcs",
            b"Colorants",
            b"N",
            b"AP",
        ];
        match self.0.get(place.node as usize) {
            Some((_, Step::Key(key))) => NAMES.contains(&key.as_bytes()),
            _ => false,
        }
    }

    /// As a report has it: `Pages/Kids[0]/Contents`.
    pub(super) fn path(&self, place: Place) -> String {
        let mut steps = Vec::new();
        let mut node = place.node;
        while let Some((above, step)) = self.0.get(node as usize) {
            steps.push(step);
            node = *above;
            if steps.len() > 64 {
                break;
            }
        }
        let mut path = String::new();
        for step in steps.iter().rev() {
            match step {
                Step::Key(key) => {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(&String::from_utf8_lossy(key.as_bytes()));
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}
