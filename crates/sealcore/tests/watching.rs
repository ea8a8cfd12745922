//! Inspection is watched: what the monitor is told, and that it ends where the monitor says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/pdf/mod.rs"]
mod pdf;
mod support;

use std::sync::Mutex;

use pdf::{Doc, KINDS, Kind, Plan, sample, stream};
use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::limits::Limits;
use sealcore::monitor::{Monitor, Unwatched};
use sealcore::ofd::Placement;
use sealcore::pdf::{Pdf, SignRequest, prepare};
use sealcore::placement::Occurrence;
use sealcore::seal::Generation;
use support::World;

/// Notes what it is told, and cancels at the call with a number.
struct Noting {
    told: Mutex<Vec<u64>>,
    cancels_at: Option<usize>,
}

impl Noting {
    fn new(cancels_at: Option<usize>) -> Self {
        Self {
            told: Mutex::default(),
            cancels_at,
        }
    }

    fn told(self) -> Vec<u64> {
        self.told.into_inner().unwrap()
    }
}

impl Monitor for Noting {
    fn advance(&self, bytes: u64) -> bool {
        let mut told = self.told.lock().unwrap();
        told.push(bytes);
        self.cancels_at.is_none_or(|at| told.len() < at)
    }
}

/// A PDF of many pages with a drawing each, updated once.
fn many_pages(kind: Kind, pages: u32) -> Vec<u8> {
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 3 + 2 * page)).collect();
    let mut objects = vec![
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (
            2,
            format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>").into_bytes(),
        ),
    ];
    for page in 0..pages {
        let number = 3 + 2 * page;
        let own = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents {} 0 R >>",
            number + 1
        );
        objects.push((number, own.into_bytes()));
        let drawing = format!("{page} 10 100 100 re f % {}", "x".repeat(300));
        objects.push((number + 1, stream("", drawing.as_bytes())));
    }
    let doc = Doc::new(kind, 1, None, &objects);
    doc.increment(|update| update.edit(3, "Rotate", "90")).bytes
}

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let world = World::new();
    let ofd = world.sealed(&support::document(700), Generation::V4);
    let signed = Plan::seal("Seal1").sign(&sample(Kind::Stream), &|_| vec![0x30, 0]);
    let mut all = vec![
        ("ofd", ofd),
        ("seal", world.seal(Generation::V5).der().to_vec()),
        ("signed", signed.doc.bytes),
    ];
    all.extend(KINDS.map(|kind| ("pages", many_pages(kind, 600))));
    all
}

#[test]
fn the_monitor_is_told_of_the_size_and_changes_nothing() {
    let limits = Limits::default();
    for (name, bytes) in documents() {
        let document = Document::from_bytes(&bytes, &limits).unwrap();
        for with_risks in [false, true] {
            let noting = Noting::new(None);
            let watched = document.inspect(with_risks, &limits, &noting).unwrap();
            let told = noting.told();
            let sum: u64 = told.iter().sum();
            // Two looks are told of by halves, and each report of one may lose a byte.
            let seldom = told.len() as u64;
            assert!(
                sum <= document.size() && sum + seldom >= document.size(),
                "{name}: {sum} of {} in {seldom}",
                document.size()
            );
            assert_eq!(told[0], 0, "{name}: it is asked before the work begins");
            if name == "pages" || name == "ofd" {
                assert!(told.len() > 3, "{name} {told:?}");
            }
            let unwatched = document.inspect(with_risks, &limits, &Unwatched).unwrap();
            let lang = sealcore::lang::Lang::En;
            assert_eq!(watched.to_json(lang), unwatched.to_json(lang), "{name}");
            // The value of that signature is none.
            assert_eq!(watched.problems().len(), usize::from(name == "signed"), "{name}");
        }
    }
}

