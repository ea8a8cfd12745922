//! Fields that are there and fields that are made.

use sealcore::error::ErrorKind;
use sealcore::pdf::{FieldLock, Object, Permission, SignRequest};
use sealcore::seal::Generation;

use crate::base::{Base, KINDS, Kind};
use crate::house::{annotations, field, in_catalog, judged, seal, sign, signed, value};
use crate::support::{World, now};

/// A document with the empty signature field `form.sign here`, and a text field.
fn form(kind: Kind, widget: &str) -> Base {
    Base::new(kind)
        .page("/MediaBox [0 0 595 842] /Annots [102 0 R 103 0 R]")
        .catalog("/AcroForm <</Fields [101 0 R 103 0 R] /DR <</Font <<>>>> /DA (/Helv 0 Tf)>>")
        .object(101, "<</T (form) /Kids [102 0 R]>>")
        .object(
            102,
            &format!(
                "<</Type /Annot /Subtype /Widget /FT /Sig /Parent 101 0 R /T (sign here) /F 4 /P 10 0 R {widget}>>"
            ),
        )
        .object(
            103,
            "<</Type /Annot /Subtype /Widget /FT /Tx /T (text) /V (x) /Rect [0 0 9 9] /P 10 0 R>>",
        )
}

const NAME: &str = "form.sign here";

#[test]
fn an_empty_field_is_used() {
    let world = World::new();
    for kind in KINDS {
        let base = form(kind, "/Rect [100 100 300 250]").build();
        let seal = seal(&world, Generation::V4);
        let mut request = SignRequest::seal(&seal, world.certificate(), now(), &[]);
        request.field = Some(NAME);
        let sealed = sign(&base, &request, &world.signer).unwrap();
        assert_eq!(judged(&world, &sealed), [format!("{NAME} Intact Whole None")]);
        let dictionary = field(&sealed, NAME);
        assert!(dictionary.get("V").is_some());
        assert_eq!(dictionary.get("F").and_then(Object::as_integer), Some(4));
        let appearance = dictionary.get("AP").unwrap();
        // 40 by 30 mm in the middle of 200 by 150 points: the box is that of the field.
        let bbox = value(&sealed, appearance, &["N", "BBox"]);
        let numbers: Vec<f64> = bbox.as_array().unwrap().iter().filter_map(Object::as_number).collect();
        assert!((numbers[2] - numbers[0] - 200.0).abs() < 0.01 && (numbers[3] - numbers[1] - 150.0).abs() < 0.01);
        assert_eq!(annotations(&sealed, 0).len(), 2);
        // The form stays, with its flags.
        assert_eq!(in_catalog(&sealed, &["AcroForm", "SigFlags"]).as_integer(), Some(3));
        assert_eq!(
            in_catalog(&sealed, &["AcroForm", "DA"]).as_text().unwrap(),
            "/Helv 0 Tf"
        );
        let again = sign(&sealed, &request, &world.signer).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Refused);
    }
}

#[test]
fn fields_that_do_not_fit() {
    let world = World::new();
    let seal = seal(&world, Generation::V4);
    let base = form(Kind::Table, "/Rect [100 100 200 150]").build();
    let mut request = SignRequest::seal(&seal, world.certificate(), now(), &[]);
    let mut refused = |name: &'static str, kind: ErrorKind| {
        request.field = Some(name);
        let error = sign(&base, &request, &world.signer).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    };
    refused(NAME, ErrorKind::Argument);
    refused("text", ErrorKind::Argument);
    refused("form", ErrorKind::Argument);
    refused("a.b", ErrorKind::Argument);
    refused("", ErrorKind::Argument);
}

#[test]
fn names_of_new_fields() {
    let world = World::new();
    let base = form(Kind::Table, "/Rect [0 0 0 0]").build();
    let once = signed(&world, &base, |_| {}).unwrap();
    let twice = signed(&world, &once, |request| request.field = Some("盖章处")).unwrap();
    let thrice = signed(&world, &twice, |_| {}).unwrap();
    let names: Vec<_> = judged(&world, &thrice);
    for (line, name) in names.iter().zip(["Signature1", "盖章处", "Signature2"]) {
        let after = if name == "Signature2" { "None" } else { "Permitted" };
        assert_eq!(*line, format!("{name} Intact Whole {after}"));
    }
    // An invisible field has no size and lies on the first page.
    let made = field(&thrice, "盖章处");
    let rectangle = made.get("Rect").unwrap().as_array().unwrap();
    assert!(rectangle.iter().all(|number| number.as_number() == Some(0.0)));
    assert_eq!(made.get("F").and_then(Object::as_integer), Some(132));
    assert_eq!(made.get("P").unwrap().as_reference().unwrap().number, 10);
}

