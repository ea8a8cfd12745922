//! Names of devices, applications and containers: as the module has them, and as text.

use sealcore::error::Result;
use sealcore::text;

use super::functions::malformed;
use crate::buffer;

/// The longest name, in bytes: the standard's longest, of a container, has 128.
const MAX_NAME: usize = 1024;
/// The most names in a list.
const MAX_NAMES: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(Vec<u8>);

impl Name {
    /// As the module wrote it.
    pub(super) fn raw(&self) -> &[u8] {
        &self.0
    }

    /// For the module, with its NUL.
    pub(super) fn terminated(&self) -> Vec<u8> {
        [&self.0[..], &[0]].concat()
    }

    /// For people and URIs.
    pub(super) fn text(&self) -> String {
        buffer::text(&self.0)
    }
}

/// The names of a list, each of which ends with a NUL and the last with two. A list that just ends is taken.
pub(super) fn split(function: &str, bytes: &[u8]) -> Result<Vec<Name>> {
    let names: Vec<_> = bytes
        .split(|byte| *byte == 0)
        .take_while(|name| !name.is_empty())
        .take(MAX_NAMES + 1)
        .map(|name| Name(name.to_vec()))
        .collect();
    if names.len() > MAX_NAMES || names.iter().any(|name| name.0.len() > MAX_NAME) {
        return Err(malformed(
            function,
            text!(
                "the list of names has more than {MAX_NAMES} names, or one of more than {MAX_NAME} bytes",
                "名称列表超过 {MAX_NAMES} 个，或有名称超过 {MAX_NAME} 字节"
            ),
        ));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<String> {
        split("f", bytes).unwrap().iter().map(Name::text).collect()
    }

    #[test]
    fn lists() {
        assert_eq!(texts(b"one\0two\0\0rest\0"), ["one", "two"]);
        assert_eq!(texts(b"one\0two\0"), ["one", "two"]);
        assert_eq!(texts(b"one\0two"), ["one", "two"]);
        assert_eq!(texts(b"\0\0").len(), 0);
        assert_eq!(texts(b"").len(), 0);
        assert_eq!(texts(b"\xb5\xa5\xce\xbb\0\0"), ["单位"]);
    }

    #[test]
    fn too_much_is_refused() {
        assert!(split("f", &[b'a'; MAX_NAME + 1]).is_err());
        assert!(split("f", &b"a\0".repeat(MAX_NAMES)).is_ok());
        assert!(split("f", &b"a\0".repeat(MAX_NAMES + 1)).is_err());
    }
}
