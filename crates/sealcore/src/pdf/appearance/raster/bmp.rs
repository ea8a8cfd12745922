//! BMP (device-independent bitmaps): every depth, RLE, bit fields, alpha of the V4 and V5 headers.
//!
//! Own code: of the crates, `image` brings a colour management system along, and `zune-bmp` is not sure about alpha.

use super::super::format::{broken, unsupported};
use super::{Pixels, Raster};
use crate::error::{Error, Result};
use crate::text;

/// Bytes of the file header.
const FILE_HEADER: usize = 14;

/// Values of biCompression.
const RGB: u32 = 0;
const RLE8: u32 = 1;
const RLE4: u32 = 2;
const BIT_FIELDS: u32 = 3;
const ALPHA_BIT_FIELDS: u32 = 6;

struct Header {
    width: u32,
    height: u32,
    top_down: bool,
    depth: u16,
    compression: u32,
    palette: Vec<[u8; 3]>,
    /// Red, green, blue, alpha.
    masks: [u32; 4],
    data_at: usize,
}

pub(super) fn size(data: &[u8]) -> Result<(u32, u32)> {
    Header::read(data).map(|header| (header.width, header.height))
}

pub(super) fn decode(data: &[u8], pixels: &mut Pixels) -> Result<Raster> {
    let header = Header::read(data)?;
    pixels.take(header.width, header.height)?;
    let body = data.get(header.data_at..).ok_or_else(truncated)?;
    match (header.compression, header.depth) {
        (RLE8 | RLE4, _) => header.run_lengths(body),
        (_, 1 | 4 | 8) => header.indexed(body),
        _ => header.direct(body),
    }
}

impl Header {
    fn read(data: &[u8]) -> Result<Self> {
        let size = number_32(data, FILE_HEADER)?;
        let data_at = index(number_32(data, 10)?);
        if size == 12 {
            return Self::read_core(data, data_at);
        }
        if !matches!(size, 40 | 52 | 56 | 64 | 108 | 124) {
            return Err(broken(text!(
                "the BMP has a header of {size} bytes, which is none",
                "BMP 头长度 {size} 字节无效"
            )));
        }
        let height = number_32(data, 22)?.cast_signed();
        let width = number_32(data, 18)?.cast_signed();
        let compression = number_32(data, 30)?;
        let depth = number_16(data, 28)?;
        let supported = match compression {
            RGB => matches!(depth, 1 | 4 | 8 | 16 | 24 | 32),
            RLE8 => depth == 8 && height > 0,
            RLE4 => depth == 4 && height > 0,
            // In the header of OS/2 these numbers mean something else.
            BIT_FIELDS | ALPHA_BIT_FIELDS => matches!(depth, 16 | 32) && size != 64,
            _ => false,
        };
        if !supported {
            return Err(unsupported(text!(
                "a BMP of {depth} bits with compression {compression} cannot be drawn",
                "不支持 {depth} 位、压缩方式 {compression} 的 BMP"
            )));
        }
        let width = u32::try_from(width).unwrap_or(0);
        let header_end = FILE_HEADER + index(size);
        let (masks, masks_end) = masks(data, size, compression, depth)?;
        Ok(Self {
            width,
            height: height.unsigned_abs(),
            top_down: height < 0,
            depth,
            compression,
            palette: palette(data, header_end.max(masks_end), 4, depth, number_32(data, 46)?, data_at),
            masks,
            data_at,
        })
    }

    /// The header of OS/2 1.x.
    fn read_core(data: &[u8], data_at: usize) -> Result<Self> {
        let depth = number_16(data, 24)?;
        if !matches!(depth, 1 | 4 | 8 | 24) {
            return Err(unsupported(text!(
                "a BMP of {depth} bits with the OS/2 header cannot be drawn",
                "不支持带 OS/2 头的 {depth} 位 BMP"
            )));
        }
        Ok(Self {
            width: number_16(data, 18)?.into(),
            height: number_16(data, 20)?.into(),
            top_down: false,
            depth,
            compression: RGB,
            palette: palette(data, FILE_HEADER + 12, 3, depth, 0, data_at),
            masks: [0; 4],
            data_at,
        })
    }

