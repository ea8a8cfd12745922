//! Certificates: asked for, issued, revoked, shown.

use std::ffi::c_char;

use sealcore_core::asn1::Time;
use sealcore_core::cert::{
    Certificate, CertificateBag, CertificateTemplate, Name, Profile, Request, Revocation, RevocationList,
    RevocationListTemplate, RevocationReason, serial_from_hex,
};
use sealcore_core::error::{Error, ErrorKind};
use sealcore_core::text;
use sealcore_system::{Random, now};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, operation};
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::key::sealcore_key;
use crate::options::{self, Moment};
use crate::signer::sealcore_signer;
use crate::status::sealcore_status;

const DAY: i64 = 86_400;

/// Asks for a certificate of `subject` (as `CN=Unit,O=Organisation,C=CN`) for `key`, which may be in a device: PKCS#10, in PEM.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_certificate_request(
    key: *const sealcore_key,
    subject: *const c_char,
    pem: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(pem, "pem")?;
        let key = call.shared(key, "key")?;
        let subject = Name::parse(call::string(subject, "subject")?)?;
        let request = Request::create(&subject, key.pair())?;
        out.put(Zeroizing::new(request.to_pem().into_bytes()))
    })
}

/// What a certificate is to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueOptions {
    subject: Option<String>,
    profile: String,
    not_before: Option<Moment>,
    not_after: Option<Moment>,
    crl_url: Option<String>,
}

/// Issues a certificate, in PEM: by `issuer` for a `request` (PKCS#10 in PEM or DER, whose own signature must hold), by `issuer`
/// for `key`, or self-signed by `key` where `issuer` is NULL. Give a request or a key, not both: the other is NULL (NULL, 0).
///
/// `json` is `{"profile": "root"|"authority"|"maker"|"unit"|"person"|"tsa", "subject": "CN=...", "not_before": ..., "not_after":
/// ..., "crl_url": "..."}`. The subject comes with a key; a request has its own. Times are Unix seconds or RFC 3339; without
/// them validity is 365 days from now. For tests and small houses: a public authority does more than this.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_certificate_issue(
    issuer: *const sealcore_signer,
    key: *const sealcore_key,
    request: *const u8,
    length: usize,
    json: *const c_char,
    pem: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(pem, "pem")?;
        let issuer = call.shared_or_none(issuer, "issuer")?;
        let key = call.shared_or_none(key, "key")?;
        let request = call::bytes(request, length, "request")?;
        let options: IssueOptions = options::read(json, "json")?;
        let profile = profile(&options.profile)?;
        let not_before = Moment::or(options.not_before.as_ref(), now(), "not_before")?;
        let usual = not_before.plus_seconds(365 * DAY);
        let not_after = Moment::or(options.not_after.as_ref(), usual, "not_after")?;
        let mut template = match (&key, request.is_empty(), &options.subject) {
            (None, false, None) => {
                let request = Request::from_pem_or_der(request)?;
                CertificateTemplate::from_request(&request, profile, not_before, not_after)?
            }
            (Some(key), true, Some(subject)) => CertificateTemplate {
                subject: Name::parse(subject)?,
                public_key: key.pair().public_key(),
                profile,
                not_before,
                not_after,
                crl_url: None,
            },
            _ => {
                let message = text!(
                    "say for whom: a request, or a key with a subject",
                    "请指定主体：证书请求，或私钥与主体名称"
                );
                return Err(bad("request", message));
            }
        };
        template.crl_url = options.crl_url;
        let mut random = Random::new()?;
        let certificate = match (issuer, key) {
            (Some(issuer), _) => template.issue(&issuer.signer, &mut random)?,
            (None, Some(key)) => template.self_signed(key.pair(), &mut random)?,
            (None, None) => {
                let message = text!("a request needs an issuer", "证书请求须由颁发者签发");
                return Err(bad("issuer", message));
            }
        };
        out.put(Zeroizing::new(certificate.to_pem().into_bytes()))
    })
}

fn profile(name: &str) -> Outcome<Profile> {
    Profile::by_name(name).ok_or_else(|| {
        bad(
            "profile",
            text!(
                "“{name}” is no profile: root, authority, maker, unit, person and tsa are",
                "“{name}”不是有效用途，应为 root、authority、maker、unit、person 或 tsa"
            ),
        )
    })
}

