use std::io::Read as _;

use ::png::{BitDepth, ColorType, Encoder};
use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::pdf::object::StreamData;

fn decode(format: PictureFormat, data: &[u8]) -> Result<Raster> {
    let mut pixels = Pixels::default();
    match format {
        PictureFormat::Png => png::decode(data, &mut pixels),
        PictureFormat::Bmp => bmp::decode(data, &mut pixels),
        _ => gif::decode(data, &mut pixels),
    }
}

/// A BMP from the bytes behind the file header up to the pixels, and the pixels.
fn bmp_file(header: &[u8], pixels: &[u8]) -> Vec<u8> {
    let at = 14 + u32::try_from(header.len()).unwrap();
    let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
    file.extend(at.to_le_bytes());
    file.extend(header);
    file.extend(pixels);
    file
}

/// BITMAPINFOHEADER and what follows it.
fn info(width: i32, height: i32, depth: u16, compression: u32, rest: &[u8]) -> Vec<u8> {
    sized_info(40, width, height, depth, compression, rest)
}

fn sized_info(size: u32, width: i32, height: i32, depth: u16, compression: u32, rest: &[u8]) -> Vec<u8> {
    let mut header = size.to_le_bytes().to_vec();
    header.extend(width.to_le_bytes());
    header.extend(height.to_le_bytes());
    header.extend([1, 0]);
    header.extend(depth.to_le_bytes());
    header.extend(compression.to_le_bytes());
    header.extend([0; 20]);
    header.extend(rest);
    header
}

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

/// Red, green, blue, white as a palette of four bytes each.
const PALETTE: [u8; 16] = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0];

/// What every two-by-two picture here shows, from the top.
fn expected() -> Vec<u8> {
    [RED, GREEN, BLUE, WHITE].concat()
}

