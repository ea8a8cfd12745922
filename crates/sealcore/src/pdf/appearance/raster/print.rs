//! A picture as it looks on white paper: what two pictures are compared by.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::format::{PictureFormat, broken, unsupported};
use super::{Pixels, Raster, bmp, gif, jpeg, png};
use crate::error::Result;
use crate::limits::Limits;
use crate::text;

/// Pixels of a picture that is compared: a seal of 40 mm at 1200 dots an inch.
const MOST: u64 = 4 << 20;
/// Scans of a progressive JPEG; encoders write about ten.
const SCANS: usize = 64;
/// Cells of the grid on which pictures are compared, each way.
const CELLS: u32 = 512;
/// Windows of the grid each way: one is less than a character on a seal.
const WINDOWS: u32 = 32;
/// A difference of one component that a loss of quality does not make.
const MUCH: f32 = 96.0;

/// Grey as three components.
pub(crate) fn spread(gray: &[u8]) -> Vec<u8> {
    let mut rgb = vec![0; gray.len() * 3];
    for (pixel, gray) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(gray) {
        *pixel = [*gray; 3];
    }
    rgb
}

/// Refuses fewer or more bytes than the size wants, and none.
///
/// # Errors
/// [`ErrorKind::Format`](crate::error::ErrorKind::Format) for another number of bytes.
pub(crate) fn complete((width, height): (u32, u32), components: u64, samples: &[u8]) -> Result<()> {
    if u64::from(width) * u64::from(height) * components != samples.len() as u64 || samples.is_empty() {
        return Err(broken(text!(
            "the picture has not as many pixels as it states",
            "图像的像素数与声明不符"
        )));
    }
    Ok(())
}

/// Samples of one byte at another size: each pixel is that which lies under it.
pub(crate) fn resampled(samples: Vec<u8>, own: (u32, u32), size: (u32, u32)) -> Vec<u8> {
    if own == size {
        return samples;
    }
    let along = |at: u32, size: u32, own: u32| u64::from(at) * u64::from(own) / u64::from(size.max(1));
    let mut out = Vec::with_capacity(size.0 as usize * size.1 as usize);
    for y in 0..size.1 {
        let row = along(y, size.1, own.1) * u64::from(own.0);
        out.extend((0..size.0).map(|x| {
            let at = usize::try_from(row + along(x, size.0, own.0)).unwrap_or(usize::MAX);
            samples.get(at).copied().unwrap_or(0)
        }));
    }
    out
}

