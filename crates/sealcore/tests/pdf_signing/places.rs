//! Where seals are shown.

use sealcore::pdf::{Object, SignRequest};
use sealcore::placement::{Pages, Placement, Side};
use sealcore::seal::Generation;

use crate::base::{Base, Kind};
use crate::house::{annotations, field, judged, seal, sign, value};
use crate::support::{World, now};

const POINTS: f64 = 72.0 / 25.4;

fn numbers(object: &Object) -> Vec<f64> {
    object
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Object::as_number)
        .collect()
}

fn close(found: &[f64], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len());
    for (one, other) in found.iter().zip(wanted) {
        assert!((one - other).abs() < 0.01, "{found:?}, not {wanted:?}");
    }
}

#[test]
fn one_place_is_the_widget_of_the_field() {
    let world = World::new();
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::At {
        pages: Pages::One(2),
        x_mm: 50.0,
        y_mm: 60.0,
    }];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let (x, y, w, h) = (50.0 * POINTS, 60.0 * POINTS, 40.0 * POINTS, 30.0 * POINTS);
    // Left, bottom, right, top of the crop box.
    let (x0, y0, x1, y1) = (10.0, 20.0, 610.0, 820.0);
    for (rotate, wanted, matrix) in [
        (0, [x0 + x, y1 - y - h, x0 + x + w, y1 - y], None),
        (
            90,
            [x0 + y, y0 + x, x0 + y + h, y0 + x + w],
            Some([0.0, 1.0, -1.0, 0.0]),
        ),
        (
            180,
            [x1 - x - w, y0 + y, x1 - x, y0 + y + h],
            Some([-1.0, 0.0, 0.0, -1.0]),
        ),
        (
            270,
            [x1 - y - h, y1 - x - w, x1 - y, y1 - x],
            Some([0.0, -1.0, 1.0, 0.0]),
        ),
    ] {
        let page = format!("/MediaBox [0 0 700 900] /CropBox [10 20 610 820] /Rotate {rotate}");
        let base = Base::new(Kind::Table).pages(2).page(&page).build();
        let sealed = sign(&base, &request, &world.signer).unwrap();
        assert_eq!(judged(&world, &sealed), ["Signature1 Intact Whole None"]);
        let widget = field(&sealed, "Signature1");
        close(&numbers(widget.get("Rect").unwrap()), &wanted);
        assert_eq!(
            widget.get("P").unwrap().as_reference().unwrap().number,
            Base::page_number(1)
        );
        assert_eq!((annotations(&sealed, 0).len(), annotations(&sealed, 1).len()), (0, 1));
        let appearance = value(&sealed, widget.get("AP").unwrap(), &["N"]);
        let appearance = appearance.as_dictionary().unwrap();
        close(&numbers(appearance.get("BBox").unwrap()), &[0.0, 0.0, w, h]);
        match matrix {
            Some(matrix) => close(&numbers(appearance.get("Matrix").unwrap())[..4], &matrix),
            None => assert!(appearance.get("Matrix").is_none()),
        }
    }
}

#[test]
fn a_unit_of_the_user_makes_the_box_smaller() {
    let world = World::new();
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::At {
        pages: Pages::One(1),
        x_mm: 0.0,
        y_mm: 0.0,
    }];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let base = Base::new(Kind::Table)
        .page("/MediaBox [0 0 300 400] /UserUnit 2")
        .build();
    let sealed = sign(&base, &request, &world.signer).unwrap();
    let (w, h) = (20.0 * POINTS, 15.0 * POINTS);
    close(
        &numbers(field(&sealed, "Signature1").get("Rect").unwrap()),
        &[0.0, 400.0 - h, w, 400.0],
    );
}

#[test]
fn a_seam_seal_is_one_signature() {
    let world = World::new();
    let seal = seal(&world, Generation::V5);
    let placements = [
        Placement::seam(Pages::All, Side::Right),
        Placement::At {
            pages: Pages::Last,
            x_mm: 10.0,
            y_mm: 10.0,
        },
    ];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let base = Base::new(Kind::Stream).pages(4).page("/MediaBox [0 0 600 800]").build();
    let sealed = sign(&base, &request, &world.signer).unwrap();
    assert_eq!(judged(&world, &sealed), ["Signature1 Intact Whole None"]);
    let slice = 10.0 * POINTS;
    for page in 0..4 {
        let all = annotations(&sealed, page);
        assert_eq!(all.len(), if page == 3 { 2 } else { 1 });
        let rectangle = numbers(all[0].get("Rect").unwrap());
        assert!((rectangle[2] - 600.0).abs() < 0.01 && (rectangle[2] - rectangle[0] - slice).abs() < 0.01);
        let subtype = all[0].get("Subtype").unwrap().as_name().unwrap();
        assert_eq!(subtype, if page == 0 { &b"Widget"[..] } else { b"Stamp" });
        let flags = all[0].get("F").unwrap().as_integer().unwrap();
        assert_eq!(flags & 132, 132, "printed and locked");
        let number = Base::page_number(page);
        assert_eq!(all[0].get("P").unwrap().as_reference().unwrap().number, number);
    }
    // The same placements on a second signature: its own field, its own strips.
    let twice = sign(&sealed, &request, &world.signer).unwrap();
    assert_eq!(judged(&world, &twice)[1], "Signature2 Intact Whole None");
    assert_eq!(annotations(&twice, 1).len(), 2);
}

#[test]
fn places_that_look_alike_share_their_appearance() {
    let world = World::new();
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::At {
        pages: Pages::All,
        x_mm: 10.0,
        y_mm: 10.0,
    }];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let base = Base::new(Kind::Table).pages(200).build();
    let sealed = sign(&base, &request, &world.signer).unwrap();
    let appearances: std::collections::HashSet<_> = (0..200)
        .map(|page| {
            let appearance = annotations(&sealed, page)[0].get("AP").unwrap().clone();
            appearance
                .as_dictionary()
                .unwrap()
                .get("N")
                .unwrap()
                .as_reference()
                .unwrap()
        })
        .collect();
    assert_eq!(appearances.len(), 1);
}
