//! Pictures of pixels as image XObjects (ISO 32000-2, 8.9).

mod bmp;
mod gif;
mod jpeg;
mod png;
mod print;

pub(crate) use print::{Print, complete, fits, resampled, spread};

use std::cell::Cell;

use super::format::{PictureFormat, broken};
use super::objects::{Objects, deflate};
use crate::error::Result;
use crate::limits::Limits;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};
use crate::text;

/// Pixels of one drawing: a seal of 40 mm at 3000 dots an inch. Each costs some ten bytes while it is handled.
const MAX_PIXELS: u64 = 25_000_000;

/// What is left of [`MAX_PIXELS`].
#[derive(Debug)]
pub(crate) struct Pixels(u64);

impl Default for Pixels {
    fn default() -> Self {
        Self(MAX_PIXELS)
    }
}

impl Pixels {
    /// So many.
    pub(crate) fn of(count: u64) -> Self {
        Self(count)
    }

    pub(crate) fn take(&mut self, width: u32, height: u32) -> Result<()> {
        if width == 0 || height == 0 {
            return Err(broken(text!("the picture has no pixels", "图像没有像素")));
        }
        self.spend(u64::from(width) * u64::from(height))
    }

    pub(crate) fn spend(&mut self, count: u64) -> Result<()> {
        match self.0.checked_sub(count) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(Limits::exceeded("pixels of a picture", "图像像素数", MAX_PIXELS)),
        }
    }
}

/// An image XObject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Image {
    pub(super) id: ObjectId,
    /// Whether no pixel is transparent.
    pub(super) opaque: bool,
}

/// Makes an image XObject of a PNG, JPEG, BMP or GIF.
pub(super) fn embed(format: PictureFormat, data: &[u8], pixels: &mut Pixels, objects: &mut Objects) -> Result<Image> {
    let raster = match format {
        PictureFormat::Jpeg => {
            let header = jpeg::Header::read(data)?;
            pixels.take(header.width, header.height)?;
            return Ok(Image {
                id: objects.add(header.stream(data)),
                opaque: true,
            });
        }
        PictureFormat::Png => png::decode(data, pixels)?,
        PictureFormat::Bmp => bmp::decode(data, pixels)?,
        PictureFormat::Gif => gif::decode(data, pixels)?,
        PictureFormat::Svg | PictureFormat::Ofd => {
            return Err(super::format::unsupported(text!(
                "a vector picture inside of a picture cannot be drawn",
                "不支持图像内嵌矢量图"
            )));
        }
    };
    Ok(raster.embed(objects))
}

/// Width and height in pixels, from the header.
pub(super) fn size(format: PictureFormat, data: &[u8]) -> Result<(f64, f64)> {
    let (width, height) = match format {
        PictureFormat::Jpeg => jpeg::Header::read(data).map(|header| (header.width, header.height))?,
        PictureFormat::Png => png::size(data)?,
        PictureFormat::Bmp => bmp::size(data)?,
        _ => gif::size(data)?,
    };
    Ok((f64::from(width), f64::from(height)))
}

/// Pixels of eight bits, rows from the top.
#[derive(Debug, PartialEq, Eq)]
struct Raster {
    width: u32,
    height: u32,
    /// One component a pixel, else three.
    gray: bool,
    color: Vec<u8>,
    /// One byte a pixel; `None` where all are opaque.
    alpha: Option<Vec<u8>>,
}

impl Raster {
    /// From pixels of colour and alpha, whose colours are moved together in their place.
    fn with_alpha(width: u32, height: u32, gray: bool, mut data: Vec<u8>) -> Self {
        let alpha = if gray {
            split_alpha::<2, 1>(&mut data)
        } else {
            split_alpha::<4, 3>(&mut data)
        };
        let opaque = alpha.iter().all(|alpha| *alpha == 255);
        Self {
            width,
            height,
            gray,
            color: data,
            alpha: (!opaque).then_some(alpha),
        }
    }

    fn embed(self, objects: &mut Objects) -> Image {
        let opaque = self.alpha.is_none();
        let mask = self
            .alpha
            .as_ref()
            .map(|alpha| objects.add(image(self.width, self.height, true, alpha, None)));
        let id = objects.add(image(self.width, self.height, self.gray, &self.color, mask));
        Image { id, opaque }
    }
}