#[test]
fn whenever_it_is_cancelled_it_ends_there() {
    let limits = Limits::default();
    for (name, bytes) in documents() {
        for with_risks in [false, true] {
            // Opened anew each time: what was read once is kept for a while.
            let inspect = |noting: &Noting| {
                let document = Document::from_bytes(&bytes, &limits).unwrap();
                document.inspect(with_risks, &limits, noting).map(|_| ())
            };
            let whole = Noting::new(None);
            inspect(&whole).unwrap();
            for at in 1..=whole.told().len() {
                let noting = Noting::new(Some(at));
                let error = inspect(&noting).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{name} at {at}: {error}");
                assert_eq!(noting.told().len(), at, "{name}: asked again after it had cancelled");
            }
        }
    }
}

/// A monitor need not remember what it said.
#[test]
fn cancelling_once_is_enough() {
    let limits = Limits::default();
    let bytes = many_pages(Kind::Table, 600);
    for at in [1, 2, 3, 5] {
        let document = Document::from_bytes(&bytes, &limits).unwrap();
        let calls = Mutex::new(0);
        let once = |_: u64| {
            let mut calls = calls.lock().unwrap();
            *calls += 1;
            *calls != at
        };
        let error = document.inspect(true, &limits, &once).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
}

/// The pages are searched before anything is digested.
#[test]
fn the_search_for_a_keyword_is_cancelled_too() {
    let world = World::new();
    let seal = world.seal(Generation::V4);
    let limits = Limits::default();
    let bytes = many_pages(Kind::Table, 600);
    let placements = [Placement::keyword("nowhere", Occurrence::First)];
    let request = SignRequest::seal(&seal, world.certificate(), support::now(), &placements);
    let prepared = |noting: &Noting| {
        let pdf = Pdf::open(&bytes, &limits).unwrap();
        prepare(&pdf, &request, &limits, noting).map(|_| ()).unwrap_err().kind()
    };
    let whole = Noting::new(None);
    assert_eq!(prepared(&whole), ErrorKind::Argument, "it is not there");
    let told = whole.told();
    assert!(told.len() > 4 && told.iter().all(|bytes| *bytes == 0), "{told:?}");
    for at in 1..=told.len() {
        let noting = Noting::new(Some(at));
        assert_eq!(prepared(&noting), ErrorKind::Cancelled, "at {at}");
        assert_eq!(noting.told().len(), at, "asked again after it had cancelled");
    }
}

/// A form that is kept is run again and again without a look at the file.
#[test]
fn forms_that_show_forms_are_cancelled_too() {
    let world = World::new();
    let seal = world.seal(Generation::V4);
    let limits = Limits::default();
    let shows = "/A Do ".repeat(100);
    let form = |number: u32, next: u32| {
        let own =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A {next} 0 R >> >>");
        (number, stream(&own, shows.as_bytes()))
    };
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec()),
        (
            3,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >> >>"
                .to_vec(),
        ),
        (4, stream("", shows.as_bytes())),
        form(5, 6),
        (6, stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", shows.as_bytes())),
    ];
    let bytes = Doc::new(Kind::Table, 1, None, &objects).bytes;
    let placements = [Placement::keyword("nowhere", Occurrence::First)];
    let request = SignRequest::seal(&seal, world.certificate(), support::now(), &placements);
    let pdf = Pdf::open(&bytes, &limits).unwrap();
    let noting = Noting::new(None);
    prepare(&pdf, &request, &limits, &noting).map(|_| ()).unwrap_err();
    // Ten thousand runs of 600 bytes.
    let asked = noting.told().len();
    assert!(asked > 60, "{asked}");
    let noting = Noting::new(Some(asked / 2));
    let error = prepare(&pdf, &request, &limits, &noting).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn limits_count() {
    let mut limits = Limits::default();
    let bytes = many_pages(Kind::Table, 30);
    limits.pages = 29;
    let document = Document::from_bytes(&bytes, &limits).unwrap();
    let error = document.inspect(false, &limits, &Unwatched).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
