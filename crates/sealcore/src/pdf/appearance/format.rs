//! What a picture is: by its content first, by its stated type where the content says nothing.

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::text;

/// Bytes of a picture before anything is unpacked.
const MAX_BYTES: usize = 32 << 20;

/// The formats that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureFormat {
    Png,
    Jpeg,
    Bmp,
    Gif,
    Svg,
    Ofd,
}

impl PictureFormat {
    /// # Errors
    /// [`ErrorKind::Format`] when it is none that is known, [`ErrorKind::Unsupported`] when it is one that cannot be drawn,
    /// [`ErrorKind::Limit`] when it is too large to look at.
    pub(crate) fn of(stated: &str, data: &[u8]) -> Result<Self> {
        if data.len() > MAX_BYTES {
            return Err(Limits::exceeded("bytes of a picture", "图像字节数", MAX_BYTES as u64).in_part("picture"));
        }
        match data {
            [0x89, b'P', b'N', b'G', ..] => Ok(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Ok(Self::Jpeg),
            [b'G', b'I', b'F', b'8', ..] => Ok(Self::Gif),
            [b'P', b'K', 3, 4, ..] => Ok(Self::Ofd),
            [b'B', b'M', ..] => Ok(Self::Bmp),
            _ if is_svg(data) => Ok(Self::Svg),
            _ => Self::by_name(stated, data),
        }
    }

    fn by_name(stated: &str, data: &[u8]) -> Result<Self> {
        let known = match data {
            [0x1f, 0x8b, ..] => Some("SVGZ (gzip)"),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("WebP"),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some("TIFF"),
            [b'%', b'P', b'D', b'F', ..] => Some("PDF"),
            [0, 0, 1, 0, ..] => Some("ICO"),
            _ => None,
        };
        if let Some(name) = known {
            return Err(unsupported(text!(
                "a picture in {name} cannot be drawn",
                "不支持绘制 {name} 格式的图像"
            ))
            .in_part("picture"));
        }
        // An OFD package may have other bytes before it, an SVG a long comment.
        match stated.trim().to_ascii_lowercase().as_str() {
            "ofd" if !data.is_empty() => Ok(Self::Ofd),
            "svg" if !data.is_empty() => Ok(Self::Svg),
            _ => Err(broken(text!(
                "it is no picture that is known; its stated type is “{stated}”",
                "不是已知的图像格式（声明类型为“{stated}”）"
            ))
            .in_part("picture")),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Svg => "SVG",
            Self::Ofd => "OFD",
        }
    }
}

fn is_svg(data: &[u8]) -> bool {
    let head = data.get(..data.len().min(4096)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && (head.contains("<svg") || head.contains(":svg"))
}

/// The error for a picture that does not hold together.
pub(super) fn broken(message: crate::lang::Text) -> Error {
    Error::new(ErrorKind::Format, message)
}

/// The error for something that cannot be drawn, which the message names.
pub(super) fn unsupported(message: crate::lang::Text) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}