    /// The rows of the picture from the top, `None` where one is missing. The last may lack its padding.
    fn rows<'d>(&self, body: &'d [u8]) -> Result<Vec<&'d [u8]>> {
        let bits = u64::from(self.width) * u64::from(self.depth);
        let (used, stride) = (bits.div_ceil(8), bits.div_ceil(32) * 4);
        let [used, stride] = [used, stride].map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let mut rows = (0..index(self.height))
            .map(|row| {
                let at = row.checked_mul(stride)?;
                body.get(at..at.checked_add(used)?)
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(truncated)?;
        if !self.top_down {
            rows.reverse();
        }
        Ok(rows)
    }

    fn raster(&self, color: Vec<u8>) -> Raster {
        Raster {
            width: self.width,
            height: self.height,
            gray: false,
            color,
            alpha: None,
        }
    }

    /// The colour of an index; one beyond the palette is black, as elsewhere.
    fn color(&self, index: u8) -> [u8; 3] {
        self.palette.get(usize::from(index)).copied().unwrap_or_default()
    }

    fn indexed(&self, body: &[u8]) -> Result<Raster> {
        let per_byte = 8 / usize::from(self.depth);
        let mask = u8::try_from((1_u32 << self.depth) - 1).unwrap_or(u8::MAX);
        let mut color = Vec::with_capacity(index(self.width) * index(self.height) * 3);
        for row in self.rows(body)? {
            for column in 0..index(self.width) {
                let byte = row.get(column / per_byte).copied().unwrap_or(0);
                let shift = (per_byte - 1 - column % per_byte) * usize::from(self.depth);
                color.extend(self.color(byte >> shift & mask));
            }
        }
        Ok(self.raster(color))
    }

    fn direct(&self, body: &[u8]) -> Result<Raster> {
        let rows = self.rows(body)?;
        let count = index(self.width) * index(self.height);
        if self.depth == 24 {
            let mut color = Vec::with_capacity(count * 3);
            for pixel in rows.into_iter().flat_map(|row| row.as_chunks::<3>().0) {
                let [blue, green, red] = *pixel;
                color.extend([red, green, blue]);
            }
            return Ok(self.raster(color));
        }
        let mut samples = Vec::with_capacity(count * 4);
        for row in rows {
            for pixel in row.chunks_exact(usize::from(self.depth) / 8) {
                let value = pixel.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
                samples.extend(self.masks.map(|mask| field(value, mask)));
            }
        }
        // Alpha that is nowhere set was never meant.
        let (pixels, _) = samples.as_chunks_mut::<4>();
        if self.masks[3] == 0 || pixels.iter().all(|[.., alpha]| *alpha == 0) {
            pixels.iter_mut().for_each(|[.., alpha]| *alpha = 255);
        }
        Ok(Raster::with_alpha(self.width, self.height, false, samples))
    }

    /// RLE8 and RLE4. Pixels that are passed over have index 0.
    fn run_lengths(&self, body: &[u8]) -> Result<Raster> {
        let (width, height) = (index(self.width), index(self.height));
        let mut pixels = vec![0_u8; width * height];
        let (mut x, mut y) = (0_usize, 0_usize);
        let half = self.compression == RLE4;
        let mut rest = body;
        let mut put = |x: usize, y: usize, value: u8| {
            let row = height.checked_sub(y + 1).filter(|_| x < width);
            if let Some(pixel) = row.and_then(|row| pixels.get_mut(row * width + x)) {
                *pixel = value;
            }
        };
        while y < height {
            let (count, second, after) = match rest {
                [count, second, after @ ..] => (*count, *second, after),
                _ => return Err(truncated()),
            };
            rest = after;
            match (count, second) {
                (0, 0) => (x, y) = (0, y + 1),
                (0, 1) => break,
                (0, 2) => {
                    let [right, up, after @ ..] = rest else {
                        return Err(truncated());
                    };
                    (x, y) = (x.saturating_add(usize::from(*right)), y + usize::from(*up));
                    rest = after;
                }
                (0, literal) => {
                    let literal = usize::from(literal);
                    let bytes = if half { literal.div_ceil(2) } else { literal };
                    let values = rest.get(..bytes).ok_or_else(truncated)?;
                    for position in 0..literal {
                        let byte = values.get(if half { position / 2 } else { position }).copied();
                        put(x + position, y, nibble(byte.unwrap_or(0), position, half));
                    }
                    x = x.saturating_add(literal);
                    // Literals are padded to words.
                    rest = rest.get(bytes.next_multiple_of(2)..).unwrap_or_default();
                }
                (count, value) => {
                    for position in 0..usize::from(count) {
                        put(x + position, y, nibble(value, position, half));
                    }
                    x = x.saturating_add(usize::from(count));
                }
            }
        }
        let color = pixels.into_iter().flat_map(|index| self.color(index)).collect();
        Ok(self.raster(color))
    }
}