#[test]
fn every_kind_of_bmp() {
    let masks = |masks: [u32; 3]| masks.map(u32::to_le_bytes).concat();
    let palette_1 = [0, 0, 255, 0, 0, 255, 0, 0];
    let files = [
        ("8", bmp_file(&info(2, 2, 8, 0, &PALETTE), &[2, 3, 0, 0, 0, 1, 0, 0])),
        (
            "8 top down",
            bmp_file(&info(2, -2, 8, 0, &PALETTE), &[0, 1, 0, 0, 2, 3]),
        ),
        (
            "4",
            bmp_file(&info(2, 2, 4, 0, &PALETTE), &[0x23, 0, 0, 0, 0x01, 0, 0, 0]),
        ),
        (
            "24",
            bmp_file(
                &info(2, 2, 24, 0, &[]),
                &[255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0],
            ),
        ),
        (
            "16",
            bmp_file(&info(2, 2, 16, 0, &[]), &[0x1f, 0, 0xff, 0x7f, 0, 0x7c, 0xe0, 3]),
        ),
        (
            "16 by 5-6-5",
            bmp_file(
                &info(2, 2, 16, 3, &masks([0xf800, 0x07e0, 0x001f])),
                &[0x1f, 0, 0xff, 0xff, 0, 0xf8, 0xe0, 7],
            ),
        ),
        (
            "32",
            bmp_file(
                &info(2, 2, 32, 0, &[]),
                &[255, 0, 0, 9, 255, 255, 255, 9, 0, 0, 255, 9, 0, 255, 0, 9],
            ),
        ),
        (
            "32 by masks",
            bmp_file(
                &info(2, 2, 32, 3, &masks([0xff, 0xff00, 0x00ff_0000])),
                &[0, 0, 255, 0, 255, 255, 255, 0, 255, 0, 0, 0, 0, 255, 0, 0],
            ),
        ),
        (
            "RLE8",
            bmp_file(&info(2, 2, 8, 1, &PALETTE), &[1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1]),
        ),
        (
            "RLE8 with a jump to a row",
            bmp_file(&info(2, 2, 8, 1, &PALETTE), &[1, 2, 1, 3, 0, 0, 0, 2, 1, 0, 1, 1, 0, 1]),
        ),
        (
            "RLE4",
            bmp_file(&info(2, 2, 4, 2, &PALETTE), &[2, 0x23, 0, 0, 2, 0x01, 0, 1]),
        ),
    ];
    for (name, file) in files {
        let raster = decode(PictureFormat::Bmp, &file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((raster.width, raster.height, raster.gray), (2, 2, false), "{name}");
        assert_eq!(raster.color, expected(), "{name}");
        assert_eq!(raster.alpha, None, "{name}");
        assert!(
            decode(PictureFormat::Bmp, &file[..file.len() - 4]).is_err() || name.contains("RLE"),
            "{name}"
        );
    }
    // One bit, and a literal run with its padding.
    let file = bmp_file(&info(2, 1, 1, 0, &palette_1), &[0b0100_0000, 0, 0, 0]);
    assert_eq!(decode(PictureFormat::Bmp, &file).unwrap().color, [RED, GREEN].concat());
    let file = bmp_file(&info(3, 1, 8, 1, &PALETTE), &[0, 3, 0, 1, 2, 0, 0, 1]);
    assert_eq!(
        decode(PictureFormat::Bmp, &file).unwrap().color,
        [RED, GREEN, BLUE].concat()
    );
    let mut core = 12_u32.to_le_bytes().to_vec();
    core.extend([2, 0, 1, 0, 1, 0, 1, 0, 0, 0, 255, 0, 255, 0]);
    let file = bmp_file(&core, &[0b1000_0000, 0, 0, 0]);
    assert_eq!(decode(PictureFormat::Bmp, &file).unwrap().color, [GREEN, RED].concat());
}

#[test]
fn alpha_of_bmp_counts_where_it_is_stated() {
    let mut rest = [0x00ff_0000_u32, 0xff00, 0xff, 0xff00_0000]
        .map(u32::to_le_bytes)
        .concat();
    rest.resize(124 - 40, 0);
    for compression in [0, 3] {
        let header = sized_info(124, 2, 1, 32, compression, &rest);
        let file = bmp_file(&header, &[0, 0, 255, 128, 0, 255, 0, 255]);
        let raster = decode(PictureFormat::Bmp, &file).unwrap();
        assert_eq!(
            (raster.color, raster.alpha),
            ([RED, GREEN].concat(), Some(vec![128, 255])),
            "{compression}"
        );
        // All zero was never meant.
        let file = bmp_file(&header, &[0, 0, 255, 0, 0, 255, 0, 0]);
        assert_eq!(decode(PictureFormat::Bmp, &file).unwrap().alpha, None);
    }
}

#[test]
fn bmp_that_cannot_be() {
    for (name, file, kind) in [
        (
            "JPEG inside",
            bmp_file(&info(2, 2, 0, 4, &[]), &[0; 64]),
            ErrorKind::Unsupported,
        ),
        (
            "RLE top down",
            bmp_file(&info(2, -2, 8, 1, &PALETTE), &[0; 64]),
            ErrorKind::Unsupported,
        ),
        (
            "depth",
            bmp_file(&info(2, 2, 7, 0, &PALETTE), &[0; 64]),
            ErrorKind::Unsupported,
        ),
        ("empty", bmp_file(&info(0, 2, 24, 0, &[]), &[0; 64]), ErrorKind::Format),
        (
            "negative",
            bmp_file(&info(-2, 2, 24, 0, &[]), &[0; 64]),
            ErrorKind::Format,
        ),
        (
            "huge",
            bmp_file(&info(i32::MAX, i32::MIN, 24, 0, &[]), &[0; 64]),
            ErrorKind::Limit,
        ),
        ("header", bmp_file(&41_u32.to_le_bytes(), &[0; 64]), ErrorKind::Format),
        ("short", b"BM".to_vec(), ErrorKind::Format),
    ] {
        assert_eq!(decode(PictureFormat::Bmp, &file).unwrap_err().kind(), kind, "{name}");
    }
}

fn png_file(color: ColorType, depth: BitDepth, data: &[u8], palette: Option<(&[u8], &[u8])>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 2, 1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if let Some((palette, alpha)) = palette {
        encoder.set_palette(palette.to_vec());
        encoder.set_trns(alpha.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn every_kind_of_png() {
    let palette = [RED, GREEN].concat();
    for (color, depth, data, palette, gray, samples, alpha) in [
        (
            ColorType::Grayscale,
            BitDepth::One,
            &[0x40][..],
            None,
            true,
            vec![0, 255],
            None,
        ),
        (
            ColorType::Grayscale,
            BitDepth::Sixteen,
            &[0x80, 1, 0xff, 0xff],
            None,
            true,
            vec![0x80, 255],
            None,
        ),
        (
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            &[7, 9, 8, 255],
            None,
            true,
            vec![7, 8],
            Some(vec![9, 255]),
        ),
        (
            ColorType::Rgb,
            BitDepth::Eight,
            &[1, 2, 3, 4, 5, 6],
            None,
            false,
            vec![1, 2, 3, 4, 5, 6],
            None,
        ),
        (
            ColorType::Rgba,
            BitDepth::Sixteen,
            &[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0],
            None,
            false,
            vec![1, 2, 3, 5, 6, 7],
            Some(vec![4, 8]),
        ),
        (
            ColorType::Rgba,
            BitDepth::Eight,
            &[1, 2, 3, 255, 5, 6, 7, 255],
            None,
            false,
            vec![1, 2, 3, 5, 6, 7],
            None,
        ),
        (
            ColorType::Indexed,
            BitDepth::Two,
            &[0x10],
            Some((&palette[..], &[77, 255][..])),
            false,
            [RED, GREEN].concat(),
            Some(vec![77, 255]),
        ),
    ] {
        let raster = decode(PictureFormat::Png, &png_file(color, depth, data, palette)).unwrap();
        let named = format!("{color:?} {depth:?}");
        assert_eq!(
            (raster.gray, raster.color, raster.alpha),
            (gray, samples, alpha),
            "{named}"
        );
    }
}

#[test]
fn the_first_frame_of_a_gif_lies_on_its_screen() {
    let mut file = Vec::new();
    let mut encoder = ::gif::Encoder::new(&mut file, 3, 1, &[255, 0, 0, 0, 255, 0]).unwrap();
    for (indices, left) in [(vec![1, 0], 1), (vec![0, 0], 0)] {
        let frame = ::gif::Frame {
            width: 2,
            height: 1,
            left,
            buffer: indices.into(),
            transparent: Some(0),
            ..::gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    let raster = decode(PictureFormat::Gif, &file).unwrap();
    assert_eq!((raster.width, raster.height), (3, 1));
    assert_eq!(raster.alpha, Some(vec![0, 255, 0]));
    assert_eq!(raster.color[3..6], GREEN);
    assert!(decode(PictureFormat::Gif, &file[..20]).is_err());
}

/// A JPEG of headers alone.
fn jpeg_file(sof: u8, precision: u8, components: u8, adobe: bool) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];
    if adobe {
        file.extend([0xff, 0xff, 0xee, 0, 14]);
        file.extend(b"Adobe\0\x64\0\0\0\0\x02");
    }
    file.extend([0xff, sof, 0, 8, precision, 0, 20, 1, 44, components]);
    file.extend([0xff, 0xda, 0, 2, 0, 0xff, 0xd9]);
    file
}

#[test]
fn jpegs_are_embedded_as_they_are() {
    for (sof, components, adobe, space) in [
        (0xc0, 1, false, "DeviceGray"),
        (0xc1, 3, false, "DeviceRGB"),
        (0xc2, 4, true, "DeviceCMYK"),
        (0xc0, 4, false, "DeviceCMYK"),
    ] {
        let file = jpeg_file(sof, 8, components, adobe);
        let mut objects = Objects::default();
        let image = embed(PictureFormat::Jpeg, &file, &mut Pixels::default(), &mut objects).unwrap();
        assert!(image.opaque);
        let objects = objects.into_list();
        let stream = objects[0].1.as_stream().unwrap();
        let entry = |key| stream.dictionary.get(key);
        assert_eq!(stream.data, StreamData::Memory(file.as_slice().into()));
        assert_eq!(entry("Width"), Some(&Object::Integer(300)));
        assert_eq!(entry("Height"), Some(&Object::Integer(20)));
        assert_eq!(entry("Filter"), Some(&Object::name("DCTDecode")));
        assert_eq!(entry("ColorSpace"), Some(&Object::name(space)));
        assert_eq!(entry("Decode").is_some(), adobe);
    }
}

#[test]
fn jpegs_that_pdf_does_not_have() {
    let kind = |file: &[u8]| jpeg::Header::read(file).unwrap_err().kind();
    for (sof, precision, components) in [(0xc3, 8, 3), (0xc9, 8, 3), (0xc5, 8, 3), (0xc0, 12, 3), (0xc0, 8, 2)] {
        assert_eq!(
            kind(&jpeg_file(sof, precision, components, false)),
            ErrorKind::Unsupported
        );
    }
    let file = jpeg_file(0xc0, 8, 3, false);
    for length in 2..file.len() {
        assert_eq!(kind(&file[..length]), ErrorKind::Format, "{length}");
    }
}

/// The samples of an image XObject, as a reader gets them.
fn samples(stream: &Stream) -> Vec<u8> {
    let StreamData::Memory(data) = &stream.data else {
        panic!()
    };
    let mut inflated = Vec::new();
    flate2::read::ZlibDecoder::new(&data[..])
        .read_to_end(&mut inflated)
        .unwrap();
    let Some(parameters) = stream.dictionary.get("DecodeParms").and_then(Object::as_dictionary) else {
        return inflated;
    };
    let number = |key| usize::try_from(parameters.get(key).unwrap().as_integer().unwrap()).unwrap();
    let (step, row) = (number("Colors"), number("Colors") * number("Columns"));
    let mut above = vec![0; row];
    let mut out = Vec::new();
    for line in inflated.chunks_exact(row + 1) {
        let mut restored: Vec<u8> = Vec::new();
        for (at, byte) in line[1..].iter().enumerate() {
            let before = match line[0] {
                0 => 0,
                1 => at.checked_sub(step).map_or(0, |left| restored[left]),
                2 => above[at],
                other => panic!("filter {other}"),
            };
            restored.push(byte.wrapping_add(before));
        }
        out.extend(&restored);
        above = restored;
    }
    out
}

proptest! {
    #[test]
    fn images_keep_their_samples(width in 1..40_u32, height in 1..20_u32, gray: bool, slope in 0..9_u8, seed: u8) {
        let count = usize::try_from(width * height).unwrap() * if gray { 1 } else { 3 };
        let wanted: Vec<u8> = (0..count).map(|at| u8::try_from(at % 251).unwrap().wrapping_mul(slope) ^ seed).collect();
        let stream = image(width, height, gray, &wanted, None);
        prop_assert_eq!(samples(&stream), wanted);
    }

    #[test]
    fn bitmaps_are_read_back(width in 1..20_u32, height in 1..20_u32, top_down: bool, seed: u8) {
        let pixels: Vec<[u8; 3]> = (0..width * height).map(|at| {
            let [low, high, ..] = at.to_le_bytes();
            [low ^ seed, high, low]
        }).collect();
        let mut body = Vec::new();
        let mut rows: Vec<_> = pixels.chunks(width as usize).collect();
        if !top_down {
            rows.reverse();
        }
        for row in rows {
            body.extend(row.iter().flat_map(|[red, green, blue]| [*blue, *green, *red]));
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let signed = i32::try_from(height).unwrap() * if top_down { -1 } else { 1 };
        let file = bmp_file(&info(i32::try_from(width).unwrap(), signed, 24, 0, &[]), &body);
        prop_assert_eq!(decode(PictureFormat::Bmp, &file).unwrap().color, pixels.concat());
    }
}
