use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::Stopwatch;
use crate::error::ErrorKind;
use crate::limits::Limits;
use crate::pdf::Pdf;
use crate::placement::Boundary;

/// A file of these objects, numbered from 1; the first is the catalog.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", index + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let xref = out.len();
    let count = objects.len() + 1;
    let mut table = format!("xref\n0 {count}\n0000000000 65535 f \n");
    for offset in offsets {
        writeln!(table, "{offset:010} 00000 n ").unwrap();
    }
    write!(
        table,
        "trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n"
    )
    .unwrap();
    out.extend(table.bytes());
    out
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dictionary}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

/// Builds a file of one page of ten by twenty inches.
struct Sample {
    /// What the page dictionary says besides.
    page: &'static str,
    fonts: &'static str,
    forms: &'static str,
    content: Vec<u8>,
    /// Objects from number 10 on.
    more: Vec<Vec<u8>>,
    limits: Limits,
}

/// Helvetica where every glyph is half an em wide.
const LATIN: &str = "/F <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 33\
                     /Widths[500 500]/FontDescriptor<</Type/FontDescriptor/Ascent 800/Descent -200/Flags 32/MissingWidth 500>>>>";

fn sample(content: impl Into<Vec<u8>>) -> Sample {
    Sample {
        page: "",
        fonts: LATIN,
        forms: "",
        content: content.into(),
        more: Vec::new(),
        limits: Limits::default(),
    }
}

impl Sample {
    fn bytes(&self) -> Vec<u8> {
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 720 1440]/Contents 4 0 R/Resources<</Font<<{}>>/XObject<<{}>>>>{}>>",
            self.fonts, self.forms, self.page
        );
        let mut objects = vec![
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            page.into_bytes(),
            stream("", &self.content),
        ];
        objects.resize(9, b"null".to_vec());
        objects.extend(self.more.iter().cloned());
        file(&objects)
    }

    fn search(&self, keyword: &str) -> Result<(Rc<Hits>, BTreeSet<String>)> {
        let bytes = self.bytes();
        let pdf = Pdf::open(bytes.as_slice(), &self.limits)?;
        let pages = pdf.latest().pages()?;
        let mut finder = Finder::new(pdf.latest(), &pages);
        let hits = finder.find(0, &Needle::new(keyword).unwrap())?;
        Ok((hits, finder.unreadable().clone()))
    }

    /// Boxes in hundredths of an inch.
    fn find(&self, keyword: &str) -> Vec<[i64; 4]> {
        let (hits, _) = self.search(keyword).unwrap();
        #[allow(clippy::cast_possible_truncation)]
        let round = |mm: f64| (mm / 0.254).round() as i64;
        hits.exact
            .iter()
            .map(|hit: &Boundary| hit.to_array().map(round))
            .collect()
    }

    fn count(&self, keyword: &str) -> usize {
        self.search(keyword).unwrap().0.exact.len()
    }
}

#[test]
fn latin_text_stands_where_it_is_shown() {
    // Size 72: an inch to the em, so a letter is 0.5 wide and 1 high, 0.8 of it over the baseline.
    let page = sample("BT /F 72 Tf 144 720 Td (Seal here) Tj ET");
    assert_eq!(page.find("here"), [[450, 920, 200, 100]]);
    assert_eq!(page.find("Seal here"), [[200, 920, 450, 100]]);
    assert_eq!(page.find("seal"), [[0; 4]; 0]);
    let (hits, _) = page.search("SEAL").unwrap();
    assert_eq!((hits.exact.len(), hits.folded.len()), (0, 1));
}