/// The masks of 16 and 32 bits, and where they end.
fn masks(data: &[u8], size: u32, compression: u32, depth: u16) -> Result<([u32; 4], usize)> {
    const AT: usize = FILE_HEADER + 40;
    let mask = |position: usize| number_32(data, AT + position * 4);
    let default = if depth == 16 {
        [0x7c00, 0x03e0, 0x001f, 0]
    } else {
        [0x00ff_0000, 0x0000_ff00, 0x0000_00ff, 0]
    };
    match (compression, size) {
        (BIT_FIELDS, 40 | 52) => Ok(([mask(0)?, mask(1)?, mask(2)?, 0], AT + 12)),
        (BIT_FIELDS | ALPHA_BIT_FIELDS, _) => Ok(([mask(0)?, mask(1)?, mask(2)?, mask(3)?], AT + 16)),
        // Without bit fields the masks of V4 and V5 do not count, but writers mean the alpha that they put there.
        (RGB, 108 | 124) if depth == 32 && mask(3)? == 0xff00_0000 => {
            let [red, green, blue, _] = default;
            Ok(([red, green, blue, 0xff00_0000], 0))
        }
        _ => Ok((default, 0)),
    }
}

fn palette(data: &[u8], at: usize, step: usize, depth: u16, used: u32, data_at: usize) -> Vec<[u8; 3]> {
    if depth > 8 {
        return Vec::new();
    }
    let most = 1_usize << depth;
    let count = Some(index(used))
        .filter(|used| (1..=most).contains(used))
        .unwrap_or(most);
    // A short palette ends where the pixels begin.
    let end = at.saturating_add(count * step).min(data_at.max(at)).min(data.len());
    let entries = data.get(at..end).unwrap_or_default().chunks_exact(step);
    entries
        .filter_map(|entry| entry.first_chunk::<3>())
        .map(|[blue, green, red]| [*red, *green, *blue])
        .collect()
}

/// The bits of `value` under `mask`, as eight bits.
fn field(value: u32, mask: u32) -> u8 {
    if mask == 0 {
        return 0;
    }
    let shift = mask.trailing_zeros();
    let (value, most) = (u64::from((value & mask) >> shift), u64::from(mask >> shift));
    u8::try_from((value * 255 + most / 2) / most).unwrap_or(u8::MAX)
}

fn nibble(byte: u8, position: usize, half: bool) -> u8 {
    match (half, position % 2) {
        (false, _) => byte,
        (true, 0) => byte >> 4,
        (true, _) => byte & 15,
    }
}

fn number_16(data: &[u8], at: usize) -> Result<u16> {
    let bytes = data.get(at..).and_then(|rest| rest.first_chunk::<2>());
    bytes.map(|bytes| u16::from_le_bytes(*bytes)).ok_or_else(truncated)
}

fn number_32(data: &[u8], at: usize) -> Result<u32> {
    let bytes = data.get(at..).and_then(|rest| rest.first_chunk::<4>());
    bytes.map(|bytes| u32::from_le_bytes(*bytes)).ok_or_else(truncated)
}

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn truncated() -> Error {
    broken(text!("the BMP ends early", "BMP 提前结束"))
}
