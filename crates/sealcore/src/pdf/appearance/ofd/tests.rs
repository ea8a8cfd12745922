use super::*;
use crate::error::ErrorKind;
use crate::ofd::package::{ArchiveWriter, DosTime, Method};
use crate::ofd::path::PackagePath;
use crate::pdf::appearance::tests::content;

const OFD: &str = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"#;
const RES: &str = r#"<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="楷体"/></ofd:Fonts>
    <ofd:ColorSpaces><ofd:ColorSpace ID="5" Type="CMYK"/></ofd:ColorSpaces>
    <ofd:DrawParams><ofd:DrawParam ID="2" Relative="3" LineWidth="0.5"><ofd:FillColor Value="255 0 0"/></ofd:DrawParam>
    <ofd:DrawParam ID="3" LineWidth="9" Cap="Round"><ofd:StrokeColor Value="0 255 0 0" ColorSpace="5"/></ofd:DrawParam>
    <ofd:DrawParam ID="4" Relative="4"/></ofd:DrawParams></ofd:Res>"#;

fn package(document_extra: &str, page: &str) -> Vec<u8> {
    let document = format!(
        r#"<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 30 20</ofd:PhysicalBox></ofd:PageArea>
        <ofd:PublicRes>Res.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages><ofd:Page ID="9" BaseLoc="Page.xml"/></ofd:Pages>{document_extra}</ofd:Document>"#
    );
    let page = format!(
        r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer DrawParam="2">{page}</ofd:Layer></ofd:Content></ofd:Page>"#
    );
    let mut writer = ArchiveWriter::new(Vec::new());
    for (name, data) in [
        ("OFD.xml", OFD),
        ("D/Document.xml", &document),
        ("D/Page.xml", &page),
        ("D/Res.xml", RES),
    ] {
        let path = PackagePath::from_entry_name(name).unwrap();
        writer
            .add(&path, data.as_bytes(), Method::Deflated, DosTime::EARLIEST)
            .unwrap();
    }
    writer.finish().unwrap()
}

fn drawn(page: &str) -> Result<String> {
    let mut objects = Objects::default();
    let vector = form(&package("", page), &Limits::default(), &mut objects)?;
    assert_eq!((vector.width, vector.height), (30.0, 20.0));
    Ok(objects.into_list().iter().map(|(_, object)| content(object)).collect())
}

#[test]
fn paths_take_what_their_layer_says() {
    let drawn = drawn(
        r#"<ofd:PageBlock><ofd:PathObject ID="7" Boundary="1 2 10 10" CTM="2 0 0 2 0 0" Alpha="51" Fill="true" Rule="Even-Odd">
        <ofd:AbbreviatedData>M 0 0 L 1 1 C</ofd:AbbreviatedData></ofd:PathObject></ofd:PageBlock>"#,
    )
    .unwrap();
    for expected in [
        "1 2 10 10 re\nW n\n1 0 0 1 1 2 cm\n2 0 0 2 0 0 cm\n",
        "1 0 0 rg\n0 1 0 0 K\n0.5 w\n1 J\n",
        "0 0 m\n1 1 l\nh\nB*\n",
    ] {
        assert!(drawn.contains(expected), "{expected:?} in {drawn}");
    }
}

