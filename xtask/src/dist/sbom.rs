//! The bill of materials, in CycloneDX 1.5.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::crates::Crate;

/// What `package`, shipped as a `kind` of the name `shipped`, is made of. The same for the same Cargo.lock and time.
pub(super) fn document(
    package: &str,
    kind: &str,
    shipped: &str,
    time: &str,
    crates: &BTreeMap<(String, String), Crate>,
) -> String {
    let root = crates.values().find(|crate_| crate_.name == package);
    let version = root.map_or("", |crate_| crate_.version.as_str());
    let components: Vec<Value> = crates
        .values()
        .filter(|crate_| crate_.name != package)
        .map(component)
        .collect();
    let dependencies: Vec<Value> = crates
        .values()
        .map(|crate_| {
            let uses: Vec<String> = crate_.uses.iter().map(|(name, version)| purl(name, version)).collect();
            json!({ "ref": purl(&crate_.name, &crate_.version), "dependsOn": uses })
        })
        .collect();
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "component": {
                "type": kind,
                "bom-ref": purl(package, version),
                "name": shipped,
                "version": version,
                "licenses": [{ "expression": root.map_or("", |crate_| crate_.licence.as_str()) }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    format!("{document:#}\n")
}

fn component(crate_: &Crate) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(&crate_.name, &crate_.version),
        "name": crate_.name,
        "version": crate_.version,
        "licenses": [{ "expression": crate_.licence }],
        "purl": purl(&crate_.name, &crate_.version),
    });
    if let (Some(checksum), Some(fields)) = (&crate_.checksum, component.as_object_mut()) {
        fields.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    component
}

fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}
