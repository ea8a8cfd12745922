//! Whether a seal is shown with the picture that it holds.

use sealcore::algorithm::sm2_value_to_der;
use sealcore::asn1::Writer;
use sealcore::error::ErrorKind;
use sealcore::oids;
use sealcore::pdf::{PictureXObject, SignRequest};
use sealcore::placement::{Pages, Placement, Side};
use sealcore::report::{Severity, Verdict};
use sealcore::seal::{Generation, Picture, Seal, SealRequest, TbsSign};
use sealcore_gm::sm2::DEFAULT_ID;
use sealcore_gm::sm3;

use crate::base::{Base, KINDS, Kind};
use crate::house::{sign, verify};
use crate::support::{DAY, World, now, package};

/// Two grey pictures of 24 pixels a side: [`ring`] with a bar at 6 and at 13.
const JPEGS: [&str; 2] = [
    "\
    ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524\
    221f2221262b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffc0000b080018001801011100ffc4001600010101\
    00000000000000000000000000040600ffc4002b1000010106040603000300000000000000010302061112132100040531141632333441\
    3642610774b2ffda0008010100003f00ba791e4d4c6b493b8ee209aba8aac4eb2ea5d8cb306c0903622c6e3db366a60300e4b7afcce75c\
    cf19dca52b546a6f2f54258dba610fafac3ddb793533ad2aee3c682696a29313a2ba766332c0b1201dc9b9b0f4d599948c44ea7d0fe719\
    e65746955ee52aff0058de5853dad097f314ff00c45f15cd7f79bff09e33e9f3975383f32b9ab4bb94a667aa17961537b426fdc3de476f\
    533ad24f1bb8ba696a293122c82966332c0b8048dc9b0b9f4cdd9941c039d1ebf0f92b33c676eaccd51a9b4dd309637ea843edef0f76dd\
    bd4c6b4abc6f1ae9aba8aac488a09dd8cb306e4027622e2c7db576a6271fffd9",
    "\
    ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524\
    221f2221262b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffc0000b080018001801011100ffc4001600010101\
    00000000000000000000000000040600ffc4002b1000010106040603000300000000000000010302061112132100040531141632333441\
    3642610774b2ffda0008010100003f00ba791e4d4c6b493b8ee209aba8aac4eb2ea5d8cb306c0903622c6e3db366a60300e4b7afcce75c\
    cf19dca52b546a6f2f54258dba610fafac3ddb793533ad2aee3c682696a29313a2ba766332c0b1201dc9b9b0f4d599948c01cbf9cbd7c6\
    7995c52abdca5335d31bcb0a7b5a12fe637f2efc572bfde63fc29898d33a1c3e0fccaeb55a5dca55fed0bcb0a9bda137ee2d9e476f533a\
    d24f1bb8ba696a293122c82966332c0b8048dc9b0b9f4cdd9941c039d1ebf0f92b33c676eaccd51a9b4dd309637ea843edef0f76ddbd4c\
    6b4abc6f1ae9aba8aac488a09dd8cb306e4027622e2c7db576a6271fffd9",
];

/// Red pixels of a ring with a bar in it, `side` pixels a side, drawn for 24.
fn ring(side: u32, bar: u32) -> Vec<bool> {
    let mut ink = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let place = |at: u32| (f64::from(at) + 0.5) * 24.0 / f64::from(side);
            let (x, y) = (place(x), place(y));
            let in_ring = (8.0..11.0).contains(&(x - 12.0).hypot(y - 12.0));
            let left = f64::from(bar);
            ink.push(in_ring || (left..left + 5.0).contains(&x) && (8.0..16.0).contains(&y));
        }
    }
    ink
}

