//! Image XObjects as pixels on white paper (ISO 32000-2, 8.9): grey, RGB and palettes of any depth, masks, JPEG.

use crate::error::Result;
use crate::pdf::appearance::{Pixels, Print, complete, fits, resampled, spread};
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId, Stream};

/// Bytes of a palette: 256 colours of three components.
const PALETTE: usize = 768;

/// How an image looks; `None` for colours and codings that are not undone here.
///
/// # Errors
/// As reading it has them; [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) where it has too many pixels.
pub(super) fn print(view: &View<'_, '_>, id: ObjectId, stream: &Stream, pixels: &mut Pixels) -> Result<Option<Print>> {
    let dictionary = &stream.dictionary;
    // A stencil is painted in a colour that stands elsewhere.
    if view.lookup(dictionary, "ImageMask")?.as_bool() == Some(true) {
        return Ok(None);
    }
    let Some(mut print) = plain(view, id, stream, pixels)?.map(Plain::into_print).transpose()? else {
        return Ok(None);
    };
    let soft = view.lookup(dictionary, "SMask")?;
    let hard = view.lookup(dictionary, "Mask")?;
    let mask = if soft.as_stream().is_some() { &soft } else { &hard };
    let (Some(mask_id), Some(mask)) = (mask.id(), mask.as_stream()) else {
        // A key colour is as good as always that of the paper.
        return Ok(Some(print));
    };
    if mask.dictionary.get("Matte").is_some() {
        return Ok(None);
    }
    let Some(alpha) = plain(view, mask_id, mask, pixels)? else {
        return Ok(None);
    };
    let is_soft = soft.as_stream().is_some();
    let mut alpha = alpha.into_mask(print.size());
    if !is_soft {
        // What a stencil marks is left out (8.9.6.3).
        alpha.iter_mut().for_each(|value| *value = 255 - *value);
    }
    print.thin(alpha.into_iter());
    Ok(Some(print))
}

/// An image without its masks, as it is stored.
enum Plain {
    /// One byte a pixel, as many as the size wants.
    Gray((u32, u32), Vec<u8>),
    Color(Print),
}

impl Plain {
    fn into_print(self) -> Result<Print> {
        match self {
            Self::Gray(size, samples) => Print::new(size, spread(&samples)),
            Self::Color(print) => Ok(print),
        }
    }

    /// One alpha for each pixel of that size.
    fn into_mask(self, size: (u32, u32)) -> Vec<u8> {
        match self {
            Self::Gray(own, samples) => resampled(samples, own, size),
            Self::Color(print) => print.reds(size),
        }
    }
}

/// Reads an image without its masks; `None` for colours and codings that are not undone here.
fn plain(view: &View<'_, '_>, id: ObjectId, stream: &Stream, pixels: &mut Pixels) -> Result<Option<Plain>> {
    let dictionary = &stream.dictionary;
    if let Some(packed) = jpeg_below(view, stream)? {
        if view.lookup(dictionary, "Decode")?.as_array().is_some() {
            return Ok(None);
        }
        let data = view.stream_data(&packed, id)?;
        charge(&data, pixels)?;
        return Ok(Some(Plain::Color(Print::of_jpeg(&data, pixels)?)));
    }
    let edge = |key: &str| -> Result<Option<u32>> {
        let edge = view.lookup(dictionary, key)?.as_integer();
        Ok(edge.and_then(|edge| u32::try_from(edge).ok()).filter(|edge| *edge > 0))
    };
    let Some(size) = edge("Width")?.zip(edge("Height")?) else {
        return Ok(None);
    };
    let stencil = view.lookup(dictionary, "ImageMask")?.as_bool() == Some(true);
    let (bits, colors) = if stencil {
        (Some(1), Some(Colors::Gray))
    } else {
        let bits = view.lookup(dictionary, "BitsPerComponent")?.as_integer();
        (bits, Colors::read(view, &*view.lookup(dictionary, "ColorSpace")?)?)
    };
    let (Some(bits @ (1 | 2 | 4 | 8 | 16)), Some(colors)) = (bits, colors) else {
        return Ok(None);
    };
    let Some(inverted) = is_inverted(view, dictionary)? else {
        return Ok(None);
    };
    if inverted && matches!(colors, Colors::Palette(_)) {
        return Ok(None);
    }
    fits(size)?;
    pixels.take(size.0, size.1)?;
    let data = view.stream_data(stream, id)?;
    charge(&data, pixels)?;
    let samples = colors.unpack(data, size, usize::try_from(bits).unwrap_or(8), inverted);
    if matches!(colors, Colors::Gray) {
        complete(size, 1, &samples)?;
        return Ok(Some(Plain::Gray(size, samples)));
    }
    Ok(Some(Plain::Color(Print::new(size, samples)?)))
}

/// Data may be far more than the stated pixels: they count as pixels too.
fn charge(data: &[u8], pixels: &mut Pixels) -> Result<()> {
    pixels.spend(data.len() as u64 / 4)
}