#[test]
fn text_state_counts() {
    for (content, expected) in [
        // Spaced letters: 0.5 + 0.25 each.
        ("BT 18 Tc /F 72 Tf 0 1368 Td (ab) Tj ET", [0, 20, 125, 100]),
        // Half as wide.
        ("BT 50 Tz /F 72 Tf 0 1368 Td (ab) Tj ET", [0, 20, 50, 100]),
        // A wide blank before.
        ("BT 36 Tw /F 72 Tf 0 1368 Td ( ab) Tj ET", [100, 20, 100, 100]),
        ("BT 36 Ts /F 72 Tf 0 1368 Td (ab) Tj ET", [0, -30, 100, 100]),
        ("BT 72 TL /F 72 Tf 72 1368 Td T* (ab) Tj ET", [100, 120, 100, 100]),
        ("BT /F 72 Tf 0 1440 TD 72 -72 TD (ab) ' ET", [100, 120, 100, 100]),
        ("BT /F 72 Tf 0 1368 Td 0 18 (ab) \" ET", [0, 20, 125, 100]),
        ("BT /F 1 Tf 72 0 0 72 72 1368 Tm (ab) Tj ET", [100, 20, 100, 100]),
        (
            "q 2 0 0 2 72 0 cm BT /F 36 Tf 36 684 Td (ab) Tj ET Q",
            [200, 20, 100, 100],
        ),
        ("BT /F 72 Tf 0 1368 Td [-1000 (ab)] TJ ET", [100, 20, 100, 100]),
        // Invisible.
        ("BT 3 Tr /F 72 Tf 0 1368 Td (ab) Tj ET", [0, 20, 100, 100]),
        // Mirrored twice: upright.
        ("BT /F -72 Tf -1 0 0 -1 0 1368 Tm (ab) Tj ET", [0, 20, 100, 100]),
        // A broken state does not leak.
        ("q /F 10 Tf Q Q Q BT /F 72 Tf 0 1368 Td (ab) Tj ET", [0, 20, 100, 100]),
    ] {
        assert_eq!(sample(content).find("ab"), [expected], "{content}");
    }
}

#[test]
fn text_in_pieces() {
    for content in [
        "BT /F 72 Tf 0 720 Td (Se) Tj (al) Tj ET",
        "BT /F 72 Tf 0 720 Td [(S) 20 (e) -500 (a) 5 (l)] TJ ET",
        "BT /F 72 Tf 0 720 Td (Se) Tj ET q BT /F 72 Tf 72 722 Td (al) Tj ET Q",
        "BT /F 72 Tf 0 720 Td (S) Tj 36 0 Td (e) Tj 36 0 Td (a) Tj 36 0 Td (l) Tj ET",
        "BT /F 72 Tf 0 720 Td (S e) Tj ( al) Tj ET",
    ] {
        assert_eq!(sample(content).count("Seal"), 1, "{content}");
    }
    for content in [
        // Another line, and far away.
        "BT /F 72 Tf 0 720 Td (Se) Tj 72 -72 Td (al) Tj ET",
        "BT /F 72 Tf 0 720 Td (Se) Tj 288 0 Td (al) Tj ET",
        "BT /F 72 Tf 0 720 Td (al) Tj 72 0 Td (Se) Tj ET",
    ] {
        assert_eq!(sample(content).count("Seal"), 0, "{content}");
    }
    // Written twice to look bold.
    let bold = sample("BT /F 72 Tf 0 720 Td (Seal) Tj 1 0 Td (Seal) Tj ET");
    assert_eq!(bold.count("Seal"), 1);
}

#[test]
fn several_streams_are_one_content() {
    let mut page = sample("");
    page.page = "/Contents [10 0 R 11 0 R]";
    page.more = vec![stream("", b"BT /F 72 Tf 0 1368 Td (Se) Tj"), stream("", b"(al) Tj ET")];
    assert_eq!(page.find("Seal"), [[0, 20, 200, 100]]);
}

/// Letters of a turned page lie as it is seen.
#[test]
fn turned_cropped_and_scaled_pages() {
    // In user space the text covers 2..4 inches across and 10..11 up.
    let content = "BT /F 72 Tf 144 734.4 Td (Seal) Tj ET";
    for (page, expected) in [
        ("/Rotate 0", [200, 900, 200, 100]),
        ("/Rotate 90", [1000, 200, 100, 200]),
        ("/Rotate 180", [600, 1000, 200, 100]),
        ("/Rotate 270", [900, 600, 100, 200]),
        ("/CropBox [72 144 576 1296]", [100, 700, 200, 100]),
        ("/CropBox [72 144 576 1296]/Rotate 90", [800, 100, 100, 200]),
        ("/UserUnit 2", [400, 1800, 400, 200]),
        ("/CropBox [72 144 576 1296]/Rotate -90/UserUnit .5", [350, 200, 50, 100]),
    ] {
        let mut sample = sample(content);
        sample.page = page;
        assert_eq!(sample.find("Seal"), [expected], "{page}");
    }
}

