//! JPEG, embedded as it is (ISO 32000-2, 7.4.8): only its header is read.

use super::super::format::{broken, unsupported};
use super::dictionary;
use crate::error::Result;
use crate::pdf::object::{Object, Stream};
use crate::text;

/// What a frame header (SOF) and the Adobe segment say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u8,
    adobe: bool,
}

impl Header {
    /// Walks the segments up to the first scan.
    pub(super) fn read(data: &[u8]) -> Result<Self> {
        let truncated = || broken(text!("the JPEG ends in its header", "JPEG 头部不完整"));
        let mut rest = data.get(2..).ok_or_else(truncated)?;
        let mut frame = None;
        let mut adobe = false;
        loop {
            let (marker, after) = match rest {
                [0xff, 0xff, ..] => {
                    rest = rest.get(1..).ok_or_else(truncated)?;
                    continue;
                }
                [0xff, marker, after @ ..] => (*marker, after),
                [] | [0xff] => return Err(truncated()),
                _ => return Err(broken(text!("the JPEG lacks a marker", "JPEG 缺少标记"))),
            };
            // Markers without a length.
            if matches!(marker, 0x01 | 0xd0..=0xd8) {
                rest = after;
                continue;
            }
            let length = after
                .first_chunk::<2>()
                .map(|bytes| usize::from(u16::from_be_bytes(*bytes)));
            let length = length.filter(|length| *length >= 2).ok_or_else(truncated)?;
            let segment = after.get(2..length).ok_or_else(truncated)?;
            rest = after.get(length..).ok_or_else(truncated)?;
            match marker {
                0xc0..=0xc2 if frame.is_none() => frame = Some(Self::frame(segment)?),
                0xc0..=0xc2 => return Err(broken(text!("the JPEG has two frames", "JPEG 含有两个帧"))),
                0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                    return Err(unsupported(text!(
                        "a lossless, hierarchical or arithmetic-coded JPEG cannot be drawn",
                        "不支持无损、分层或算术编码的 JPEG"
                    )));
                }
                0xee => adobe |= segment.starts_with(b"Adobe"),
                0xda => break,
                0xd9 => return Err(broken(text!("the JPEG has no scan", "JPEG 没有扫描数据"))),
                _ => {}
            }
        }
        let header = frame.ok_or_else(|| broken(text!("the JPEG has no frame header", "JPEG 缺少帧头")))?;
        if !rest.windows(2).rev().any(|pair| pair == [0xff, 0xd9]) {
            return Err(broken(text!("the JPEG ends early", "JPEG 提前结束")));
        }
        Ok(Self { adobe, ..header })
    }

    fn frame(segment: &[u8]) -> Result<Self> {
        let [precision, h1, h0, w1, w0, components, ..] = *segment else {
            return Err(broken(text!("the JPEG ends in its header", "JPEG 头部不完整")));
        };
        if precision != 8 {
            return Err(unsupported(text!(
                "a JPEG of {precision} bits cannot be drawn",
                "不支持 {precision} 位的 JPEG"
            )));
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(unsupported(text!(
                "a JPEG of {components} components cannot be drawn",
                "不支持 {components} 个分量的 JPEG"
            )));
        }
        Ok(Self {
            width: u32::from(u16::from_be_bytes([w1, w0])),
            height: u32::from(u16::from_be_bytes([h1, h0])),
            components,
            adobe: false,
        })
    }

    pub(super) fn stream(self, data: &[u8]) -> Stream {
        let space = match self.components {
            1 => "DeviceGray",
            3 => "DeviceRGB",
            _ => "DeviceCMYK",
        };
        let mut dictionary = dictionary(self.width, self.height, space).with("Filter", Object::name("DCTDecode"));
        // What Adobe's programs write in four colours is inverted.
        if self.components == 4 && self.adobe {
            let inverted = [1, 0].into_iter().cycle().take(8).map(Object::Integer);
            dictionary.set("Decode", Object::Array(inverted.collect()));
        }
        Stream::new(dictionary, data)
    }
}
