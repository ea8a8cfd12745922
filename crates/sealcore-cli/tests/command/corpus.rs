//! Real and hostile files.

use std::path::PathBuf;

use crate::support::{KEY, Place, all_files};

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS")).join("ofd")
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn a_whole_folder_at_once() {
    let place = Place::empty();
    let folder = corpus();
    let files = all_files(&folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|one| one == "ofd" || one == "esl"));
    let count = files.count();
    let run = place.run_words(&["verify", "--json", folder.to_str().unwrap()]);
    assert!(run.code == 1 || run.code == 4, "{run:?}");
    assert_eq!(run.json().len(), count);
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn hostile_packages_write_nothing_outside() {
    let place = Place::with_demo();
    std::fs::create_dir(place.path("work")).unwrap();
    let slip = corpus().join("e_zip_slip.ofd");
    let copy = place.path("work/slip.ofd");
    std::fs::copy(&slip, &copy).unwrap();
    let before = (all_files(&place.path(".")), all_files(&corpus()));
    place.run("verify work/slip.ofd").ends(1);
    let risks = place
        .run("inspect work/slip.ofd --json --risks")
        .ends(0)
        .json()
        .remove(0);
    assert!(!risks["risks"].as_array().unwrap().is_empty());
    place.run(&format!("sign work/slip.ofd -o work/out.ofd {KEY}")).ends(1);
    assert_eq!((all_files(&place.path(".")), all_files(&corpus())), before);
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_file_can_be_inspected() {
    let place = Place::empty();
    for file in all_files(&corpus())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|one| one == "ofd"))
    {
        let run = place.run_words(&["inspect", "--json", "--risks", file.to_str().unwrap()]);
        assert!(run.code == 0 || run.code == 4, "{}: {run:?}", file.display());
        assert_eq!(run.json().len(), 1);
    }
}
