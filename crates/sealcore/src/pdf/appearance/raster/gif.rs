//! GIF: the first frame, on the logical screen.

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};

use super::super::format::broken;
use super::{MAX_PIXELS, Pixels, Raster};
use crate::error::{Error, Result};
use crate::text;

pub(super) fn size(data: &[u8]) -> Result<(u32, u32)> {
    let decoder = open(data)?;
    Ok((u32::from(decoder.width()), u32::from(decoder.height())))
}

fn open(data: &[u8]) -> Result<Decoder<&[u8]>> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    if let Some(limit) = std::num::NonZeroU64::new(MAX_PIXELS * 4) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    options.read_info(data).map_err(|error| failed(&error))
}

pub(super) fn decode(data: &[u8], pixels: &mut Pixels) -> Result<Raster> {
    let mut decoder = open(data)?;
    let (width, height) = (decoder.width(), decoder.height());
    pixels.take(u32::from(width), u32::from(height))?;
    let frame = decoder
        .read_next_frame()
        .map_err(|error| failed(&error))?
        .ok_or_else(|| broken(text!("the GIF has no frame", "GIF 没有任何帧")))?;
    let row = usize::from(width) * 4;
    // What the frame leaves of the screen is transparent.
    let mut canvas = vec![0; row * usize::from(height)];
    let (left, frame_row) = (usize::from(frame.left) * 4, usize::from(frame.width) * 4);
    let shown = frame_row.min(row.saturating_sub(left));
    let lines = canvas.chunks_exact_mut(row).skip(usize::from(frame.top));
    for (to, from) in lines.zip(frame.buffer.chunks_exact(frame_row.max(1))) {
        if let (Some(to), Some(from)) = (to.get_mut(left..left + shown), from.get(..shown)) {
            to.copy_from_slice(from);
        }
    }
    Ok(Raster::with_alpha(u32::from(width), u32::from(height), false, canvas))
}

fn failed(error: &DecodingError) -> Error {
    broken(text!("the GIF cannot be read: {error}", "GIF 无法读取：{error}"))
}