#[test]
fn lists_that_are_objects_of_their_own() {
    let world = World::new();
    let base = Base::new(Kind::Stream)
        .page("/MediaBox [0 0 595 842] /Annots 105 0 R")
        .catalog("/AcroForm 103 0 R /Perms 106 0 R")
        .object(103, "<</Fields 104 0 R>>")
        .object(104, "[]")
        .object(105, "[]")
        .object(106, "<</Other 1>>")
        .build();
    let signed = signed(&world, &base, |request| request.certify = Some(Permission::FormFilling)).unwrap();
    assert_eq!(judged(&world, &signed), ["Signature1 Intact Whole None"]);
    assert_eq!(annotations(&signed, 0).len(), 1);
    assert_eq!(in_catalog(&signed, &["Perms", "Other"]).as_integer(), Some(1));
    assert_eq!(
        in_catalog(&signed, &["Perms", "DocMDP", "Reference", "0", "TransformParams", "P"]).as_integer(),
        Some(2)
    );
    let tail = String::from_utf8_lossy(&signed[base.len()..]).into_owned();
    assert!(
        !tail.contains("10 0 obj") && !tail.contains("\n1 0 obj"),
        "page and catalog are as they were"
    );
}

#[test]
fn locks_are_written_and_those_of_fields_followed() {
    let world = World::new();
    let base = form(
        Kind::Table,
        "/Rect [0 0 0 0] /Lock <</Type /SigFieldLock /Action /Include /Fields [(text)] /P 1>>",
    )
    .build();
    let locked = signed(&world, &base, |request| request.field = Some(NAME)).unwrap();
    let dictionary = field(&locked, NAME);
    let reference = |number: &str, keys: &[&str]| {
        value(
            &locked,
            dictionary.get("V").unwrap(),
            &[&["Reference", number], keys].concat(),
        )
    };
    assert_eq!(reference("0", &["TransformMethod"]).as_name(), Some(&b"DocMDP"[..]));
    assert_eq!(reference("0", &["TransformParams", "P"]).as_integer(), Some(1));
    assert_eq!(reference("1", &["TransformMethod"]).as_name(), Some(&b"FieldMDP"[..]));
    assert_eq!(
        reference("1", &["TransformParams", "Action"]).as_name(),
        Some(&b"Include"[..])
    );
    assert_eq!(
        reference("1", &["TransformParams", "Fields", "0"]).as_text().unwrap(),
        "text"
    );
    // That of the field is not a certification of the document.
    assert!(in_catalog(&locked, &["Perms"]).is_null());
    // P=1: nothing more.
    let error = signed(&world, &locked, |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = signed(&world, &base, |request| {
        request.field = Some(NAME);
        request.lock = Some(FieldLock::All);
    });
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Refused);

    let made = signed(&world, &Base::new(Kind::Table).build(), |request| {
        request.lock = Some(FieldLock::Exclude(vec!["open".to_owned()]));
    })
    .unwrap();
    let lock = field(&made, "Signature1");
    assert_eq!(
        value(&made, lock.get("Lock").unwrap(), &["Action"]).as_name(),
        Some(&b"Exclude"[..])
    );
}

#[test]
fn seed_values() {
    let world = World::new();
    let with = |seed: &str, change: &dyn Fn(&mut SignRequest<'_>)| {
        let base = form(Kind::Table, &format!("/Rect [0 0 0 0] /SV <<{seed}>>")).build();
        signed(&world, &base, |request| {
            request.field = Some(NAME);
            change(request);
        })
    };
    let nothing = |_: &mut SignRequest<'_>| {};
    for met in [
        "/Filter /Adobe.PPKLite",
        "/Ff 1 /Filter /DJ.GMPkiLite",
        "/Ff 2 /SubFilter [/x /GM.sm2cms.detached]",
        "/Ff 64 /DigestMethod [(SHA256) (SM3)]",
        "/Ff 8 /Reasons [(.)]",
        "/Ff 4 /V 2",
        "/MDP <</P 0>>",
        "/TimeStamp <</URL (http://example) /Ff 0>>",
    ] {
        assert!(with(met, &nothing).is_ok(), "{met}");
    }
    for unmet in [
        "/Ff 1 /Filter /Adobe.PPKLite",
        "/Ff 2 /SubFilter [/ETSI.CAdES.detached]",
        "/Ff 64 /DigestMethod [(SHA256)]",
        "/Ff 8 /Reasons [(approved)]",
        "/Ff 4 /V 9",
        "/Ff 32 /AddRevInfo true",
        "/Ff 128 /LockDocument /true",
        "/TimeStamp <</URL (http://example) /Ff 1>>",
        "/Cert <</Ff 1 /Subject [<3000>]>>",
        "/Cert <</Ff 2 /Issuer [<3000>]>>",
    ] {
        let error = with(unmet, &nothing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{unmet}");
    }
    let approved = with("/Ff 8 /Reasons [(no) (approved)]", &|request| {
        request.reason = Some("approved")
    });
    assert!(approved.is_ok());
    let certified = with("/MDP <</P 3>>", &nothing).unwrap();
    assert!(!in_catalog(&certified, &["Perms", "DocMDP"]).is_null());
    let error = with("/MDP <</P 0>>", &|request| {
        request.certify = Some(Permission::Annotations)
    })
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}
