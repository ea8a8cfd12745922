//! PINs, and where they come from.

use std::fmt;
use std::io::Read as _;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{DeviceUri, address};

/// The longest PIN file that is read, in bytes.
const MAX_FILE: usize = 4096;

/// The PIN of a device's user. Overwritten when dropped, never printed.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// The PIN that goes with `uri`: its `pin-value`, else the first line of the file that its `pin-source` names, else
    /// `given`. An empty one is none: no device has it, and it would be counted as a wrong try.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] for a file that cannot be read, [`ErrorKind::Argument`] for one that holds no PIN and for a
    /// source that is no regular file (a pipe that nobody writes to is waited for without end).
    pub fn of(uri: &DeviceUri, given: Option<&Self>) -> Result<Option<Self>> {
        let pin = match (uri.query("pin-value"), uri.query("pin-source")) {
            (Some(value), _) => Some(Self::from(value)),
            (None, Some(source)) => Some(from_source(source)?),
            (None, None) => given.cloned(),
        };
        Ok(pin.filter(|pin| !pin.0.is_empty()))
    }

    /// The PIN itself, to be compared.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A copy for the module's login function, which may overwrite it, and a NUL behind it for libraries that look for one.
    pub(crate) fn copy(&self) -> Zeroizing<Vec<u8>> {
        let pin = self.0.as_bytes();
        let mut copy = Zeroizing::new(Vec::with_capacity(pin.len() + 1));
        copy.extend_from_slice(pin);
        copy.push(0);
        copy
    }

    /// Whether it is the same PIN, in constant time for PINs of one length.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl From<&str> for Pin {
    fn from(pin: &str) -> Self {
        Self(Zeroizing::new(pin.to_owned()))
    }
}

impl From<Zeroizing<String>> for Pin {
    fn from(pin: Zeroizing<String>) -> Self {
        Self(pin)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The first line of a file, named as `file:/run/pin`, `file:///run/pin` or `/run/pin` (RFC 7512, 2.4).
fn from_source(source: &str) -> Result<Pin> {
    let path = match source.strip_prefix("file:") {
        Some(rest) => address::path_of(rest),
        None => source.starts_with('/').then(|| source.into()),
    };
    let path = path.ok_or_else(|| {
        argument(text!(
            "pin-source names a file, as file:/run/pin; programs and other sources are not supported",
            "pin-source 只能指定文件，如 file:/run/pin；不支持程序及其他来源"
        ))
    })?;
    let shown = path.display().to_string().escape_debug().to_string();
    let unreadable = |error: std::io::Error| {
        Error::new(
            ErrorKind::Io,
            text!(
                "the PIN file {shown} cannot be read: {error}",
                "无法读取 PIN 文件 {shown}：{error}"
            ),
        )
        .caused_by(error)
    };
    // Before it is opened: opening a pipe waits for somebody who writes, opening a device may do anything.
    if !std::fs::metadata(&path).map_err(&unreadable)?.is_file() {
        return Err(argument(text!(
            "the PIN file {shown} is no regular file",
            "PIN 文件 {shown} 不是普通文件"
        )));
    }
    let file = std::fs::File::open(path).map_err(&unreadable)?;
    // The capacity is there from the start: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE + 1));
    file.take(MAX_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(&unreadable)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) if !line.is_empty() && bytes.len() <= MAX_FILE => Ok(Pin::from(line)),
        _ => Err(argument(text!(
            "the PIN file {shown} is empty, too long or not UTF-8",
            "PIN 文件 {shown} 为空、过长或不是 UTF-8"
        ))),
    }
}

fn argument(message: sealcore::lang::Text) -> Error {
    Error::new(ErrorKind::Argument, message).in_part("pin-source")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin_of(uri: &str) -> Result<Option<Pin>> {
        Pin::of(&DeviceUri::parse(uri).unwrap(), Some(&Pin::from("given")))
    }

    #[test]
    fn is_never_printed() {
        assert!(!format!("{:?}", Pin::from("geheim")).contains("geheim"));
    }

    #[test]
    fn the_uri_goes_before_what_is_given() {
        assert_eq!(pin_of("sdf:key=1").unwrap().unwrap().as_str(), "given");
        assert_eq!(pin_of("sdf:key=1?pin-value=a%26b").unwrap().unwrap().as_str(), "a&b");
    }

    #[test]
    fn an_empty_pin_is_none() {
        assert!(pin_of("sdf:key=1?pin-value=").unwrap().is_none());
        let uri = DeviceUri::parse("sdf:key=1").unwrap();
        assert!(Pin::of(&uri, Some(&Pin::from(""))).unwrap().is_none());
    }

    #[test]
    #[cfg(unix)]
    fn pipes_and_devices_are_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [pipe.to_str().unwrap(), "/dev/zero", "/dev/tty"] {
            // A pipe that were opened would be waited for.
            let error = pin_of(&format!("sdf:key=1?pin-source=file:{path}")).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Argument | ErrorKind::Io), "{error}");
        }
    }

    #[test]
    fn first_line_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        for (content, expected) in [
            ("1234", Some("1234")),
            ("1234\n", Some("1234")),
            ("12 34 \r\nnext", Some("12 34 ")),
            ("", None),
            ("\n1234", None),
        ] {
            std::fs::write(&path, content).unwrap();
            let path = path.display();
            for source in [format!("file:{path}"), format!("file://{path}"), format!("{path}")] {
                let pin = pin_of(&format!("sdf:key=1?pin-source={source}"));
                match expected {
                    Some(expected) => assert_eq!(pin.unwrap().unwrap().as_str(), expected),
                    None => assert_eq!(pin.unwrap_err().kind(), ErrorKind::Argument, "{content:?}"),
                }
            }
        }
        std::fs::write(&path, vec![b'1'; 5000]).unwrap();
        let long = pin_of(&format!("sdf:key=1?pin-source=file:{}", path.display()));
        assert_eq!(long.unwrap_err().kind(), ErrorKind::Argument);
        std::fs::remove_file(&path).unwrap();
        let gone = pin_of(&format!("sdf:key=1?pin-source=file:{}", path.display()));
        assert_eq!(gone.unwrap_err().kind(), ErrorKind::Io);
        let folder = pin_of(&format!("sdf:key=1?pin-source=file:{}", folder.path().display()));
        assert_eq!(folder.unwrap_err().kind(), ErrorKind::Argument);
        let program = pin_of("sdf:key=1?pin-source=%7Ccat");
        assert_eq!(program.unwrap_err().kind(), ErrorKind::Argument);
    }
}
