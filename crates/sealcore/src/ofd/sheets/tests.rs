use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::Stopwatch;
use crate::error::ErrorKind;
use crate::monitor::Unwatched;
use crate::ofd::package::{Archive, ArchiveWriter, DosTime, Method};
use crate::ofd::path::PackagePath;
use crate::ofd::structure::Structure;
use crate::placement::{Occurrence, Pages, PlacedStamp, Placement, place};

/// A document of A4 pages with this content each, all over the same template.
fn document(pages: &[&str], template: &str) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new());
    let mut add = |path: &str, content: String| {
        let path = PackagePath::from_entry_name(path).unwrap();
        writer
            .add(&path, content.as_bytes(), Method::Deflated, DosTime::EARLIEST)
            .unwrap();
    };
    let page = |rest: &str, content: &str| {
        format!(r#"<Page xmlns="http://www.ofdspec.org/2016">{rest}<Content>{content}</Content></Page>"#)
    };
    add(
        "OFD.xml",
        r#"<OFD xmlns="http://www.ofdspec.org/2016"><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>"#.into(),
    );
    let mut list = String::new();
    for (index, content) in pages.iter().enumerate() {
        write!(list, r#"<Page ID="{index}" BaseLoc="P{index}.xml"/>"#).unwrap();
        add(
            &format!("D/P{index}.xml"),
            page(r#"<Template TemplateID="t"/><Template TemplateID="t"/>"#, content),
        );
    }
    add("D/T.xml", page("", template));
    add(
        "D/Document.xml",
        format!(
            r#"<Document xmlns="http://www.ofdspec.org/2016"><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea>
            <TemplatePage ID="t" BaseLoc="T.xml"/></CommonData><Pages>{list}</Pages></Document>"#
        ),
    );
    writer.finish().unwrap()
}

fn placed(document: &[u8], placement: &Placement) -> Result<Vec<PlacedStamp>> {
    let limits = Limits::default();
    let archive = Archive::open(document, &limits)?;
    let parts = Parts::new(&archive, &limits, &Unwatched);
    let structure = Structure::read(&parts)?;
    let mut sheets = OfdSheets::new(&structure.bodies[0].pages, &parts);
    place(placement, &mut sheets, 20.0, 20.0)
}

/// Page and middle of each seal.
fn middles(document: &[u8], placement: &Placement) -> Result<Vec<(usize, f64, f64)>> {
    let round = |mm: f64| (mm * 100.0).round() / 100.0;
    let middle = |stamp: PlacedStamp| {
        assert_eq!(stamp.clip, None);
        (
            stamp.page,
            round(stamp.boundary.x + 10.0),
            round(stamp.boundary.y + 10.0),
        )
    };
    Ok(placed(document, placement)?.into_iter().map(middle).collect())
}

fn all(content: &str, keyword: &str) -> Vec<(f64, f64)> {
    match middles(&document(&[content], ""), &Placement::keyword(keyword, Occurrence::All)) {
        Ok(found) => found.into_iter().map(|(_, x, y)| (x, y)).collect(),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
            assert!(error.to_string().contains(keyword), "{error}");
            Vec::new()
        }
    }
}

/// A TextObject of size 5 at 50, 100; its middle line lies 1.8 mm above the baseline.
fn object(attributes: &str, codes: &str) -> String {
    format!(r#"<Layer><TextObject Boundary="50 100 80 10" Size="5" {attributes}>{codes}</TextObject></Layer>"#)
}

#[test]
fn deltas_lead_to_the_middle() {
    // Characters of 5 mm from 50; 盖章 is the third and fourth.
    let plain = object("", r#"<TextCode X="0" Y="6.8" DeltaX="5 5 5">请在盖章</TextCode>"#);
    assert_eq!(all(&plain, "盖章"), [(65.0, 105.0)]);
    let compressed = object("", r#"<TextCode X="0" Y="6.8" DeltaX="g 2 10 5">请在盖章</TextCode>"#);
    assert_eq!(all(&compressed, "盖章"), [(75.0, 105.0)]);
    let none = object("", r#"<TextCode X="0" Y="6.8">AB盖章</TextCode>"#);
    assert_eq!(all(&none, "盖章"), [(60.0, 105.0)]);
    let narrow = object("", r#"<TextCode X="0" Y="6.8" DeltaX="g 3 1.5">2026</TextCode>"#);
    assert_eq!(all(&narrow, "02"), [(53.0, 105.0)]);
    let endless = object(
        "",
        r#"<TextCode X="0" Y="6.8" DeltaX="g 18446744073709551615 6">请在盖章</TextCode>"#,
    );
    assert_eq!(all(&endless, "盖章"), [(67.5, 105.0)]);
    assert_eq!(all(&plain, "公章"), []);
}

#[test]
fn blanks_count_for_deltas_only() {
    let blanks = object(
        "",
        r#"<TextCode X="0" Y="6.8" DeltaX="g 9 5"> 甲 &#x3000;方&amp;</TextCode>"#,
    );
    assert_eq!(all(&blanks, "甲方"), [(65.0, 105.0)]);
    assert_eq!(all(&blanks, " 甲 方 &"), [(67.5, 105.0)]);
    let layout = object("", "<TextCode X='0' Y='6.8' DeltaX='5'>\n  甲方\n</TextCode>");
    assert_eq!(all(&layout, "甲方"), [(55.0, 105.0)]);
    let cdata = object("", "<TextCode X='0' Y='6.8' DeltaX='5'><![CDATA[甲方]]></TextCode>");
    assert_eq!(all(&cdata, "甲方"), [(55.0, 105.0)]);
}

#[test]
fn matrix_scales_turns_and_shifts() {
    let code = r#"<TextCode X="0" Y="3.4" DeltaX="2.5">公章</TextCode>"#;
    let scaled = object(r#"CTM="2 0 0 2 0 0""#, code).replace(r#"Size="5""#, r#"Size="2.5""#);
    assert_eq!(all(&scaled, "公章"), [(55.0, 105.0)]);
    let shifted = object(r#"CTM="2 0 0 2 7 -9.5""#, code).replace(r#"Size="5""#, r#"Size="2.5""#);
    assert_eq!(all(&shifted, "公章"), [(62.0, 95.5)]);
    // A quarter turn clockwise: right becomes down, down becomes left.
    let turned = object(r#"CTM="0 2 -2 0 0 0""#, code).replace(r#"Size="5""#, r#"Size="2.5""#);
    assert_eq!(all(&turned, "公章"), [(45.0, 105.0)]);
    assert_eq!(all(&turned, "章"), [(45.0, 107.5)]);
}

#[test]
fn directions() {
    let code = r#"<TextCode X="0" Y="6.8">公章</TextCode>"#;
    assert_eq!(all(&object(r#"ReadDirection="90""#, code), "公章"), [(52.5, 107.5)]);
    assert_eq!(all(&object(r#"ReadDirection="180""#, code), "公章"), [(50.0, 105.0)]);
    assert_eq!(
        all(&object(r#"CharDirection="90" ReadDirection="90""#, code), "公"),
        [(51.8, 109.3)]
    );
    assert_eq!(all(&object(r#"HScale="0.5""#, code), "章"), [(53.75, 105.0)]);
    // Down by deltas alone, as invoices have it; then on in a second code.
    let down = r#"<TextCode X="0" Y="6.8" DeltaY="6 6">购买方</TextCode><TextCode Y="24.8">章</TextCode>"#;
    assert_eq!(all(&object("", down), "买"), [(52.5, 111.0)]);
    assert_eq!(all(&object("", down), "购买方"), [(52.5, 111.0)]);
}

#[test]
fn a_split_keyword_is_found_on_one_line_only() {
    let codes = |x: f64, y: f64| {
        object(
            "",
            &format!(r#"<TextCode X="0" Y="6.8" DeltaX="5">请盖</TextCode><TextCode X="{x}" Y="{y}">章</TextCode>"#),
        )
    };
    assert_eq!(all(&codes(10.0, 6.8), "盖章"), [(60.0, 105.0)]);
    assert_eq!(all(&codes(15.0, 6.8), "盖章"), [(62.5, 105.0)]);
    assert_eq!(all(&codes(8.0, 6.8), "盖章"), [(59.0, 105.0)]);
    assert_eq!(all(&codes(10.0, 9.2), "盖章"), [(60.0, 106.2)]);
    for (x, y) in [(15.1, 6.8), (7.0, 6.8), (10.0, 9.4), (0.0, 13.0)] {
        assert_eq!(all(&codes(x, y), "盖章"), [], "{x} {y}");
    }
    // Y as in the code before; codes of different objects, one of them in a block.
    let inherited = object(
        "",
        r#"<TextCode X="0" Y="6.8">盖</TextCode><TextCode X="5">章</TextCode>"#,
    );
    assert_eq!(all(&inherited, "盖章"), [(55.0, 105.0)]);
    let apart = r#"<Layer><TextObject Boundary="50 100 5 10" Size="5"><TextCode X="0" Y="6.8">盖</TextCode></TextObject>
        <PathObject/><PageBlock><PageBlock><TextObject Boundary="55 103 5 10" Size="5"><TextCode X="0" Y="3.8">章</TextCode>
        </TextObject></PageBlock></PageBlock></Layer>"#;
    assert_eq!(all(apart, "盖章"), [(55.0, 105.0)]);
}

#[test]
fn a_line_end_inside_a_code_parts_words() {
    let wrapped = object(
        "",
        r#"<TextCode X="0" Y="6.8" DeltaX="5 -5 5 5" DeltaY="0 7 0 0">请盖章盖章</TextCode>"#,
    );
    assert_eq!(all(&wrapped, "盖章"), [(60.0, 112.0)]);
}

#[test]
fn text_written_twice_to_look_bold_counts_once() {
    let bold = object(
        "",
        r#"<TextCode X="0" Y="6.8" DeltaX="5">公章</TextCode><TextCode X="0.2" Y="6.8" DeltaX="5">公章</TextCode>"#,
    );
    assert_eq!(all(&bold, "公章"), [(55.0, 105.0)]);
    let letters = r#"<TextCode X="0" Y="6.8">公</TextCode><TextCode X="0.2" Y="6.8">公</TextCode>
        <TextCode X="5" Y="6.8">章</TextCode><TextCode X="5.2" Y="6.8">章</TextCode>"#;
    assert_eq!(all(&object("", letters), "公章"), [(55.0, 105.0)]);
}

#[test]
fn exact_comes_before_folded() {
    let text = |first: &str| object("", &format!(r#"<TextCode X="0" Y="6.8">{first}。。Seal</TextCode>"#));
    assert_eq!(all(&text("SEAL"), "Seal"), [(75.0, 105.0)]);
    assert_eq!(all(&text("SEAL"), "SEAL"), [(55.0, 105.0)]);
    assert_eq!(all(&text("ＳＥＡＬ"), "seaL").len(), 2);
    assert_eq!(all(&text("(公章)"), "（公章）").len(), 1);
}

#[test]
fn hidden_and_outside_text_is_passed_over() {
    let code = r#"<TextCode X="0" Y="6.8">公章</TextCode>"#;
    assert_eq!(all(&object(r#"Visible="false""#, code), "公章"), []);
    assert_eq!(all(&object(r#"CTM="1 0 0 1 500 0""#, code), "公章"), []);
}

#[test]
fn occurrences_in_the_order_of_pages() {
    let stamp = |x: u32, y: u32| {
        format!(
            r#"<Layer><TextObject Boundary="{x} {y} 9 9" Size="4"><TextCode X="0" Y="3">公章</TextCode></TextObject></Layer>"#
        )
    };
    let two = stamp(40, 40) + &stamp(80, 80);
    let document = document(&[&two, "", &two], &stamp(20, 20));
    let find = |occurrence, pages| {
        let placement = Placement::Keyword {
            text: "公章".into(),
            occurrence,
            pages,
            dx_mm: 0.0,
            dy_mm: 0.0,
        };
        middles(&document, &placement).map(|found| found.iter().map(|(page, x, _)| (*page, *x)).collect::<Vec<_>>())
    };
    let everywhere = [
        (0, 24.0),
        (0, 44.0),
        (0, 84.0),
        (1, 24.0),
        (2, 24.0),
        (2, 44.0),
        (2, 84.0),
    ];
    assert_eq!(find(Occurrence::All, Pages::All).unwrap(), everywhere);
    assert_eq!(find(Occurrence::First, Pages::All).unwrap(), everywhere[..1]);
    assert_eq!(find(Occurrence::Last, Pages::All).unwrap(), everywhere[6..]);
    assert_eq!(find(Occurrence::Last, Pages::Range(1, 2)).unwrap(), everywhere[3..4]);
    assert_eq!(find(Occurrence::First, Pages::Last).unwrap(), everywhere[4..5]);
    for n in 1..=7 {
        assert_eq!(find(Occurrence::Nth(n), Pages::All).unwrap(), everywhere[n - 1..n]);
    }
    for n in [0, 8, usize::MAX] {
        assert_eq!(
            find(Occurrence::Nth(n), Pages::All).unwrap_err().kind(),
            ErrorKind::Argument
        );
    }
    assert_eq!(
        find(Occurrence::First, Pages::One(4)).unwrap_err().kind(),
        ErrorKind::Argument
    );
}

#[test]
fn shifted_and_refused() {
    let document = document(&[&object("", r#"<TextCode X="0" Y="6.8">公章</TextCode>"#)], "");
    let at = |text: &str, dx_mm, dy_mm| {
        let placement = Placement::Keyword {
            text: text.into(),
            occurrence: Occurrence::First,
            pages: Pages::All,
            dx_mm,
            dy_mm,
        };
        middles(&document, &placement)
    };
    assert_eq!(at("公章", 10.5, -20.0).unwrap(), [(0, 65.5, 85.0)]);
    for refused in [
        at("公章", 200.0, 0.0),
        at("公章", f64::NAN, 0.0),
        at(" \u{3000}", 0.0, 0.0),
        at("", 0.0, 0.0),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Argument);
    }
}

#[test]
fn an_unreadable_page_is_named() {
    let good = object("", r#"<TextCode X="0" Y="6.8">公章</TextCode>"#);
    let document = document(&[&good, "<Layer>"], "");
    assert!(placed(&document, &Placement::keyword("公章", Occurrence::First)).is_ok());
    let error = placed(&document, &Placement::keyword("公章", Occurrence::All)).unwrap_err();
    assert_eq!(
        (error.kind(), error.part()),
        (ErrorKind::Xml, Some("page 2 > /D/P1.xml"))
    );
}

#[test]
fn hostile_pages_are_cheap() {
    let started = Stopwatch::start();
    let first = |content: &str, keyword: &str| {
        placed(
            &document(&[content], ""),
            &Placement::keyword(keyword, Occurrence::First),
        )
    };
    let long = object(
        "",
        &format!(
            r#"<TextCode DeltaX="g 4000000000 0.001">{}</TextCode>"#,
            "a".repeat(2_000_000)
        ),
    );
    assert_eq!(first(&long, "a").unwrap_err().kind(), ErrorKind::Limit);
    assert!(first(&long, &("a".repeat(50_000) + "b")).is_err());
    let zeros = object(
        "",
        &format!(r#"<TextCode DeltaX="{}">ab</TextCode>"#, "g 0 1 ".repeat(300_000)),
    );
    assert!(first(&zeros, "ab").is_ok());
    let deep = "<PageBlock>".repeat(200) + &object("", "<TextCode>ab</TextCode>") + &"</PageBlock>".repeat(200);
    assert!(first(&deep, "ab").is_ok());
    let words = "<TextCode>公章</TextCode>".repeat(100_000);
    assert!(first(&object("", &words), &"公".repeat(100_000)).is_err());
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

proptest! {
    /// Whatever stands in the attributes: a place on the page or an error, never a panic.
    #[test]
    fn odd_numbers_are_survived(
        values in proptest::collection::vec(
            prop_oneof![
                "[-g0-9. ]{0,9}",
                Just("NaN".to_owned()), Just("1e308 1e308".to_owned()), Just("-1e308 1".to_owned()),
                Just("0 0 0 0 0 0".to_owned()), Just("1e200 0 0 1e200 0 0".to_owned()), Just("inf".to_owned()),
                Just("90".to_owned()), Just("g 9999999999 1e300".to_owned()),
            ],
            10,
        ),
    ) {
        let [boundary, size, matrix, scale, read, character, x, y, dx, dy] = &values[..] else { unreachable!() };
        let content = format!(
            r#"<Layer><TextObject Boundary="{boundary}" Size="{size}" CTM="{matrix}" HScale="{scale}" ReadDirection="{read}"
            CharDirection="{character}"><TextCode X="{x}" Y="{y}" DeltaX="{dx}" DeltaY="{dy}">公章公章</TextCode><TextCode
            X="{y}" DeltaX="{dy}">公章</TextCode></TextObject></Layer>"#
        );
        match placed(&document(&[&content], ""), &Placement::keyword("公章", Occurrence::First)) {
            Ok(stamps) => {
                let boundary = stamps[0].boundary;
                prop_assert!((0.0..=210.0).contains(&(boundary.x + 10.0)) && (0.0..=297.0).contains(&(boundary.y + 10.0)));
            }
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Argument, "{}", error),
        }
    }

    /// However a text is cut into codes and objects, its words are found where they stand.
    #[test]
    fn cuts_change_nothing(cuts in proptest::collection::vec(0..3_u8, 8), from in 0..8_usize, length in 1..6_usize) {
        let text: Vec<char> = "甲乙丙丁戊己庚辛".chars().collect();
        let word: String = text[from..(from + length).min(8)].iter().collect();
        let mut content = String::new();
        for (index, (character, cut)) in text.iter().zip(&cuts).enumerate() {
            let x = index * 4;
            let object = format!(r#"<TextObject Boundary="20 50 99 9" Size="4"><TextCode X="{x}" Y="6">"#);
            content += &match (index, cut) {
                (0, _) => object,
                (_, 0) => String::new(),
                (_, 1) => format!(r#"</TextCode><TextCode X="{x}" Y="6">"#),
                _ => format!("</TextCode></TextObject>{object}"),
            };
            content.push(*character);
        }
        let content = format!("<Layer>{content}</TextCode></TextObject></Layer>");
        let middle = 20.0 + 4.0 * (from as f64 + word.chars().count() as f64 / 2.0);
        prop_assert_eq!(all(&content, &word), [(middle, 54.56)]);
    }
}

/// Words of real documents and the middle of each, reckoned by hand from the numbers of its TextObject.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn words_of_real_documents() {
    let folder = std::path::PathBuf::from(std::env::var_os("SEALCORE_CORPUS").unwrap()).join("ofd");
    for (file, word, x, y) in [
        ("1ae9c40c__QAQtutu_ofdbox__发票.ofd", "电子普通发票", 121.33, 10.27),
        ("1ae9c40c__QAQtutu_ofdbox__发票.ofd", "管理员", 125.76, 127.14),
        ("1bd9c657__ofdrw_ofdrw__keyword.ofd", "不动产证明", 212.14, 22.30),
        (
            "1fbdf67b__ofdrw_ofdrw__testImageNotFound.ofd",
            "矿产资源勘查许可证",
            274.39,
            74.90,
        ),
    ] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let found = middles(&bytes, &Placement::keyword(word, Occurrence::First)).unwrap();
        let near = |one: f64, other: f64| (one - other).abs() < 0.05;
        assert!(
            matches!(found[..], [(0, found_x, found_y)] if near(found_x, x) && near(found_y, y)),
            "{file}: {word} at {found:?}"
        );
    }
}

/// Every real document can be searched, and no seal is put where its page is not.
#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn any_real_document_can_be_searched() {
    let folder = std::path::PathBuf::from(std::env::var_os("SEALCORE_CORPUS").unwrap()).join("ofd");
    let mut invoices = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "ofd") {
            continue;
        }
        match placed(
            &std::fs::read(&path).unwrap(),
            &Placement::keyword("发票", Occurrence::All),
        ) {
            Ok(stamps) => invoices += usize::from(!stamps.is_empty()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Argument, "{}: {error}", path.display()),
        }
    }
    assert!(invoices >= 4, "{invoices}");
}