/// The stream of a JPEG that is left when the other filters are undone.
fn jpeg_below(view: &View<'_, '_>, stream: &Stream) -> Result<Option<Stream>> {
    let dictionary = &stream.dictionary;
    let filter = view.lookup(dictionary, "Filter")?;
    let filters = filter.as_array().unwrap_or(std::slice::from_ref(&*filter));
    let Some((last, others)) = filters.split_last() else {
        return Ok(None);
    };
    if !matches!(view.resolve(last)?.as_name(), Some(b"DCTDecode" | b"DCT")) {
        return Ok(None);
    }
    let mut below = stream.clone();
    below.dictionary.set("Filter", others.to_vec());
    Ok(Some(below))
}

/// Whether `/Decode` turns the colours round; `None` where it does something else.
fn is_inverted(view: &View<'_, '_>, dictionary: &Dictionary) -> Result<Option<bool>> {
    let decode = view.lookup(dictionary, "Decode")?;
    let Some(items) = decode.as_array() else {
        return Ok(Some(false));
    };
    let mut bounds = Vec::new();
    for item in items.iter().take(8) {
        bounds.push(view.resolve(item)?.as_number().unwrap_or(f64::NAN));
    }
    let all = |low: f64, high: f64| {
        let is = |one: f64, other: f64| (one - other).abs() < 1e-6;
        bounds
            .chunks(2)
            .all(|pair| matches!(pair, [from, to] if is(*from, low) && is(*to, high)))
    };
    Ok(match (all(0.0, 1.0), all(1.0, 0.0)) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => None,
    })
}

enum Colors {
    Gray,
    Rgb,
    Palette(Vec<[u8; 3]>),
}

impl Colors {
    fn read(view: &View<'_, '_>, space: &Object) -> Result<Option<Self>> {
        if let Some(name) = space.as_name() {
            return Ok(Self::device(name));
        }
        let [family, rest @ ..] = space.as_array().unwrap_or_default() else {
            return Ok(None);
        };
        let family = view.resolve(family)?;
        Ok(match (family.as_name(), rest) {
            (Some(b"ICCBased"), [profile]) => {
                let profile = view.resolve(profile)?;
                let count = profile
                    .as_dictionary()
                    .map(|profile| view.lookup(profile, "N"))
                    .transpose()?;
                match count.and_then(|count| count.as_integer()) {
                    Some(1) => Some(Self::Gray),
                    Some(3) => Some(Self::Rgb),
                    _ => None,
                }
            }
            (Some(b"CalGray"), _) => Some(Self::Gray),
            (Some(b"CalRGB"), _) => Some(Self::Rgb),
            (Some(b"Indexed" | b"I"), [base, _, table]) => {
                let base = view.resolve(base)?;
                let is_palette = base
                    .as_array()
                    .is_some_and(|base| matches!(base.first().and_then(Object::as_name), Some(b"Indexed" | b"I")));
                if is_palette {
                    return Ok(None);
                }
                let base = Self::read(view, &base)?;
                let table = view.resolve(table)?;
                let bytes = match (&*table, table.id()) {
                    (Object::Stream(stream), Some(id)) => view.stream_data(stream, id)?,
                    (other, _) => other.as_string().unwrap_or_default().to_vec(),
                };
                let bytes = bytes.get(..bytes.len().min(PALETTE)).unwrap_or_default();
                match base {
                    Some(Self::Gray) => Some(Self::Palette(bytes.iter().map(|gray| [*gray; 3]).collect())),
                    Some(Self::Rgb) => Some(Self::Palette(bytes.as_chunks().0.to_vec())),
                    _ => None,
                }
            }
            (Some(name), []) => Self::device(name),
            _ => None,
        })
    }

    fn device(name: &[u8]) -> Option<Self> {
        match name {
            b"DeviceGray" | b"G" | b"CalGray" => Some(Self::Gray),
            b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(Self::Rgb),
            _ => None,
        }
    }