/// Two bytes a glyph, which only the ToUnicode CMap explains.
const CHINESE: &str = "/F <</Type/Font/Subtype/Type0/BaseFont/AAAAAA+SimSun/Encoding/Identity-H/ToUnicode 10 0 R/DescendantFonts\
    [<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
    /DW 1000/W[1[500] 8 9 500]/FontDescriptor<</Type/FontDescriptor/Ascent 859/Descent -141/Flags 4>>>>]>>";

fn chinese(content: &str) -> Sample {
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <0041> <0005> <00660069> endbfchar \
               1 beginbfrange <0002> <0004> [<7532> <65B9> <76d6>] endbfrange 1 beginbfrange <0020> <0030> <4e00> endbfrange";
    Sample {
        fonts: CHINESE,
        more: vec![stream("", map.as_bytes())],
        ..sample(content)
    }
}

#[test]
fn composite_fonts_by_their_to_unicode() {
    let page = chinese("BT /F 72 Tf 0 734.4 Td <0001 0002 0003> Tj [<0004>] TJ ET");
    assert_eq!(page.find("甲方盖"), [[50, 894, 300, 100]]);
    assert_eq!(page.find("A甲"), [[0, 894, 150, 100]]);
    // A glyph for two letters.
    let page = chinese("BT /F 72 Tf 0 720 Td <00050021> Tj ET");
    assert_eq!(page.find("fi丁"), [[0, 914, 200, 100]]);
    assert_eq!(page.find("i"), [[50, 914, 50, 100]]);
    // What is not known stands between.
    let page = chinese("BT /F 72 Tf 0 720 Td <000200990003> Tj ET");
    assert_eq!(page.count("甲方"), 0);
    assert!(page.search("甲方").unwrap().1.is_empty());
}

#[test]
fn predefined_chinese_cmaps() {
    let font = "/F <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/GBK-EUC-H/DescendantFonts[10 0 R]>>\
                /G <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[10 0 R]>>";
    let cid_font =
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)\
                     /Supplement 2>>/DW 1000/W[1 95 400 814 939 500]>>";
    let with = |content: &[u8]| Sample {
        fonts: font,
        more: vec![cid_font.to_vec()],
        ..sample(content)
    };
    let page = with(b"BT /F 72 Tf 0 1378.08 Td (No\xb9\xab\xd5\xc2) Tj ET");
    assert_eq!(page.find("公章"), [[100, 0, 200, 100]]);
    let page = with(b"BT /G 72 Tf 0 1378.08 Td <004E516C7AE0> Tj ET");
    assert_eq!(page.find("公章"), [[40, 0, 200, 100]]);
}