/// What a revocation list is to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListOptions {
    this_update: Option<Moment>,
    next_update: Option<Moment>,
    number: Option<u64>,
    #[serde(default)]
    revoked: Vec<Revoked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    serial: String,
    at: Option<Moment>,
    reason: Option<u8>,
}

/// Issues a revocation list, in PEM. `json` is `{"this_update": ..., "next_update": ..., "number": N, "revoked": [{"serial":
/// hexadecimal, "at": ..., "reason": N}]}`, all of it optional: now, 30 days later, the seconds since 1970, nothing revoked.
/// Times are Unix seconds or RFC 3339; reasons are those of RFC 5280, 5.3.1 (1 key compromise, 5 cessation, 6 hold).
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_crl_issue(
    issuer: *const sealcore_signer,
    json: *const c_char,
    pem: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(pem, "pem")?;
        let issuer = call.shared(issuer, "issuer")?;
        let options: ListOptions = options::read(json, "json")?;
        let this_update = Moment::or(options.this_update.as_ref(), now(), "this_update")?;
        let usual = this_update.plus_seconds(30 * DAY);
        let entries = options.revoked.iter().map(|revoked| entry(revoked, this_update));
        let template = RevocationListTemplate {
            this_update,
            next_update: Moment::or(options.next_update.as_ref(), usual, "next_update")?,
            number: options.number.unwrap_or_else(|| this_update.unix().unsigned_abs()),
            entries: entries.collect::<Outcome<_>>()?,
        };
        let list = template.issue(&issuer.signer)?;
        out.put(Zeroizing::new(list.to_pem().into_bytes()))
    })
}

fn entry(revoked: &Revoked, otherwise: Time) -> Outcome<(Vec<u8>, Revocation)> {
    let serial = serial_from_hex(&revoked.serial).ok_or_else(|| {
        bad(
            "serial",
            text!("the serial number is not hexadecimal", "序列号不是十六进制"),
        )
    })?;
    if revoked.reason.is_some_and(|reason| reason > 10 || reason == 7) {
        let message = text!(
            "a reason is a number from 0 to 10, without 7",
            "原因代码应为 0 至 10（7 除外）"
        );
        return Err(bad("reason", message));
    }
    let revocation = Revocation {
        at: Moment::or(revoked.at.as_ref(), otherwise, "at")?,
        reason: revoked.reason.map(RevocationReason),
    };
    Ok((serial, revocation))
}

/// What certificates, revocation lists or a request say, without judgement, as JSON: `{"certificates": [{"certificate": {...},
/// "authority", "sm3", "crl_urls"}], "crls": [{"issuer", "this_update", "next_update", "entries"}], "requests":
/// [{"subject"}]}`. Reads PEM, DER and P7B; a request's own signature must hold.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_certificate_inspect(
    bytes: *const u8,
    length: usize,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(json, "json")?;
        let bytes = call::some_bytes(bytes, length, "bytes")?;
        let mut bag = CertificateBag::new();
        let mut requests = Vec::new();
        if let Err(error) = bag.add_bytes(bytes, "bytes") {
            let request = Request::from_pem_or_der(bytes).map_err(|_| error)?;
            request.verify()?;
            requests.push(json!({ "subject": request.subject().to_string() }));
        }
        let shown = json!({
            "certificates": bag.certificates.iter().map(Certificate::to_json).collect::<Vec<_>>(),
            "crls": bag.lists.iter().map(RevocationList::to_json).collect::<Vec<_>>(),
            "requests": requests,
        });
        out.put(Zeroizing::new(shown.to_string().into_bytes()))
    })
}

/// The first certificate of PEM, DER or P7B, and the others.
pub(crate) fn with_chain(bytes: &[u8], argument: &str) -> Outcome<(Certificate, Vec<Certificate>)> {
    let mut bag = CertificateBag::new();
    bag.add_bytes(bytes, argument)?;
    let mut certificates = bag.certificates.into_iter();
    let first = certificates.next().ok_or_else(|| {
        Error::new(ErrorKind::Certificate, text!("there is no certificate", "其中没有证书")).in_part(argument)
    })?;
    Ok((first, certificates.collect()))
}