/// Three bytes a pixel, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Print {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Print {
    /// Of the picture of a seal; `None` for a vector picture.
    ///
    /// # Errors
    /// As drawing it has them; [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) where it has too many pixels.
    pub(crate) fn of_picture(kind: &str, data: &[u8], pixels: &mut Pixels) -> Result<Option<Self>> {
        let format = PictureFormat::of(kind, data)?;
        let raster = match format {
            PictureFormat::Svg | PictureFormat::Ofd => return Ok(None),
            PictureFormat::Jpeg => return Self::of_jpeg(data, pixels).map(Some),
            PictureFormat::Png => png::size(data)
                .and_then(fits)
                .and_then(|()| png::decode(data, pixels))?,
            PictureFormat::Bmp => bmp::size(data)
                .and_then(fits)
                .and_then(|()| bmp::decode(data, pixels))?,
            PictureFormat::Gif => gif::size(data)
                .and_then(fits)
                .and_then(|()| gif::decode(data, pixels))?,
        };
        Ok(Some(Self::of_raster(raster)))
    }

    /// Of a JPEG in one or three colours.
    ///
    /// # Errors
    /// As [`Self::of_picture`].
    pub(crate) fn of_jpeg(data: &[u8], pixels: &mut Pixels) -> Result<Self> {
        let header = jpeg::Header::read(data)?;
        fits((header.width, header.height))?;
        pixels.take(header.width, header.height)?;
        if header.components == 4 {
            return Err(unsupported(text!(
                "a JPEG in four colours is not compared",
                "不比对四色 JPEG"
            )));
        }
        let options = DecoderOptions::new_safe()
            .set_max_width(usize::from(u16::MAX))
            .set_max_height(usize::from(u16::MAX))
            .jpeg_set_max_scans(SCANS)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let rgb = JpegDecoder::new_with_options(ZCursor::new(data), options).decode();
        let rgb = rgb.map_err(|error| broken(text!("the JPEG cannot be read: {error}", "JPEG 无法读取：{error}")))?;
        Self::new((header.width, header.height), rgb)
    }

    /// Of three bytes a pixel, as many as the size wants.
    ///
    /// # Errors
    /// [`ErrorKind::Format`](crate::error::ErrorKind::Format) for another number of bytes.
    pub(crate) fn new((width, height): (u32, u32), rgb: Vec<u8>) -> Result<Self> {
        complete((width, height), 3, &rgb)?;
        Ok(Self { width, height, rgb })
    }

    /// Width and height in pixels.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The first component of each pixel at another size: how a mask in colours is read.
    pub(crate) fn reds(&self, size: (u32, u32)) -> Vec<u8> {
        let reds = self.rgb.iter().step_by(3).copied().collect();
        resampled(reds, self.size(), size)
    }

    fn of_raster(raster: Raster) -> Self {
        let rgb = if raster.gray {
            spread(&raster.color)
        } else {
            let mut rgb = raster.color;
            rgb.truncate(rgb.len() / 3 * 3);
            rgb
        };
        let mut print = Self {
            width: raster.width,
            height: raster.height,
            rgb,
        };
        if let Some(alpha) = &raster.alpha {
            print.thin(alpha.iter().copied());
        }
        print
    }

    /// Lets the paper through where a pixel is transparent: one alpha for each.
    pub(crate) fn thin(&mut self, alpha: impl Iterator<Item = u8>) {
        for (pixel, alpha) in self.rgb.as_chunks_mut::<3>().0.iter_mut().zip(alpha) {
            match alpha {
                255 => {}
                0 => *pixel = [255; 3],
                _ => {
                    for component in pixel {
                        let ink = (255 - u32::from(*component)) * u32::from(alpha) / 255;
                        *component = u8::try_from(255 - ink).unwrap_or(0);
                    }
                }
            }
        }
    }

    /// Whether somebody who looks at both sees one picture. Loss of quality and another number of pixels make no other
    /// picture, a character more or less does.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        let same_size = (self.width, self.height) == (other.width, other.height);
        // Where both were sampled anew, lines lie between the pixels.
        let share = if same_size { 1 } else { 2 };
        let cells = |one: u32, other: u32| (one.min(other) / share).clamp(1, CELLS);
        let (width, height) = (cells(self.width, other.width), cells(self.height, other.height));
        let (one, two) = (self.on_grid(width, height), other.on_grid(width, height));
        let side = (width.max(height) / WINDOWS).max(4);
        let across = width.div_ceil(side);
        let mut windows = vec![(0u32, 0u32); (across * height.div_ceil(side)) as usize];
        for (at, (one, two)) in (0u32..).zip(one.iter().zip(&two)) {
            let (x, y) = (at % width, at / width);
            if let Some((count, differing)) = windows.get_mut(((y / side) * across + x / side) as usize) {
                *count += 1;
                *differing += u32::from(one.iter().zip(two).any(|(one, two)| (one - two).abs() > MUCH));
            }
        }
        windows.iter().all(|(count, differing)| differing * 4 <= *count)
    }

    /// The mean colours of so many cells, which are no smaller than a pixel.
    fn on_grid(&self, width: u32, height: u32) -> Vec<[f32; 3]> {
        let row = self.width as usize * 3;
        let (across, down) = (shares(width, self.width), shares(height, self.height));
        let mut grid = Vec::with_capacity(across.len() * down.len());
        for lines in &down {
            let mut sums = vec![[0.0f32; 3]; across.len()];
            for (y, high) in lines {
                let line = self.rgb.chunks_exact(row).nth(*y).unwrap_or_default();
                let (pixels, _) = line.as_chunks::<3>();
                for (sum, columns) in sums.iter_mut().zip(&across) {
                    for (pixel, wide) in columns.iter().filter_map(|(x, wide)| Some((pixels.get(*x)?, wide))) {
                        for (sum, component) in sum.iter_mut().zip(pixel) {
                            *sum += f32::from(*component) * high * wide;
                        }
                    }
                }
            }
            grid.extend(sums);
        }
        grid
    }
}

