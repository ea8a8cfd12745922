use super::*;
use crate::pdf::object::{Dictionary, Stream};
use crate::pdf::writer;

/// A file of one page that shows a drawing at 50 points from the corner, over lines of text.
fn page(drawing: &mut Drawing, clip: Option<[f64; 4]>) -> Vec<u8> {
    drawing.renumber(10);
    let mut objects = drawing.objects.clone();
    let [.., width, height] = drawing.bbox;
    let mut form = drawing.form;
    if let Some(clip) = clip {
        form = ObjectId::new(9);
        objects.push((form, strip(drawing.form, drawing.bbox, clip)));
    }
    let size = vec![0.0.into(), 0.0.into(), (width + 100.0).into(), (height + 100.0).into()];
    let annotation = Dictionary::new()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name("Stamp"))
        .with("F", 4)
        .with(
            "Rect",
            objects
                .iter()
                .find(|(id, _)| *id == form)
                .map(|(_, object)| {
                    let bbox = object.as_dictionary().unwrap().get("BBox").unwrap().as_array().unwrap();
                    Object::Array(
                        bbox.iter()
                            .map(|number| (number.as_number().unwrap() + 50.0).into())
                            .collect(),
                    )
                })
                .unwrap(),
        )
        .with("AP", Dictionary::new().with("N", form));
    let mut lines = String::from("BT /F 12 Tf 14 TL 10 10 Td ");
    for _ in 0..20 {
        lines += "(Text that stands under the seal, and is to be read through it) Tj 0 14 Td ";
    }
    lines += "ET";
    let font = Dictionary::new()
        .with("Type", Object::name("Font"))
        .with("Subtype", Object::name("Type1"))
        .with("BaseFont", Object::name("Helvetica"));
    let resources = Dictionary::new().with("Font", Dictionary::new().with("F", font));
    objects.extend([
        (
            ObjectId::new(1),
            Dictionary::new()
                .with("Type", Object::name("Catalog"))
                .with("Pages", ObjectId::new(2))
                .into(),
        ),
        (
            ObjectId::new(2),
            Dictionary::new()
                .with("Type", Object::name("Pages"))
                .with("Kids", vec![ObjectId::new(3).into()])
                .with("Count", 1)
                .into(),
        ),
        (
            ObjectId::new(3),
            Dictionary::new()
                .with("Type", Object::name("Page"))
                .with("Parent", ObjectId::new(2))
                .with("MediaBox", size)
                .with("Resources", resources)
                .with("Contents", ObjectId::new(4))
                .with("Annots", vec![Object::from(annotation)])
                .into(),
        ),
        (
            ObjectId::new(4),
            Stream::new(Dictionary::new(), lines.as_bytes()).into(),
        ),
    ]);
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = std::collections::BTreeMap::new();
    for (id, object) in &objects {
        table.insert(id.number, out.len());
        writer::write_indirect(*id, object, &mut out);
    }
    let at = out.len();
    out.extend_from_slice(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, offset) in &table {
        out.extend_from_slice(format!("{number} 1\n{offset:010} 00000 n \n").as_bytes());
    }
    let most = table.keys().last().unwrap() + 1;
    out.extend_from_slice(format!("trailer\n<</Size {most} /Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n").as_bytes());
    out
}

/// For looking at by hand: `PICTURE=file.svg PAGE=out.pdf cargo test … -- --ignored by_hand`.
#[test]
#[ignore = "writes a page for PICTURE"]
fn by_hand() {
    let data = std::fs::read(std::env::var("PICTURE").unwrap()).unwrap();
    let caption = std::env::var("CAPTION").ok();
    let options = AppearanceOptions {
        caption: caption.as_deref(),
        opacity: std::env::var("OPACITY").map_or(1.0, |opacity| opacity.parse().unwrap()),
        ..AppearanceOptions::default()
    };
    let kind = inspect("", &data, &Limits::default()).unwrap();
    eprintln!("{kind:?}");
    let (width, height) = (40.0, 40.0 * kind.size.1 / kind.size.0);
    let mut drawing = picture_form("", &data, width, height, &options, &Limits::default()).unwrap();
    let clip = std::env::var("CLIP").ok().map(|_| [10.0, 5.0, 15.0, 20.0]);
    std::fs::write(std::env::var("PAGE").unwrap(), page(&mut drawing, clip)).unwrap();
}
