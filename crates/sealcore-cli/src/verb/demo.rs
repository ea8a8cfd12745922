//! `demo`: the main job with nothing but this command.

use std::path::{Path, PathBuf};

use sealcore::asn1::Time;
use sealcore::document::Document;
use sealcore::error::{Error, Result};
use sealcore::key::Signer as _;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd;
use sealcore::pdf::{self, Pdf};
use sealcore::placement::{Occurrence, Pages, Placement, Side};
use sealcore::report::{Report, Verdict, render};
use sealcore::seal::{Generation, Picture, Seal, SealRequest};
use sealcore::text;
use sealcore::verify::VerifyOptions;

use crate::demo::folder::Folder;
use crate::demo::house::House;
use crate::demo::{self, picture, readme};
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::{clock, trust};
use sealcore_system::Random;

/// Width and height of the seal, in millimetres.
const SEAL_MM: i64 = 40;

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder to make; one that demo made is made anew / 要生成的目录；由 demo 生成的目录会被重建
    #[arg(value_name = "DIR", default_value = "./sealcore-demo")]
    folder: PathBuf,
}

pub(crate) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let now = clock::now();
    let commands = commands(&options.folder);
    let mut folder = Folder::begin(&options.folder).map_err(writing)?;
    build(&mut folder, &commands, now).map_err(writing)?;
    let reports = judge(folder.path(), now, terminal)?;
    if let Some((name, report)) = reports.iter().find(|(_, report)| report.verdict != Verdict::Valid) {
        terminal.print(&render(report, name, terminal.lang, terminal.style(true)))?;
        return Err(Failure::refused(text!(
            "{name} does not verify as valid",
            "{name} 验证结果不是有效"
        )));
    }
    folder.finish().map_err(writing)?;
    let shown = options.folder.display();
    terminal.say(&text!(
        "{shown} holds keys, a seal and a sealed document; README.txt says what is what.\n",
        "{shown} 中已生成密钥、印章与已签章文档；说明见 README.txt。\n"
    ))?;
    for (name, report) in &reports {
        let file = options.folder.join(name).display().to_string();
        terminal.print(&render(report, &file, terminal.lang, terminal.style(false)))?;
    }
    terminal.say(&text!("\nNext, try:\n", "\n接下来试试：\n"))?;
    for command in &commands {
        terminal.print(&format!("  {command}"))?;
    }
    Ok(Exit::Done)
}

/// Nothing is read but what was just written, so trouble with files is trouble with writing.
fn writing(error: Error) -> Failure {
    Failure::from(error).ending(Exit::Refused)
}

fn build(folder: &mut Folder, commands: &[String], now: Time) -> Result<()> {
    let mut random = Random::new()?;
    let house = House::build(now, &mut random)?;
    folder.add("trust/ca.crt", house.ca.pem().as_bytes())?;
    folder.add("trust/ca.crl", house.list.to_pem().as_bytes())?;
    for person in house.people() {
        let p12 = person.pkcs12(&mut random)?;
        folder.add(&format!("keys/{}.p12", person.name), &p12)?;
        folder.add(&format!("keys/{}.crt", person.name), person.pem().as_bytes())?;
        if person.name == "tsa" {
            folder.add("tsa/tsa.p12", &p12)?;
            folder.add("tsa/tsa.crt", person.pem().as_bytes())?;
        }
    }
    let png = picture::png()?;
    let seal = make_seal(&house, &png, now, &mut random)?;
    folder.add("seal.png", &png)?;
    folder.add("seal.esl", seal.der())?;
    for (kind, plain) in [("ofd", demo::ofd::document(now)?), ("pdf", demo::pdf::document())] {
        folder.add(&format!("document.{kind}"), &plain)?;
        folder.add(&format!("sealed.{kind}"), &put_seal(&house, &seal, &plain, now)?)?;
    }
    folder.add("README.txt", readme::text(&house, commands).as_bytes())
}

fn make_seal(house: &House, png: &[u8], now: Time, random: &mut Random) -> Result<Seal> {
    let signer = house.signer.signer()?;
    let picture = Picture::new("PNG", png.to_vec(), SEAL_MM, SEAL_MM);
    let validity = [now, now, signer.certificate().not_after()];
    let id = random.word(20).to_ascii_uppercase();
    SealRequest::new(
        Generation::V4,
        &id,
        "示范市示范单位演示专用章",
        picture,
        signer.certificate(),
        validity,
    )
    .make(&house.maker.signer()?)
}

/// Where the document asks for it on its last page, and over the seam of all pages.
fn put_seal(house: &House, seal: &Seal, plain: &[u8], now: Time) -> Result<Vec<u8>> {
    let signer = house.signer.signer()?;
    let mut named = Placement::keyword("盖章处", Occurrence::Last);
    if let Placement::Keyword { pages, .. } = &mut named {
        *pages = Pages::Last;
    }
    let placements = [named, Placement::seam(Pages::All, Side::Right)];
    let limits = Limits::default();
    match Document::from_bytes(plain, &limits)? {
        Document::Ofd(archive) => {
            let request = ofd::SignRequest::seal(seal, signer.certificate(), now, &placements);
            ofd::sign(&archive, &request, &signer, &limits, &Unwatched, Vec::new())
        }
        _ => {
            let request = pdf::SignRequest::seal(seal, signer.certificate(), now, &placements);
            pdf::sign(
                &Pdf::open(plain, &limits)?,
                &request,
                &signer,
                &limits,
                &Unwatched,
                Vec::new(),
            )
        }
    }
}

/// Judges seal and document as `verify --trust` does.
fn judge(folder: &Path, now: Time, terminal: &Terminal) -> Outcome<Vec<(&'static str, Report)>> {
    let store = trust::store(&[folder.join("trust")], &[], terminal)?;
    let options = VerifyOptions::new(&store, now);
    let mut reports = Vec::new();
    for name in ["seal.esl", "sealed.ofd", "sealed.pdf"] {
        let document = Document::from_path(&folder.join(name), &options.limits).about(name)?;
        reports.push((name, document.verify(&options).about(name)?));
    }
    Ok(reports)
}

/// Commands that work where the caller stands.
fn commands(folder: &Path) -> Vec<String> {
    let program = std::env::args_os()
        .next()
        .map_or_else(|| "sealcore".to_owned(), |name| name.to_string_lossy().into_owned());
    let program = quote(&program);
    let path = |name: &str| quote(&folder.join(name).display().to_string());
    let (sealed, plain, trust, seal) = (
        path("sealed.ofd"),
        path("document.ofd"),
        path("trust"),
        path("seal.esl"),
    );
    let pdf = path("sealed.pdf");
    let (key, mine, readme) = (path("keys/signer.p12"), path("mine.ofd"), path("README.txt"));
    vec![
        format!("{program} verify {sealed} {pdf} --trust {trust}"),
        format!(
            "PASSWORD=$(awk '/keys.signer.p12/ {{ print $NF; exit }}' {readme}) {program} sign {plain} -o {mine} --force \
             --seal {seal} --key {key} --password-env PASSWORD --page 1 --at 150mm,230mm"
        ),
        format!("{program} inspect {sealed}"),
    ]
}

/// As a shell takes it for one word.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
