use super::format::PictureFormat;
use super::*;

use crate::pdf::writer;

/// The content of a form, inflated; nothing for other objects.
pub(super) fn content(object: &Object) -> String {
    use std::io::Read as _;
    let Some(stream) = object
        .as_stream()
        .filter(|stream| stream.dictionary.get("BBox").is_some())
    else {
        return String::new();
    };
    let crate::pdf::object::StreamData::Memory(data) = &stream.data else {
        panic!()
    };
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(&data[..])
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// A grey BMP of one pixel.
const DOT: &[u8] = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x80\x80\0";

const SVG: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'><g opacity='.5'><circle r='5' fill='red'/></g></svg>";

fn draw_with(kind: &str, data: &[u8], options: &AppearanceOptions<'_>) -> Result<Drawing> {
    let limits = Limits::default();
    picture_form(&PictureXObject::of(kind, data, &limits)?, 25.4, 50.8, options, &limits)
}

fn form_of(drawing: &Drawing) -> &Object {
    &drawing.objects.iter().find(|(id, _)| *id == drawing.form).unwrap().1
}

#[test]
fn a_picture_has_its_true_size() {
    for data in [DOT, SVG] {
        let drawing = draw_with("", data, &AppearanceOptions::default()).unwrap();
        assert_eq!(drawing.bbox, [0.0, 0.0, 72.0, 144.0]);
    }
    let content = content(form_of(&draw_with("", DOT, &AppearanceOptions::default()).unwrap()));
    assert_eq!(content, "q\n/G0 gs\n72 0 0 144 0 0 cm\n/X0 Do\nQ\n");
}

#[test]
fn white_paper_is_multiplied_unless_it_is_to_stay() {
    for (white_transparent, mode) in [(true, "Multiply"), (false, "Normal")] {
        let options = AppearanceOptions {
            white_transparent,
            opacity: 0.5,
            ..AppearanceOptions::default()
        };
        let drawing = draw_with("", DOT, &options).unwrap();
        let resources = form_of(&drawing).as_dictionary().unwrap().get("Resources").unwrap();
        let states = resources
            .as_dictionary()
            .unwrap()
            .get("ExtGState")
            .unwrap()
            .as_dictionary()
            .unwrap();
        let state = states.get("G0").unwrap().as_dictionary().unwrap();
        assert_eq!(state.get("BM"), Some(&Object::name(mode)));
        assert_eq!(state.get("ca").unwrap().as_number(), Some(0.5));
    }
}

#[test]
fn a_caption_lies_below() {
    for (caption, code) in [("Seal", "<5365616C> Tj"), ("公章", "<516C7AE0> Tj")] {
        let options = AppearanceOptions {
            caption: Some(caption),
            ..AppearanceOptions::default()
        };
        let drawing = draw_with("", DOT, &options).unwrap();
        assert!((drawing.bbox[1] + 9.0 * 1.4).abs() < 1e-9, "{:?}", drawing.bbox);
        assert!(content(form_of(&drawing)).contains(code));
    }
    let long = "章".repeat(100);
    for bad in [long.as_str(), "a\nb", "\u{20000}"] {
        let options = AppearanceOptions {
            caption: Some(bad),
            ..AppearanceOptions::default()
        };
        assert_eq!(draw_with("", DOT, &options).unwrap_err().part(), Some("caption"));
    }
}

#[test]
fn numbers_are_the_callers() {
    let mut drawing = draw_with("", SVG, &AppearanceOptions::default()).unwrap();
    let count = u32::try_from(drawing.objects.len()).unwrap();
    drawing.renumber(100);
    let numbers: Vec<_> = drawing.objects.iter().map(|(id, _)| id.number).collect();
    assert_eq!(numbers, (100..100 + count).collect::<Vec<_>>());
    let mut written = Vec::new();
    for (id, object) in &drawing.objects {
        writer::write_indirect(*id, object, &mut written);
    }
    // Every reference leads to one of them.
    let text = String::from_utf8_lossy(&written);
    let references: Vec<u32> = text
        .match_indices(" 0 R")
        .map(|(at, _)| {
            text[..at]
                .rsplit(|c: char| !c.is_ascii_digit())
                .next()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert!(
        !references.is_empty() && references.iter().all(|number| numbers.contains(number)),
        "{references:?}"
    );
}

#[test]
fn strips_show_their_part() {
    let strip = strip(ObjectId::new(7), [0.0, 0.0, 72.0, 144.0], [12.7, 0.0, 12.7, 25.4]);
    assert_eq!(content(&strip), "1 0 0 1 -36 -72 cm\n/X0 Do\n");
    let bbox = strip.as_dictionary().unwrap().get("BBox").unwrap().as_array().unwrap();
    assert_eq!(
        bbox.iter()
            .map(|number| number.as_number().unwrap())
            .collect::<Vec<_>>(),
        [0.0, 0.0, 36.0, 72.0]
    );
}

#[test]
fn content_goes_before_the_stated_type() {
    for (stated, data, expected) in [
        ("PNG", DOT, PictureFormat::Bmp),
        ("ofd", b"\xff\xd8\xff\xe0", PictureFormat::Jpeg),
        ("gif", b"  <?xml version='1.0'?><svg/>", PictureFormat::Svg),
        ("", b"PK\x03\x04", PictureFormat::Ofd),
        ("OFD ", b"x", PictureFormat::Ofd),
    ] {
        assert_eq!(PictureFormat::of(stated, data).unwrap(), expected);
    }
    for (data, kind) in [
        (&b"RIFF\0\0\0\0WEBPVP8 "[..], ErrorKind::Unsupported),
        (b"\x1f\x8b\x08", ErrorKind::Unsupported),
        (b"nothing", ErrorKind::Format),
        (b"", ErrorKind::Format),
    ] {
        let error = PictureFormat::of("png", data).unwrap_err();
        assert_eq!((error.kind(), error.part()), (kind, Some("picture")));
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for (width, height, opacity) in [
        (0.0, 1.0, 1.0),
        (1.0, f64::NAN, 1.0),
        (f64::INFINITY, 1.0, 1.0),
        (1.0, 1.0, 1.1),
        (1.0, 1.0, f64::NAN),
    ] {
        let options = AppearanceOptions {
            opacity,
            ..AppearanceOptions::default()
        };
        let picture = PictureXObject::of("", DOT, &Limits::default()).unwrap();
        let error = picture_form(&picture, width, height, &options, &Limits::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
    let broken = draw_with("png", b"\x89PNG\r\n\x1a\n", &AppearanceOptions::default()).unwrap_err();
    assert_eq!(
        (broken.kind(), broken.part()),
        (ErrorKind::Format, Some("picture (PNG)"))
    );
}

proptest::proptest! {
    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), magic in 0..6_usize) {
        let magics: [&[u8]; 6] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"<svg ", b"PK\x03\x04"];
        let _ = fuzz_picture("ofd", &[magics[magic], &bytes].concat(), &Limits::default());
    }

    #[test]
    fn changed_pictures_never_panic(changes in proptest::collection::vec((0..400_usize, proptest::num::u8::ANY), 1..6)) {
        for data in [DOT, SVG] {
            let mut data = data.to_vec();
            for (at, value) in &changes {
                let length = data.len();
                data[at % length] = *value;
            }
            let _ = fuzz_picture("", &data, &Limits::default());
        }
    }
}

/// The pictures of the seals of the corpus, by their file.
fn field_pictures() -> Vec<(String, String, Vec<u8>)> {
    let corpus = std::path::PathBuf::from(std::env::var_os("SEALCORE_CORPUS").unwrap());
    let folders = std::fs::read_dir(corpus.join("artefacts"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut pictures = Vec::new();
    for folder in folders.chain([corpus.join("ofd")]).filter(|path| path.is_dir()) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let Ok(data) = std::fs::read(&path) else { continue };
            let name = path.display().to_string();
            let seal = match path.extension().and_then(|extension| extension.to_str()) {
                Some("esl") => crate::seal::Seal::from_der(&data).ok(),
                Some("dat") => crate::seal::SealSignature::from_der(&data).ok().map(|value| value.seal),
                _ => None,
            };
            pictures.extend(seal.map(|seal| (name, seal.picture.kind, seal.picture.data)));
        }
    }
    pictures
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn pictures_of_the_field_are_drawn() {
    let pictures = field_pictures();
    assert!(pictures.len() >= 5, "{}", pictures.len());
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for (name, kind, data) in pictures {
        fuzz_picture(&kind, &data, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Changed ones may be refused, no more.
        for _ in 0..100 {
            let mut changed = data.clone();
            for _ in 0..4 {
                let at = next(changed.len());
                changed[at] = u8::try_from(next(256)).unwrap();
            }
            let _ = fuzz_picture(&kind, &changed, &Limits::default());
        }
    }
}
