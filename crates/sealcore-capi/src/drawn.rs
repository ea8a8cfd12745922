//! What is drawn of a picture stays with the handle that the picture belongs to: it is drawn once, however often it is put on.

use std::sync::OnceLock;

use sealcore_core::limits::Limits;
use sealcore_core::pdf::PictureXObject;
use sealcore_core::seal::Picture;

/// The drawing of one picture, once it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Drawn(OnceLock<Option<PictureXObject>>);

impl Drawn {
    /// The drawing of `picture`, which is the same at each call; `None` where it cannot be drawn, which signing will tell.
    pub(crate) fn of(&self, picture: &Picture) -> Option<&PictureXObject> {
        self.0
            .get_or_init(|| PictureXObject::new(picture, &Limits::default()).ok())
            .as_ref()
    }
}
