//! `sealcore_call`: operations that take and give JSON, so that the ABI does not grow with them.

use std::ffi::c_char;

use sealcore_core::digest::DigestAlgorithm;
use sealcore_core::key::KeyAlgorithm;
use sealcore_core::limits::Limits;
use sealcore_core::report::Policy;
use sealcore_core::text;
use sealcore_device::Scheme;
use serde_json::{Map, Value, json};

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad};
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::status::{SEALCORE_E_LIMIT, SEALCORE_E_UNSUPPORTED, sealcore_status};
use crate::version::{SEALCORE_ABI_VERSION, VERSION};

/// Bytes of a request.
const MAX_REQUEST: usize = 1 << 20;

type Operation = fn(&Map<String, Value>) -> Outcome<Value>;

/// By name.
const OPERATIONS: [(&str, Operation); 1] = [("describe", describe)];

/// Runs an operation: JSON in, JSON out, in UTF-8. `request_json` is an object of at most 1 MiB; a member that the operation
/// does not know is refused. SEALCORE_E_UNSUPPORTED for an operation that there is not, SEALCORE_E_ARGUMENT for a request that
/// is none.
///
/// "describe" takes {} and tells what this library is and can: version, abi, operations, policies, digest_algorithms (for new
/// signatures and time stamps), key_algorithms, device_schemes, and limits with their usual values.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_call(
    operation: *const c_char,
    request_json: *const c_char,
    response_json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    call::operation(error, |call| {
        let out = call.out(response_json, "response_json")?;
        let name = call::string(operation, "operation")?;
        let request = call::string(request_json, "request_json")?;
        let Some((_, run)) = OPERATIONS.iter().find(|(known, _)| *known == name) else {
            let name: String = name.chars().take(64).collect();
            let message = text!("there is no operation “{name}”", "没有名为“{name}”的操作");
            return Err(Failure::new(SEALCORE_E_UNSUPPORTED, message).about("operation"));
        };
        out.put(run(&object(request)?)?.to_string().into_bytes().into())
    })
}

fn object(request: &str) -> Outcome<Map<String, Value>> {
    if request.len() > MAX_REQUEST {
        let message = text!("the request is longer than 1 MiB", "请求超过 1 MiB");
        return Err(Failure::new(SEALCORE_E_LIMIT, message).about("request_json"));
    }
    match serde_json::from_str(request) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(bad(
            "request_json",
            text!("the request is no JSON object", "请求不是 JSON 对象"),
        )),
        // Where it is, not what stands there: a request may hold a secret.
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(bad(
                "request_json",
                text!(
                    "the request is no JSON: line {line}, column {column}",
                    "请求不是 JSON：第 {line} 行，第 {column} 列"
                ),
            ))
        }
    }
}

/// Refuses members that are not among `known`.
fn only(members: &Map<String, Value>, known: &[&str]) -> Outcome {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(64).collect();
            Err(bad(
                "request_json",
                text!("the request has an unknown member “{name}”", "请求含有未知成员“{name}”"),
            ))
        }
    }
}

fn describe(request: &Map<String, Value>) -> Outcome<Value> {
    only(request, &[])?;
    let usual = Limits::default();
    let limits = Limits::NAMES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), usual.get(name)?.into())));
    Ok(json!({
        "version": VERSION.to_string_lossy(),
        "abi": SEALCORE_ABI_VERSION,
        "operations": OPERATIONS.map(|(name, _)| name),
        "policies": Policy::ALL.iter().map(|policy| policy.name()).collect::<Vec<_>>(),
        "digest_algorithms": DigestAlgorithm::SOUND.map(|algorithm| algorithm.name().to_ascii_lowercase()),
        "key_algorithms": KeyAlgorithm::ALL.map(KeyAlgorithm::name),
        "device_schemes": Scheme::ALL.map(Scheme::name),
        "limits": limits.collect::<Map<_, _>>(),
    }))
}