fn png(side: u32, ink: &[bool], color: png::ColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(color);
    let pixels: Vec<u8> = match color {
        png::ColorType::Rgba => {
            let pixel = |ink: &bool| if *ink { [220, 0, 0, 255] } else { [9, 9, 9, 0] };
            ink.iter().flat_map(pixel).collect()
        }
        png::ColorType::Indexed => {
            encoder.set_palette(vec![255, 255, 255, 220, 0, 0]);
            ink.iter().map(|ink| u8::from(*ink)).collect()
        }
        _ => ink
            .iter()
            .flat_map(|ink| if *ink { [220, 0, 0] } else { [255; 3] })
            .collect(),
    };
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

fn bmp(side: u32, ink: &[bool]) -> Vec<u8> {
    assert_eq!(side % 4, 0);
    let size = 54 + side * side * 3;
    let mut file = b"BM".to_vec();
    let header = [
        size,
        0,
        54,
        40,
        side,
        side,
        1 | 24 << 16,
        0,
        side * side * 3,
        0,
        0,
        0,
        0,
    ];
    file.extend(header.into_iter().flat_map(u32::to_le_bytes));
    for row in ink.chunks(side as usize).rev() {
        file.extend(row.iter().flat_map(|ink| if *ink { [0, 0, 220] } else { [255; 3] }));
    }
    file
}

fn gif(side: u32, ink: &[bool]) -> Vec<u8> {
    let mut file = Vec::new();
    let side = side as u16;
    let mut encoder = gif::Encoder::new(&mut file, side, side, &[255, 255, 255, 220, 0, 0]).unwrap();
    let pixels: Vec<u8> = ink.iter().map(|ink| u8::from(*ink)).collect();
    let frame = gif::Frame::from_indexed_pixels(side, side, pixels, None);
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    file
}

fn svg(bar: u32) -> Vec<u8> {
    format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><circle cx='12' cy='12' r='9.5' fill='none' stroke='#d00' stroke-width='3'/><g opacity='.9'><path d='M{bar} 8h5v8h-5z' fill='#d00'/></g></svg>").into_bytes()
}

fn ofd(bar: u32) -> Vec<u8> {
    let ns = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
    let files = [
        (
            "OFD.xml",
            format!(
                "<ofd:OFD {ns} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            ),
        ),
        (
            "Doc_0/Document.xml",
            format!(
                "<ofd:Document {ns}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 24 24</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>"
            ),
        ),
        (
            "Doc_0/Pages/Page_0/Content.xml",
            format!(
                "<ofd:Page {ns}><ofd:Content><ofd:Layer ID=\"2\"><ofd:PathObject ID=\"3\" Boundary=\"{bar} 8 5 8\" Fill=\"true\" Stroke=\"false\"><ofd:FillColor Value=\"220 0 0\"/><ofd:AbbreviatedData>M 0 0 L 5 0 L 5 8 L 0 8 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content></ofd:Page>"
            ),
        ),
    ];
    package(&files.map(|(name, text)| (name.to_owned(), text.into_bytes())))
}

/// A picture of each kind with its bar at 6 or at 13.
fn pictures(bar: u32) -> Vec<Picture> {
    let ink = ring(24, bar);
    let jpeg: Vec<u8> = JPEGS[usize::from(bar == 13)]
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    [
        ("PNG", png(24, &ink, png::ColorType::Rgba)),
        ("PNG", png(24, &ink, png::ColorType::Rgb)),
        ("PNG", png(24, &ink, png::ColorType::Indexed)),
        ("JPG", jpeg),
        ("BMP", bmp(24, &ink)),
        ("GIF", gif(24, &ink)),
        ("SVG", svg(bar)),
        ("OFD", ofd(bar)),
    ]
    .into_iter()
    .map(|(kind, data)| Picture::new(kind, data, 40, 30))
    .collect()
}

fn is_vector(picture: &Picture) -> bool {
    matches!(picture.kind.as_str(), "SVG" | "OFD")
}

fn seal_of(world: &World, picture: &Picture) -> Seal {
    let validity = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(DAY),
    ];
    let request = SealRequest::new(
        Generation::V4,
        "3401000000001",
        "某单位公章",
        picture.clone(),
        world.certificate(),
        validity,
    );
    request.make(&world.maker).unwrap()
}

fn on_page(number: usize) -> Placement {
    Placement::At {
        pages: Pages::One(number),
        x_mm: 50.0,
        y_mm: 60.0,
    }
}

fn shown(world: &World, document: &[u8], picture: &Picture, change: impl FnOnce(&mut SignRequest<'_>)) -> Vec<u8> {
    let seal = seal_of(world, picture);
    let placements = [on_page(1)];
    let mut request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    request.reserve = 8_000;
    change(&mut request);
    sign(document, &request, &world.signer).unwrap()
}

/// Puts the signature of a seal with another picture into the place of the one that is there, which covers the same bytes.
fn sealed_with(world: &World, file: &[u8], picture: &Picture) -> Vec<u8> {
    let rfind = |what: &[u8]| file.windows(what.len()).rposition(|window| window == what).unwrap();
    let start = rfind(b"/Contents <") + 10;
    let end = start + file[start..].iter().position(|byte| *byte == b'>').unwrap() + 1;
    let digest = sm3::digest(&[&file[..start], &file[end..]].concat()).to_vec();
    let seal = seal_of(world, picture);
    let certificate = world.certificate().der().to_vec();
    let tbs = TbsSign::new(&seal, now(), digest, "ByteRange".to_owned(), certificate.clone());
    let tbs = tbs.to_der().unwrap();
    let value = world
        .signer
        .key()
        .sm2()
        .unwrap()
        .sign_message(DEFAULT_ID, &tbs)
        .unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&tbs);
        writer.octets(&certificate);
        writer.oid(oids::SM2_WITH_SM3);
        writer.bits(&sm2_value_to_der(&value));
    });
    let digits: String = writer.finish().iter().map(|byte| format!("{byte:02x}")).collect();
    let room = end - start - 2;
    assert!(digits.len() <= room, "{} of {room}", digits.len());
    let mut forged = file.to_vec();
    forged[start + 1..end - 1].fill(b'0');
    forged[start + 1..][..digits.len()].copy_from_slice(digits.as_bytes());
    forged
}