#[test]
fn text_without_its_font_is_text_in_the_font_of_that_name() {
    let page = r#"<ofd:TextObject ID="7" Boundary="0 0 9 9" Font="1" Size="2"><ofd:TextCode X="1" Y="3" DeltaX="g 1 2.5">公章</ofd:TextCode></ofd:TextObject>"#;
    let text = drawn(page).unwrap();
    for expected in [
        "1 0 0 rg\n",
        "1 0 0 -1 1 3 Tm\n<516C> Tj",
        "1 0 0 -1 3.5 3 Tm\n<7AE0> Tj",
    ] {
        assert!(text.contains(expected), "{expected:?} in {text}");
    }
    let mut objects = Objects::default();
    form(&package("", page), &Limits::default(), &mut objects).unwrap();
    let names: Vec<_> = objects
        .into_list()
        .into_iter()
        .filter_map(|(_, object)| Some(object.as_dictionary()?.get("BaseFont")?.as_name()?.to_vec()))
        .collect();
    assert_eq!(names, [b"KaiTi", b"KaiTi"]);
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let path = |attributes: &str, inside: &str| {
        format!(
            r#"<ofd:PathObject ID="7" {attributes}>{inside}<ofd:AbbreviatedData>M 0 0 L 1 1</ofd:AbbreviatedData></ofd:PathObject>"#
        )
    };
    for (page, named) in [
        (r#"<ofd:CompositeObject ID="7" Boundary="0 0 1 1" ResourceID="1"/>"#.to_owned(), "CompositeObject"),
        (path(r#"Boundary="0 0 1 1""#, "<ofd:StrokeColor><ofd:AxialShd/></ofd:StrokeColor>"), "AxialShd"),
        (path(r#"Boundary="0 0 1 1" CTM="1 0 0 1 0 0""#, "<ofd:Clips/>"), "Clips"),
        (path("", ""), "Boundary"),
        (path(r#"Boundary="0 0 1 1" DrawParam="4""#, ""), "DrawParam"),
        (path(r#"Boundary="0 0 1 1" DrawParam="77""#, ""), "77"),
        (path(r#"Boundary="0 0 1 1" CTM="1 0 0""#, ""), "CTM"),
        (r#"<ofd:ImageObject ID="7" Boundary="0 0 1 1" ResourceID="8"/>"#.to_owned(), "MultiMedia"),
        (
            r#"<ofd:TextObject ID="7" Boundary="0 0 1 1" Font="1" Size="1"><ofd:TextCode>&#x20000;</ofd:TextCode></ofd:TextObject>"#.to_owned(),
            "without its font",
        ),
    ] {
        let error = drawn(&page).expect_err(&page);
        assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Format), "{page}: {error}");
        assert!(error.to_string().contains(named), "{page}: {error}");
        assert!(error.part().is_some_and(|part| part.contains("Object 7")), "{error}");
    }
    let notes = package("<ofd:Annotations>A.xml</ofd:Annotations>", "");
    let error = form(&notes, &Limits::default(), &mut Objects::default()).err().unwrap();
    assert!(error.to_string().contains("annotations"), "{error}");
}

#[test]
fn outlines_of_an_embedded_font() {
    use super::super::canvas::Segment;
    // No font is at hand that may be copied here: what is no font, and what is none of ours, is told.
    for data in [&b""[..], b"\x01\x00\x04\x01abc", b"OTTO", &[0; 64]] {
        let error = glyphs::Outlines::read(data).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    let Ok(data) = std::fs::read("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf") else {
        return;
    };
    let outlines = glyphs::Outlines::read(&data).unwrap();
    let glyph = outlines.index('É').unwrap();
    let outline = outlines.outline(glyph).unwrap();
    assert_eq!(outline.iter().filter(|one| matches!(one, Segment::Close)).count(), 2);
    assert!(outlines.advance(glyph).unwrap() > 0.5);
    assert!(outlines.outline(outlines.index(' ').unwrap()).unwrap().is_empty());
}

const RICH: &str = r##"<ofd:PathObject ID="7" Boundary="1 2 10 10" LineWidth="0.3" DashPattern="1 2" Fill="true">
    <ofd:Clips><ofd:Clip><ofd:Area CTM="1 0 0 1 0 0"><ofd:Path Boundary="0 0 1 1"><ofd:AbbreviatedData>M 0 0 L 1 1 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>
    <ofd:FillColor Value="#ff 0 0" ColorSpace="5" Alpha="9"/><ofd:AbbreviatedData>M 0 0 A 1 2 30 0 1 4 5 Q 1 2 3 4 B 1 2 3 4 5 6 C</ofd:AbbreviatedData></ofd:PathObject>
    <ofd:TextObject ID="8" Boundary="0 0 9 9" CTM="1 0 0 1 2 3" Font="1" Size="2" HScale="0.5" Weight="700" Italic="true" CharDirection="90">
    <ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="2"><ofd:Glyphs>4 5</ofd:Glyphs></ofd:CGTransform>
    <ofd:TextCode X="1" Y="3" DeltaX="g 2 1.5" DeltaY="1">公 章a</ofd:TextCode></ofd:TextObject>"##;

proptest::proptest! {
    #[test]
    fn changed_pages_never_panic(changes in proptest::collection::vec((0..RICH.len(), "[-0-9a-zA-Z<>#. ]{0,3}"), 0..6)) {
        let mut changed = RICH.to_owned();
        let unchanged = changes.is_empty();
        for (at, text) in changes {
            let end = (at + text.len()).min(changed.len());
            if at < changed.len() && changed.is_char_boundary(at) && changed.is_char_boundary(end) {
                changed.replace_range(at..end, &text);
            }
        }
        let drawn = drawn(&changed);
        proptest::prop_assert!(!unchanged || drawn.is_ok(), "{:?}", drawn);
    }
}
