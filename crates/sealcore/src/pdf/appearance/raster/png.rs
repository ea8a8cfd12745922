//! PNG: all colour types and depths, brought to eight bits of grey or RGB with alpha.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits as Bound, Transformations};

use super::super::format::broken;
use super::{Pixels, Raster};
use crate::error::{Error, Result};
use crate::text;

/// Bytes that the decoder may hold beside the pixels: rows and chunks.
const MAX_HELD: usize = 64 << 20;

pub(super) fn size(data: &[u8]) -> Result<(u32, u32)> {
    let mut decoder = Decoder::new(Cursor::new(data));
    let header = decoder.read_header_info().map_err(|error| failed(&error))?;
    Ok((header.width, header.height))
}

pub(super) fn decode(data: &[u8], pixels: &mut Pixels) -> Result<Raster> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(data), Bound { bytes: MAX_HELD });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(|error| failed(&error))?;
    let (width, height) = (header.width, header.height);
    pixels.take(width, height)?;
    let mut reader = decoder.read_info().map_err(|error| failed(&error))?;
    let length = reader.output_buffer_size().unwrap_or(0);
    let mut samples = vec![0; length];
    reader.next_frame(&mut samples).map_err(|error| failed(&error))?;
    Ok(match reader.output_color_type().0 {
        ColorType::GrayscaleAlpha => Raster::with_alpha(width, height, true, samples),
        ColorType::Rgba => Raster::with_alpha(width, height, false, samples),
        other => Raster {
            width,
            height,
            gray: other == ColorType::Grayscale,
            color: samples,
            alpha: None,
        },
    })
}

fn failed(error: &DecodingError) -> Error {
    broken(text!("the PNG cannot be read: {error}", "PNG 无法读取：{error}"))
}