/// What is said about the picture of the only signature, of a file that is valid all the same.
fn said(world: &World, file: &[u8]) -> Vec<&'static str> {
    let report = verify(world, file);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    let findings = report.signatures.iter().flat_map(|one| &one.findings);
    let about = findings.filter(|finding| finding.code.name().starts_with("pdf-seal-picture"));
    about
        .map(|finding| {
            let unjudged = finding.severity() == Severity::Info;
            assert_eq!(unjudged, finding.code.name().ends_with("unjudged"));
            finding.code.name()
        })
        .collect()
}

const DIFFERS: &[&str] = &["pdf-seal-picture"];
const UNJUDGED: &[&str] = &["pdf-seal-picture-unjudged"];
const NONE: &[&str] = &[];

#[test]
fn what_we_seal_shows_its_picture() {
    let world = World::new();
    for kind in KINDS {
        let base = Base::new(kind).pages(3);
        let turned = base
            .clone()
            .page("/MediaBox [0 0 700 900] /CropBox [10 20 610 820] /Rotate 90");
        let large = base.clone().page("/MediaBox [0 0 59.5 84.2] /UserUnit 10");
        for picture in pictures(6) {
            let name = &picture.kind;
            for base in [&base, &turned, &large] {
                let file = shown(&world, &base.build(), &picture, |_| {});
                assert_eq!(said(&world, &file), NONE, "{name}");
            }
            let seam = [Placement::seam(Pages::All, Side::Right), on_page(2)];
            let seal = seal_of(&world, &picture);
            let mut request = SignRequest::seal(&seal, world.certificate(), now(), &seam);
            request.appearance.caption = Some("approved");
            request.appearance.opacity = 0.5;
            request.appearance.white_transparent = false;
            let file = sign(&base.build(), &request, &world.signer).unwrap();
            assert_eq!(said(&world, &file), NONE, "{name}");
        }
    }
}

