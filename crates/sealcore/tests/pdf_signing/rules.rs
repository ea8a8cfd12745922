//! What earlier signatures and the encryption of a document permit.

use sealcore::error::ErrorKind;
use sealcore::pdf::{FieldLock, Permission, SignRequest};
use sealcore::placement::{Pages, Placement, Side};
use sealcore::seal::Generation;

use crate::base::{Base, Kind};
use crate::house::{in_catalog, judged, seal, sign, signed};
use crate::support::{World, now};

#[test]
fn certification_comes_first_and_binds() {
    let world = World::new();
    let base = Base::new(Kind::Table).pages(2).build();
    let certified = |permission| signed(&world, &base, |request| request.certify = Some(permission)).unwrap();
    for permission in [Permission::NoChanges, Permission::FormFilling, Permission::Annotations] {
        let once = certified(permission);
        assert_eq!(judged(&world, &once), ["Signature1 Intact Whole None"]);
        let keys = ["Perms", "DocMDP", "Reference", "0", "TransformParams", "P"];
        assert_eq!(in_catalog(&once, &keys).as_integer(), Some(permission.number()));
        let again = signed(&world, &once, |request| request.certify = Some(permission)).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Refused);
    }
    let error = signed(&world, &certified(Permission::NoChanges), |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("P=1"), "{error}");
    let forced = signed(&world, &certified(Permission::NoChanges), |request| {
        request.ignore_permissions = true;
    });
    assert_eq!(judged(&world, &forced.unwrap()).len(), 2);
    // A seam needs annotations, which P=2 forbids and P=3 does not.
    let seal = seal(&world, Generation::V4);
    let placements = [Placement::seam(Pages::All, Side::Left)];
    let request = SignRequest::seal(&seal, world.certificate(), now(), &placements);
    let error = sign(&certified(Permission::FormFilling), &request, &world.signer).unwrap_err();
    assert!(error.to_string().contains("P=2"), "{error}");
    assert!(sign(&certified(Permission::Annotations), &request, &world.signer).is_ok());
    let once = signed(&world, &base, |_| {}).unwrap();
    let late = signed(&world, &once, |request| request.certify = Some(Permission::FormFilling)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Refused);
}

#[test]
fn locked_fields_are_not_signed() {
    let world = World::new();
    let base = Base::new(Kind::Stream).build();
    let locked = |lock: FieldLock| signed(&world, &base, |request| request.lock = Some(lock)).unwrap();
    let list = || vec!["Signature2".to_owned()];
    for (lock, permitted) in [
        (FieldLock::All, false),
        (FieldLock::Include(list()), false),
        (FieldLock::Exclude(list()), true),
        (FieldLock::Include(vec!["other".to_owned()]), true),
    ] {
        let once = locked(lock.clone());
        match signed(&world, &once, |_| {}) {
            Ok(_) => assert!(permitted, "{lock:?}"),
            Err(error) => {
                assert!(!permitted, "{lock:?}: {error}");
                assert_eq!(error.kind(), ErrorKind::Refused);
                assert!(error.to_string().contains("locks the field “Signature2”"), "{error}");
            }
        }
    }
}
