//! Where a keyword stands.

use super::{Occurrence, Sheet};
use crate::error::{Error, ErrorKind, Result};
use crate::ofd::parts::Parts;
use crate::text;

/// The pages of the wanted occurrences and the middle of each, in micrometres.
pub(super) fn find<'p>(
    keyword: &str,
    _occurrence: Occurrence,
    _sheets: &[Sheet<'p>],
    _parts: &Parts<'_, '_>,
) -> Result<Vec<(Sheet<'p>, (f64, f64))>> {
    Err(Error::new(
        ErrorKind::Unsupported,
        text!(
            "“{keyword}” cannot be looked for yet",
            "暂不支持按关键字“{keyword}”定位"
        ),
    ))
}