#[test]
fn vertical_writing() {
    let mut page = sample(b"BT /F 72 Tf 360 1440 Td <516C7AE0> Tj <516C> Tj ET");
    page.fonts = "/F <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-V/DescendantFonts[10 0 R]>>";
    page.more = vec![b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/DW2[860 -1000]>>".to_vec()];
    // Half an em left of the line, one em down each.
    assert_eq!(page.find("公章"), [[450, 0, 100, 200]]);
    assert_eq!(page.find("章公"), [[450, 100, 100, 200]]);
    // By its own numbers: less down, further left.
    page.more = vec![b"<</Type/Font/Subtype/CIDFontType0/W2[0 65535 -500 1000 860]>>".to_vec()];
    page.fonts =
        "/F <</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-V/ToUnicode 11 0 R/DescendantFonts[10 0 R]>>";
    page.more
        .push(stream("", b"1 beginbfrange <0000> <ffff> <0000> endbfrange"));
    assert_eq!(page.find("公章"), [[400, 0, 100, 150]]);
}

#[test]
fn simple_fonts_by_names_of_glyphs() {
    let mut page = sample("BT /F 72 Tf 0 1368 Td (\\001\\002x) Tj ET");
    page.fonts = "/F <</Type/Font/Subtype/TrueType/BaseFont/X/Encoding<</Differences[1/uni516C/uni7AE0 120/eacute]>>\
                  /FirstChar 1/Widths[1000 1000]/FontDescriptor<</Flags 4/Ascent 800/Descent 200/MissingWidth 250>>>>";
    assert_eq!(page.find("公章é"), [[0, 20, 225, 100]]);
}

#[test]
fn type_3_fonts_by_their_matrix() {
    let mut page = sample("BT /F 36 Tf 0 1368 Td (ab) Tj ET");
    page.fonts = "/F <</Type/Font/Subtype/Type3/FontBBox[0 -1 2 3]/FontMatrix[.5 0 0 .5 0 0]/FirstChar 97/Widths[4 2]\
                  /Encoding<</Differences[97/a/b]>>/CharProcs<<>>>>";
    assert_eq!(page.find("ab"), [[0, 25, 150, 100]]);
    assert_eq!(page.find("b"), [[100, 25, 50, 100]]);
}

#[test]
fn forms_inside_one_another() {
    let mut page = sample("q 2 0 0 2 0 0 cm /A Do Q BT /F 72 Tf 0 1368 Td (out) Tj ET");
    page.forms = "/A 10 0 R";
    page.more = vec![
        stream(
            "/Type/XObject/Subtype/Form/BBox[0 0 999 999]/Matrix[1 0 0 1 36 0]/Resources<</XObject<</A 11 0 R/B 10 0 R>>>>",
            b"q q 1 0 0 1 0 36 cm /A Do /B Do /None Do",
        ),
        // Old files name no resources of their own.
        stream(
            "/Subtype/Form/BBox[0 0 999 999]",
            b"BT /F 36 Tf 36 36 Td (in) Tj Q Q Q Q",
        ),
    ];
    page.more[1] = stream(
        &format!("/Subtype/Form/BBox[0 0 999 999]/Resources<</Font<<{LATIN}>>>>"),
        b"BT /F 36 Tf 36 36 Td (in) Tj Q Q Q Q",
    );
    // Twice as large: (36 + 36) * 2 across, (36 + 36) * 2 up.
    assert_eq!(page.find("in"), [[200, 1720, 100, 100]]);
    assert_eq!(page.find("out"), [[0, 20, 150, 100]]);
    page.more[1] = stream("/Subtype/Form/BBox[0 0 999 999]", b"BT /F 36 Tf 36 36 Td (in) Tj");
    page.more[0] = stream("/Subtype/Form/BBox[0 0 999 999]", b"BT /F 36 Tf 36 36 Td (in) Tj");
    assert_eq!(page.find("in"), [[100, 1820, 100, 100]]);
}

#[test]
fn fonts_that_say_nothing_are_named() {
    let mut page = sample("BT /F 72 Tf 0 720 Td (\\001\\002) Tj /G 9 Tf (ab) Tj /Missing 9 Tf (ab) Tj ET");
    page.fonts = "/F <</Type/Font/Subtype/Type0/BaseFont/ABCDEF+FZSSK/Encoding/Identity-H/DescendantFonts[<<>>]>>\
                  /G <</Type/Font/Subtype/TrueType/BaseFont/Seals/FontDescriptor<</Flags 4>>>>\
                  /Unused <</Type/Font/Subtype/TrueType/BaseFont/Unused/FontDescriptor<</Flags 4>>>>";
    let (hits, unreadable) = page.search("公章").unwrap();
    assert_eq!(hits.len(), 0);
    assert_eq!(
        unreadable.into_iter().collect::<Vec<_>>(),
        ["/Missing", "ABCDEF+FZSSK", "Seals"]
    );
}

#[test]
fn inline_images_do_not_end_the_text() {
    let page =
        sample(b"BI /W 9/H 1/CS/G/BPC 8 ID (\x00\xff\x80EI (((\xee\xef EI BT /F 72 Tf 0 1368 Td (ab) Tj ET".to_vec());
    assert_eq!(page.find("ab"), [[0, 20, 100, 100]]);
}

#[test]
fn hostile_pages_end() {
    let started = Stopwatch::start();
    // Twenty levels of forms, each showing the next one a hundred times.
    let mut bomb = sample("/A Do ".repeat(100));
    bomb.forms = "/A 10 0 R";
    for level in 0..20 {
        let next = format!(
            "/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A {} 0 R>>>>",
            level + 11
        );
        bomb.more.push(stream(&next, "/A Do ".repeat(100).as_bytes()));
    }
    bomb.limits.part_bytes = 4 << 20;
    assert_eq!(bomb.search("x").unwrap_err().kind(), ErrorKind::Limit);
    // States that are saved and never restored, and text without an end.
    assert_eq!(sample("q ".repeat(1 << 19)).count("x"), 0);
    assert_eq!(sample("Q ".repeat(1 << 19)).count("x"), 0);
    assert_eq!(sample(format!("BT /F 1 Tf ({}", "a".repeat(1 << 20))).count("a"), 0);
    // Numbers that lead nowhere.
    let far = "BT /F 1e9 Tf 99999999999999999999 0 0 99999999999999999999 0 0 Tm (ab) Tj ET ".repeat(30);
    assert_eq!(
        sample(format!("{}{far}", "99999999999999999999 0 0 9 0 0 cm ".repeat(40))).count("ab"),
        0
    );
    // Too many places.
    let full = sample(format!("BT /F 1 Tf ({}) Tj ET", "ab".repeat(crate::text::MAX_HITS + 1)));
    assert_eq!(full.search("a").unwrap_err().kind(), ErrorKind::Limit);
    // A million fonts that are not there.
    assert_eq!(sample("/None 1 Tf ".repeat(1 << 16)).count("x"), 0);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_content_is_searched(content in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = sample(content).search("a");
    }

    #[test]
    fn nearly_content_is_searched(
        content in r"(\(a\) Tj |\[\(a\) -9 \(b\)\] TJ |BT |ET |q |Q |/F 9 Tf |/A Do |[0-9-]{1,5} |Td |Tm |cm |Tc |Tz |' |\x22 |T\* |<6162> Tj ){0,60}"
    ) {
        let mut page = sample(content);
        page.forms = "/A 10 0 R";
        page.more = vec![stream("/Subtype/Form", b"/A Do (a) Tj q /A Do")];
        let (hits, _) = page.search("a").unwrap();
        prop_assert!(hits.exact.iter().all(|hit| hit.to_array().iter().all(|number| number.is_finite())));
    }

    /// Wherever on the page, however turned: the box lies where the text was put.
    #[test]
    fn turned_text_is_found_where_it_is(turn in 0..4_u8, x in 100..500_i32, y in 300..1100_i32, size in 8..40_i32) {
        let (cos, sin) = [(1, 0), (0, 1), (-1, 0), (0, -1)][usize::from(turn)];
        let page = sample(format!("BT /F {size} Tf {cos} {sin} {} {cos} {x} {y} Tm (xyab) Tj ET", -sin));
        let (hits, _) = page.search("ab").unwrap();
        prop_assert_eq!(hits.exact.len(), 1);
        let hit = hits.exact[0];
        // The middle of "ab": 1.5 em along, 0.3 em up.
        let (along, up) = (1.5 * f64::from(size), 0.3 * f64::from(size));
        let (cos, sin) = (f64::from(cos), f64::from(sin));
        let (middle_x, middle_y) = (f64::from(x) + along * cos - up * sin, f64::from(y) + along * sin + up * cos);
        let mm = 25.4 / 72.0;
        prop_assert!((hit.x + hit.width / 2.0 - middle_x * mm).abs() < 1e-6);
        prop_assert!((hit.y + hit.height / 2.0 - (1440.0 - middle_y) * mm).abs() < 1e-6);
    }
}