    /// A byte a pixel of grey, three of colour. Of data that end early fewer come out.
    fn unpack(&self, mut data: Vec<u8>, (width, height): (u32, u32), bits: usize, inverted: bool) -> Vec<u8> {
        let samples = width as usize * if matches!(self, Self::Rgb) { 3 } else { 1 };
        let row = (samples * bits).div_ceil(8).max(1);
        if bits == 8 && !inverted && !matches!(self, Self::Palette(_)) {
            let rows = (data.len() / row).min(height as usize);
            data.truncate(rows * row);
            return data;
        }
        let most = if bits >= 8 { 255 } else { (1u8 << bits) - 1 };
        let components = if matches!(self, Self::Gray) { 1 } else { 3 };
        let mut out = Vec::with_capacity(width as usize * height as usize * components);
        let mut line: Vec<u8> = Vec::with_capacity(samples);
        for packed in data.chunks_exact(row).take(height as usize) {
            line.clear();
            match bits {
                16 => line.extend(packed.iter().step_by(2)),
                8 => line.extend_from_slice(packed),
                _ => line.extend((0..samples).map(|at| {
                    let byte = packed.get(at * bits / 8).copied().unwrap_or(0);
                    (byte >> (8 - bits - at * bits % 8)) & most
                })),
            }
            if let Self::Palette(palette) = self {
                let colors = line
                    .iter()
                    .map(|index| palette.get(usize::from(*index)).copied().unwrap_or([0; 3]));
                out.extend(colors.flatten());
                continue;
            }
            for sample in &mut line {
                *sample = sample.saturating_mul(255 / most);
                if inverted {
                    *sample = 255 - *sample;
                }
            }
            out.extend_from_slice(&line);
        }
        out
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::Limits;
    use crate::pdf::Pdf;

    fn read(dictionary: Dictionary, data: Vec<u8>) -> Result<Option<Print>> {
        let file = "%PDF-1.4\n1 0 obj\n<< >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n30\n%%EOF\n";
        let pdf = Pdf::open(file.as_bytes(), &Limits::default()).unwrap();
        let mut pixels = Pixels::of(1 << 20);
        print(
            &pdf.latest(),
            ObjectId::new(9),
            &Stream::new(dictionary, data),
            &mut pixels,
        )
    }

    fn image(width: i64, height: i64, bits: i64, space: Object) -> Dictionary {
        Dictionary::new()
            .with("Width", width)
            .with("Height", height)
            .with("BitsPerComponent", bits)
            .with("ColorSpace", space)
    }

    #[test]
    fn what_is_stated_must_be_there() {
        let gray = || Object::name("DeviceGray");
        assert_eq!(
            read(image(2, 1, 8, gray()), vec![0, 9]).unwrap().unwrap().size(),
            (2, 1)
        );
        assert!(read(image(2, 2, 8, gray()), vec![0, 9]).is_err());
        assert!(read(image(1 << 20, 1 << 20, 8, gray()), vec![0]).is_err());
        assert!(
            read(image(1, 1, 8, gray()), vec![0; 8 << 20]).is_err(),
            "more data than pixels"
        );
        assert!(
            read(image(1, 1, 8, Object::name("DeviceCMYK")), vec![0; 4])
                .unwrap()
                .is_none()
        );
        assert!(read(image(1, 1, 3, gray()), vec![0]).unwrap().is_none());
        assert!(read(image(-1, 1, 8, gray()), vec![0]).unwrap().is_none());
        let stencil = image(1, 1, 1, gray()).with("ImageMask", true);
        assert!(read(stencil, vec![0]).unwrap().is_none());
    }

    proptest! {
        #[test]
        fn nothing_panics(
            width in -1i64..70, height in -1i64..70, bits in 0i64..18, kind in 0usize..6, filter in 0usize..3,
            decode in proptest::collection::vec(-1.0f64..2.0, 0..4), data in proptest::collection::vec(any::<u8>(), 0..600),
        ) {
            let palette = Object::Array(vec![
                Object::name("Indexed"), Object::name("DeviceRGB"), Object::Integer(255), Object::string(data.clone()),
            ]);
            let spaces = [
                Object::name("DeviceGray"), Object::name("DeviceRGB"), palette, Object::Array(vec![Object::name("CalRGB")]),
                Object::Array(vec![Object::name("ICCBased"), Object::Null]), Object::Null,
            ];
            let mut dictionary = image(width, height, bits, spaces[kind].clone());
            if filter > 0 {
                dictionary.set("Filter", Object::name(["DCTDecode", "RunLengthDecode"][filter - 1]));
            }
            if !decode.is_empty() {
                let decode = decode.into_iter().map(|one| Object::Real(crate::pdf::object::Real::new(one.round()))).collect();
                dictionary.set("Decode", Object::Array(decode));
            }
            let jpeg = [&b"\xff\xd8\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0"[..], &data, b"\xff\xd9"].concat();
            let data = if filter == 1 { jpeg } else { data };
            if let Ok(Some(print)) = read(dictionary, data) {
                prop_assert!(print.is_like(&print));
            }
        }
    }

    #[test]
    fn samples_of_every_depth() {
        let gray = |data: &[u8], width, bits, inverted| Colors::Gray.unpack(data.to_vec(), (width, 1), bits, inverted);
        assert_eq!(gray(&[0b1010_0000], 3, 1, false), [255, 0, 255]);
        assert_eq!(gray(&[0b1010_0000], 2, 1, true), [0, 255]);
        assert_eq!(gray(&[0b0110_0000], 2, 2, false), [85, 170]);
        assert_eq!(gray(&[0x1f], 2, 4, false), [17, 255]);
        assert_eq!(gray(&[7, 99, 8, 99], 2, 16, false), [7, 8]);
        assert_eq!(gray(&[7, 99, 8], 2, 8, false), [7, 99]);
        assert_eq!(gray(&[7, 99, 8], 2, 8, true), [248, 156]);
        assert_eq!(Colors::Rgb.unpack(vec![1, 2, 3, 9], (1, 2), 8, false), [1, 2, 3]);
        let palette = Colors::Palette(vec![[1, 2, 3], [4, 5, 6]]);
        assert_eq!(palette.unpack(vec![0b0100_0000], (2, 1), 1, false), [1, 2, 3, 4, 5, 6]);
        assert_eq!(palette.unpack(vec![9], (1, 1), 8, false), [0, 0, 0]);
    }
}