/// Which pixels of a row each of so many cells takes, and the share that each has in it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // numbers of pixels
fn shares(cells: u32, size: u32) -> Vec<Vec<(usize, f32)>> {
    let step = f64::from(size) / f64::from(cells);
    let of_cell = |cell: u32| {
        let (from, to) = (f64::from(cell) * step, f64::from(cell + 1) * step);
        let pixels = from.floor() as u32..(to.ceil() as u32).min(size);
        let share = |pixel: u32| (to.min(f64::from(pixel + 1)) - from.max(f64::from(pixel))).max(0.0) / step;
        pixels.map(|pixel| (pixel as usize, share(pixel) as f32)).collect()
    };
    (0..cells).map(of_cell).collect()
}

/// # Errors
/// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) where there are more pixels than are compared.
pub(crate) fn fits((width, height): (u32, u32)) -> Result<()> {
    if u64::from(width) * u64::from(height) > MOST {
        return Err(Limits::exceeded("pixels of a picture", "图像像素数", MOST));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A red ring on white with a bar in it at `at`, drawn with so many pixels a side.
    fn ring(side: u32, at: f64) -> Print {
        let mut rgb = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let place = |pixel: u32| (f64::from(pixel) + 0.5) / f64::from(side) * 2.0 - 1.0;
                let (x, y) = (place(x), place(y));
                let ink = (0.8..0.95).contains(&x.hypot(y)) || (x - at).abs() < 0.04 && y.abs() < 0.12;
                rgb.extend(if ink { [220, 0, 0] } else { [255; 3] });
            }
        }
        Print::new((side, side), rgb).unwrap()
    }

    #[test]
    fn another_number_of_pixels_is_the_same_picture() {
        for (one, other) in [(400, 400), (400, 300), (640, 200), (97, 400), (800, 799)] {
            assert!(ring(one, 0.0).is_like(&ring(other, 0.0)), "{one} {other}");
            assert!(!ring(one, 0.0).is_like(&ring(other, 0.3)), "{one} {other}");
            assert!(!ring(one, 0.3).is_like(&ring(other, 0.0)), "{one} {other}");
        }
    }

    #[test]
    fn a_blank_sheet_is_no_seal() {
        let blank = Print::new((400, 400), vec![255; 480_000]).unwrap();
        assert!(!ring(400, 0.0).is_like(&blank) && !blank.is_like(&ring(400, 0.0)));
        assert!(Print::new((2, 2), vec![0; 11]).is_err() && Print::new((0, 2), vec![]).is_err());
    }

    #[test]
    fn transparent_pixels_are_paper() {
        let mut print = Print::new((2, 1), vec![0, 100, 255, 0, 100, 255]).unwrap();
        print.thin([0, 255].into_iter());
        assert_eq!(print.rgb, [255, 255, 255, 0, 100, 255]);
    }

    proptest! {
        #[test]
        fn likeness_is_mutual_and_survives_noise(
            side in 1u32..60, other in 1u32..60, seed in any::<u64>(), noise in 0u8..40,
        ) {
            let print = |side: u32, noise: u8| {
                let rgb = (0..side * side * 3).map(|at| {
                    let value = seed.rotate_left(at % 61) as u8;
                    if at % 2 == 0 { value.saturating_sub(noise) } else { value.saturating_add(noise) }
                });
                Print::new((side, side), rgb.collect()).unwrap()
            };
            prop_assert!(print(side, 0).is_like(&print(side, noise)));
            prop_assert_eq!(print(side, 0).is_like(&print(other, 0)), print(other, 0).is_like(&print(side, 0)));
        }
    }
}
