//! What a person writes where a key is wanted: a file or a device.

use std::path::PathBuf;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

use crate::{DeviceUri, uri};

/// Where a key is.
#[derive(Clone, Debug)]
pub enum KeyAddress {
    /// In a file that [`sealcore::key::load`] reads.
    File(PathBuf),
    /// In a device.
    Device(DeviceUri),
}

impl KeyAddress {
    /// Reads a path, a `file:` URI (RFC 8089) or a device URI. What has none of the known schemes is a path, unless it seems to
    /// be a device URI that was misspelled: paths are shown and logged, and it may hold a PIN.
    ///
    /// # Errors
    /// As [`DeviceUri::parse`]; [`ErrorKind::Argument`] for a misspelled device URI, and for a `file:` URI of another host or
    /// with an escape that is none.
    pub fn parse(text: &str) -> Result<Self> {
        if DeviceUri::is_device(text) {
            return DeviceUri::parse(text).map(Self::Device);
        }
        if uri::names_pin(text.as_bytes()) || uri::resembles_device(text) {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "it seems to be a device URI and is none: one starts with pkcs11:, sdf: or skf: and nothing before it",
                    "似为设备 URI，但格式有误：须以 pkcs11:、sdf: 或 skf: 开头，前面不得有其他字符"
                ),
            ));
        }
        match text.split_at_checked(5) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file:") => {
                path_of(rest).map(Self::File).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Argument,
                        text!(
                            "a file: URI is file:PATH or file:///PATH, with % as %25",
                            "file: URI 的形式为 file:路径 或 file:///路径，其中 % 写作 %25"
                        ),
                    )
                })
            }
            _ => Ok(Self::File(text.into())),
        }
    }
}

/// The path of a `file:` URI, without its scheme. RFC 8089 knows absolute paths only; relative ones are read as well.
pub(crate) fn path_of(rest: &str) -> Option<PathBuf> {
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let start = rest.find('/')?;
            let (host, path) = rest.split_at_checked(start)?;
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            path
        }
        None => rest,
    };
    let decoded = uri::unescape(path)?;
    let path = String::from_utf8(decoded.to_vec()).ok()?;
    (!path.is_empty() && !path.contains('\0')).then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_devices() {
        for (text, expected) in [
            ("keys/a.p12", "keys/a.p12"),
            ("C:\\keys\\a.p12", "C:\\keys\\a.p12"),
            ("file:keys/a.p12", "keys/a.p12"),
            ("FILE:/keys/a%20b.p12", "/keys/a b.p12"),
            ("file:///keys/印章.p12", "/keys/印章.p12"),
            ("file://localhost/a", "/a"),
            ("a%20b", "a%20b"),
            ("密钥", "密钥"),
            ("", ""),
        ] {
            match KeyAddress::parse(text) {
                Ok(KeyAddress::File(path)) => assert_eq!(path.to_str(), Some(expected)),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(matches!(KeyAddress::parse("sdf:key=1"), Ok(KeyAddress::Device(_))));
        for bad in [
            "file:",
            "file://host/a",
            "file://host",
            "file:%",
            "file:%zz",
            "file:a%00",
            "skf:what=1",
        ] {
            assert_eq!(KeyAddress::parse(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }

    #[test]
    fn misspelled_device_uris_are_no_paths() {
        for bad in [
            " pkcs11:token=x?pin-value=1234",
            "\u{feff}pkcs11:token=x",
            "pkcs11 :token=x",
            "pkcs-11:token=x",
            "PKCS#11:token=x",
            "pkcs11;token=x",
            "pkcs11：token=x",
            "\"sdf:key=1",
            "pkcs:token=x?Pin-Value=1234",
            "keys/a.p12?pin-value=1234",
            "keys/a.p12?pin%2Dvalue%3d1234",
            "file:keys/a.p12?pin-value=1234",
            "file:keys/a.p12?PIN-SOURCE=1234",
            "100%?pin-value=1234",
        ] {
            let error = KeyAddress::parse(bad).expect_err(bad);
            assert_eq!(error.kind(), ErrorKind::Argument, "{bad}");
            assert!(!format!("{error} {error:?}").contains("1234"), "{bad}");
        }
        for path in ["sdf", "skf.p12", "keys/pkcs11", "pkcs11/a:b", "my-pin-value", "sdfx:a"] {
            assert!(matches!(KeyAddress::parse(path), Ok(KeyAddress::File(_))), "{path}");
        }
    }
}