/// Leaves the colours of pixels of `ALL` bytes, of which the last is the alpha.
fn split_alpha<const ALL: usize, const COLORS: usize>(data: &mut Vec<u8>) -> Vec<u8> {
    let cells = Cell::from_mut(data.as_mut_slice()).as_slice_of_cells();
    let (pixels, _) = cells.as_chunks::<ALL>();
    let (colors, _) = cells.as_chunks::<COLORS>();
    let mut alphas = vec![0; pixels.len()];
    // Colours move forward, so that none is overwritten before it was read.
    for ((pixel, color), alpha) in pixels.iter().zip(colors).zip(&mut alphas) {
        *alpha = pixel.last().map_or(0, Cell::get);
        for (color, from) in color.iter().zip(pixel) {
            color.set(from.get());
        }
    }
    let length = pixels.len() * COLORS;
    data.truncate(length);
    alphas
}

/// The image dictionary that all kinds share.
fn dictionary(width: u32, height: u32, space: &str) -> Dictionary {
    Dictionary::new()
        .with("Type", Object::name("XObject"))
        .with("Subtype", Object::name("Image"))
        .with("Width", i64::from(width))
        .with("Height", i64::from(height))
        .with("ColorSpace", Object::name(space))
        .with("BitsPerComponent", 8)
}

fn image(width: u32, height: u32, gray: bool, samples: &[u8], mask: Option<ObjectId>) -> Stream {
    let colors: u8 = if gray { 1 } else { 3 };
    let plain = deflate(samples);
    let row = usize::try_from(width)
        .unwrap_or(usize::MAX)
        .saturating_mul(usize::from(colors));
    let predicted = deflate(&predict(samples, row, usize::from(colors)));
    let space = if gray { "DeviceGray" } else { "DeviceRGB" };
    let mut dictionary = dictionary(width, height, space).with("Filter", Object::name("FlateDecode"));
    if let Some(mask) = mask {
        dictionary.set("SMask", mask);
    }
    if plain.len() <= predicted.len() {
        return Stream::new(dictionary, plain);
    }
    let parameters = Dictionary::new()
        .with("Predictor", 15)
        .with("Colors", i64::from(colors))
        .with("BitsPerComponent", 8)
        .with("Columns", i64::from(width));
    Stream::new(dictionary.with("DecodeParms", parameters), predicted)
}

/// The rows as PNG filters them (ISO 32000-2, 7.4.4.4): left, up or none, whichever leaves the smallest differences.
fn predict(samples: &[u8], row: usize, step: usize) -> Vec<u8> {
    let row = row.max(1);
    let mut out = Vec::with_capacity(samples.len() + samples.len() / row + 1);
    let blank = vec![0; row];
    let mut above: &[u8] = &blank;
    let (mut by_left, mut by_up) = (Vec::with_capacity(row), Vec::with_capacity(row));
    for line in samples.chunks(row) {
        // The first pixel has nothing on its left.
        let (first, rest) = line.split_at(step.min(line.len()));
        by_left.clear();
        by_left.extend_from_slice(first);
        by_left.extend(rest.iter().zip(line).map(|(sample, left)| sample.wrapping_sub(*left)));
        by_up.clear();
        by_up.extend(
            line.iter()
                .zip(above)
                .map(|(sample, above)| sample.wrapping_sub(*above)),
        );
        let best = [(0, line), (1, by_left.as_slice()), (2, by_up.as_slice())];
        if let Some((filter, bytes)) = best.into_iter().min_by_key(|(_, bytes)| cost(bytes)) {
            out.push(filter);
            out.extend_from_slice(bytes);
        }
        above = line;
    }
    out
}

/// The sum of the differences, each without its sign.
fn cost(bytes: &[u8]) -> u64 {
    // Sums of so many fit 16 bits, of which processors add more at once.
    let sums = bytes.chunks(256).map(|bytes| {
        let costs = bytes.iter().map(|byte| u16::from(byte.cast_signed().unsigned_abs()));
        u64::from(costs.fold(0u16, u16::wrapping_add))
    });
    sums.sum()
}

#[cfg(test)]
mod tests;
