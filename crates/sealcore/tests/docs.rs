//! Documents that are made from the code, or describe what it prints, are compared with it.
//! `SEALCORE_WRITE_DOCS=1 cargo test -p sealcore --test docs` writes `docs/findings.md` anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sealcore::lang::Lang;
use sealcore::report::{Code, Effect, Severity};
use support::{World, document, package, unpack};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn findings() -> String {
    let mut text = String::from(
        "# Findings\n\nEvery finding that a report can hold. Codes are stable. *Verdict* says what a finding does to it under the \
         policy `seal`. Made from `crates/sealcore/src/report/code.rs`.\n\n\
         报告中可能出现的全部结论。代码保持不变；“裁决”一列为策略 `seal` 下对裁决的影响。\n\n\
         | code | severity | verdict | clause | meaning / 含义 | what to do / 处理 |\n|---|---|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let effect = match code.effect() {
            Effect::None => "–",
            Effect::Indeterminate => "indeterminate",
            Effect::Invalid => "invalid",
        };
        let (meaning, advice) = (code.meaning(), code.advice());
        let both = |text: &sealcore::lang::Text| {
            format!("{}<br>{}", text.get(Lang::En), text.get(Lang::Zh)).replace('|', "\\|")
        };
        let clause = code.clause().unwrap_or("");
        writeln!(
            text,
            "| `{}` | {severity} | {effect} | {clause} | {} | {} |",
            code.name(),
            both(&meaning),
            both(&advice)
        )
        .unwrap();
    }
    text
}

#[test]
fn the_table_of_findings_is_current() {
    let path = docs().join("findings.md");
    if std::env::var_os("SEALCORE_WRITE_DOCS").is_some() {
        std::fs::write(&path, findings()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == findings(),
        "docs/findings.md is out of date: see the head of this test"
    );
}

fn validator() -> jsonschema::Validator {
    let schema = std::fs::read_to_string(docs().join("report.schema.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
}

fn check(validator: &jsonschema::Validator, report: &serde_json::Value) {
    let errors: Vec<_> = validator
        .iter_errors(report)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
}

#[test]
fn reports_follow_the_schema() {
    let world = World::new();
    let validator = validator();
    for generation in ["v1", "v4", "v5"] {
        let generation = sealcore::seal::Generation::from_name(generation).unwrap();
        let sealed = world.sealed(&document(2), generation);
        let mut broken = unpack(&sealed);
        broken.retain(|(name, _)| !name.ends_with("SignedValue.dat"));
        for bytes in [
            &sealed,
            &package(&broken),
            &document(1),
            &world.seal(generation).der().to_vec(),
        ] {
            let report = world.verify(bytes).unwrap();
            for lang in [Lang::En, Lang::Zh] {
                check(&validator, &report.to_json("a file", lang));
            }
        }
    }
    assert!(!validator.is_valid(&serde_json::json!({ "file": "x" })));
    assert!(!validator.is_valid(&serde_json::json!({ "file": "x", "verdict": "valid" })));
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn reports_on_the_corpus_follow_the_schema() {
    let corpus = PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder"));
    let world = World::new();
    let validator = validator();
    let mut count = 0;
    for entry in std::fs::read_dir(corpus.join("ofd")).unwrap() {
        if let Ok(report) = world.verify(&std::fs::read(entry.unwrap().path()).unwrap()) {
            check(&validator, &report.to_json("a file", Lang::En));
            count += 1;
        }
    }
    assert!(count > 35);
}