#[test]
fn another_picture_is_told() {
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    let (ours, others) = (pictures(6), pictures(13));
    for picture in &others {
        let file = shown(&world, &base, picture, |_| {});
        for held in &ours {
            let wanted = match (is_vector(held), is_vector(picture)) {
                (false, _) => DIFFERS,
                (true, _) => UNJUDGED,
            };
            let name = format!("{} shown for {}", picture.kind, held.kind);
            assert_eq!(said(&world, &sealed_with(&world, &file, held)), wanted, "{name}");
        }
        assert_eq!(
            said(&world, &sealed_with(&world, &file, picture)),
            NONE,
            "{}",
            picture.kind
        );
    }
}

#[test]
fn another_coding_or_number_of_pixels_is_the_same_picture() {
    let world = World::new();
    let base = Base::new(Kind::Table).build();
    let held = Picture::new("PNG", png(96, &ring(96, 6), png::ColorType::Indexed), 40, 40);
    for (side, bar, wanted) in [
        (96, 6, NONE),
        (240, 6, NONE),
        (60, 6, NONE),
        (240, 7, DIFFERS),
        (60, 13, DIFFERS),
    ] {
        let ink = ring(side, bar);
        for data in [png(side, &ink, png::ColorType::Rgba), gif(side, &ink)] {
            let picture = Picture::new("PNG", data, 40, 40);
            let file = sealed_with(&world, &shown_as_it_is(&world, &base, picture), &held);
            assert_eq!(said(&world, &file), wanted, "{side} {bar}");
        }
    }
}

/// A signature that shows a picture of whatever stated kind.
fn shown_as_it_is(world: &World, base: &[u8], picture: Picture) -> Vec<u8> {
    let placements = [on_page(1)];
    let mut request = SignRequest::signature(world.certificate(), now());
    request.picture = Some(&picture);
    request.placements = &placements;
    request.reserve = 8_000;
    sign(base, &request, &world.signer).unwrap()
}

#[test]
fn a_seal_without_its_picture_is_told() {
    let world = World::new();
    let picture = &pictures(6)[0];
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /F 4 /Rect [100 100 300 300] >>";
    let base = Base::new(Kind::Table)
        .page("/MediaBox [0 0 595 842] /Annots [100 0 R]")
        .catalog("/AcroForm << /Fields [100 0 R] >>")
        .object(100, field)
        .build();
    let mut request = SignRequest::signature(world.certificate(), now());
    request.field = Some("Here");
    request.reserve = 8_000;
    let file = sign(&base, &request, &world.signer).unwrap();
    assert_eq!(said(&world, &sealed_with(&world, &file, picture)), DIFFERS);
    // A seal that is seen nowhere shows nothing else.
    let base = Base::new(Kind::Table).build();
    let mut request = SignRequest::signature(world.certificate(), now());
    request.reserve = 8_000;
    let file = sign(&base, &request, &world.signer).unwrap();
    assert_eq!(said(&world, &sealed_with(&world, &file, picture)), NONE);
}

#[test]
fn a_picture_that_was_made_before() {
    let world = World::new();
    let (pictures, limits) = (pictures(6), crate::house::limits());
    let seals: Vec<_> = pictures.iter().map(|picture| seal_of(&world, picture)).collect();
    let made: Vec<_> = pictures
        .iter()
        .map(|picture| PictureXObject::new(picture, &limits).unwrap())
        .collect();
    let placements = [on_page(2), Placement::seam(Pages::All, Side::Right)];
    for (index, seal) in seals.iter().enumerate() {
        // It is the same for every document and every way of showing it.
        for (kind, opacity, caption) in [(KINDS[0], 1.0, None), (KINDS[1], 0.5, Some("印"))] {
            let document = Base::new(kind).pages(3).build();
            let mut request = SignRequest::seal(seal, world.certificate(), now(), &placements);
            request.appearance.opacity = opacity;
            request.appearance.caption = caption;
            let anew = sign(&document, &request, &world.signer).unwrap();
            request.picture_xobject = Some(&made[index]);
            let again = sign(&document, &request, &world.signer).unwrap();
            assert!(anew == again, "{index} {kind:?}");
            assert_eq!(verify(&world, &again).verdict, Verdict::Valid);
            request.picture_xobject = Some(&made[(index + 1) % made.len()]);
            let refused = sign(&document, &request, &world.signer).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Argument);
        }
    }
}
