//! Which token, key and certificate a URI means.

use cryptoki_sys::{
    CK_OBJECT_HANDLE, CK_SLOT_ID, CK_SLOT_INFO, CK_TOKEN_INFO, CK_VERSION, CKA_ID, CKA_LABEL, CKA_SIGN, CKA_VALUE,
    CKF_TOKEN_INITIALIZED, CKO_CERTIFICATE, CKO_PRIVATE_KEY,
};
use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::lang::Text;
use sealcore::text;

use super::codes::{Refusal, wide};
use super::module::Module;
use super::raw::Answer;
use super::session::Session;
use crate::{DeviceUri, failure};

/// A token in its slot.
pub(super) struct Token {
    pub(super) slot: CK_SLOT_ID,
    pub(super) slot_info: CK_SLOT_INFO,
    pub(super) info: CK_TOKEN_INFO,
}

/// The tokens that the URI does not rule out.
pub(super) fn tokens(module: &Module, uri: &DeviceUri) -> Result<Vec<Token>> {
    let slot_id = match uri.path("slot-id") {
        // `parse` would take a sign as well.
        Some(text) => Some(
            text.parse::<u64>()
                .ok()
                .filter(|_| !text.starts_with('+'))
                .ok_or_else(|| {
                    argument(text!("slot-id is a decimal number", "slot-id 应为十进制数")).in_part("slot-id")
                })?,
        ),
        None => None,
    };
    if !fits(
        uri,
        &[
            ("library-description", &module.info.libraryDescription),
            ("library-manufacturer", &module.info.manufacturerID),
        ],
    ) || uri
        .path("library-version")
        .is_some_and(|wanted| wanted != version(module.info.libraryVersion))
    {
        return Ok(Vec::new());
    }
    let functions = &module.functions;
    let mut tokens = Vec::new();
    for slot in functions.slots()? {
        if slot_id.is_some_and(|wanted| wanted != wide(slot)) {
            continue;
        }
        // A token that was pulled out since, or does not answer, is no reason to keep silent about the others.
        let (slot_info, info) = match (functions.slot_info(slot), functions.token_info(slot)) {
            (Ok(slot_info), Ok(info)) => (slot_info, info),
            (Err(refusal), _) | (_, Err(refusal)) if slot_id.is_some() => return Err(refusal.into()),
            _ => continue,
        };
        let token = Token { slot, slot_info, info };
        if token.info.flags & CKF_TOKEN_INITIALIZED != 0 && token.fits(uri) {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

/// The one token that the URI means.
pub(super) fn token(module: &Module, uri: &DeviceUri) -> Result<Token> {
    let mut tokens = tokens(module, uri)?;
    match (tokens.pop(), tokens.len()) {
        (Some(token), 0) => Ok(token),
        (None, _) => Err(failure::missing(
            "no token that is present fits the URI",
            "没有与该 URI 相符的令牌",
        )),
        (Some(_), others) => {
            let count = others + 1;
            Err(device(text!(
                "{count} tokens fit the URI; say which with token=, serial= or slot-id=",
                "有 {count} 个令牌与该 URI 相符，请用 token=、serial= 或 slot-id= 指定"
            )))
        }
    }
}

impl Token {
    fn fits(&self, uri: &DeviceUri) -> bool {
        fits(
            uri,
            &[
                ("token", &self.info.label),
                ("manufacturer", &self.info.manufacturerID),
                ("model", &self.info.model),
                ("serial", &self.info.serialNumber),
                ("slot-description", &self.slot_info.slotDescription),
                ("slot-manufacturer", &self.slot_info.manufacturerID),
            ],
        )
    }
}

/// The private key that the URI means. Of several those that sign, as tokens with two certificates have it.
pub(super) fn private_key(session: &Session, uri: &DeviceUri) -> Result<CK_OBJECT_HANDLE> {
    if let Some(kind) = uri.path("type").filter(|kind| *kind != "private") {
        let kind = kind.escape_debug();
        return Err(argument(text!(
            "a private key is wanted, and the URI says type={kind}",
            "需要私钥，而 URI 指定了 type={kind}"
        )));
    }
    let mut wanted = Vec::new();
    if let Some(id) = uri.path_bytes("id") {
        wanted.push((CKA_ID, id));
    }
    if let Some(label) = uri.path_bytes("object") {
        wanted.push((CKA_LABEL, label));
    }
    let mut keys = session.find(CKO_PRIVATE_KEY, &wanted)?;
    if keys.len() > 1 {
        let mut signing = Vec::new();
        for key in &keys {
            if session.flag(*key, CKA_SIGN)? != Some(false) {
                signing.push(*key);
            }
        }
        keys = signing;
    }
    match keys.as_slice() {
        [key] => Ok(*key),
        [] => Err(failure::missing(
            "the token holds no private key that fits the URI and signs",
            "令牌中没有与该 URI 相符的签名私钥",
        )),
        keys => {
            let count = keys.len();
            Err(device(text!(
                "{count} private keys fit the URI; say which with object= or id=",
                "有 {count} 个私钥与该 URI 相符，请用 object= 或 id= 指定"
            )))
        }
    }
}

/// The certificate of a key: of the same CKA_ID, else of the same label.
pub(super) fn certificate(session: &Session, key: CK_OBJECT_HANDLE) -> Result<Option<Certificate>> {
    for kind in [CKA_ID, CKA_LABEL] {
        let Some(value) = session.attribute(key, kind)?.filter(|value| !value.is_empty()) else {
            continue;
        };
        let mut found = Vec::new();
        for object in session.find(CKO_CERTIFICATE, &[(kind, &value)])? {
            found.extend(read_certificate(session, object)?);
        }
        // A key whose certificate was renewed has the old one beside the new.
        if let Some(certificate) = found
            .into_iter()
            .max_by_key(|certificate| certificate.not_after().unix())
        {
            return Ok(Some(certificate));
        }
    }
    Ok(None)
}

/// The certificate in an object, when there is one that can be read.
pub(super) fn read_certificate(session: &Session, object: CK_OBJECT_HANDLE) -> Answer<Option<Certificate>> {
    let value = match session.attribute(object, CKA_VALUE) {
        Ok(value) => value,
        Err(refusal @ Refusal::Code(..)) => return Err(refusal),
        // An object that is no certificate of any size is not one.
        Err(_) => None,
    };
    Ok(value.and_then(|der| Certificate::from_der(&der).ok()))
}

/// Whether each attribute of the URI is what the module says, without the blanks at its end.
fn fits(uri: &DeviceUri, fields: &[(&str, &[u8])]) -> bool {
    fields
        .iter()
        .all(|(name, field)| uri.path_bytes(name).is_none_or(|wanted| wanted == unpadded(field)))
}

/// A field of fixed length without what fills it: blanks, or zeros in modules that do not know better.
pub(super) fn unpadded(field: &[u8]) -> &[u8] {
    let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
    text.trim_ascii_end()
}

/// As [`unpadded`], as text.
pub(super) fn text_of(field: &[u8]) -> String {
    String::from_utf8_lossy(unpadded(field)).into_owned()
}

pub(super) fn version(version: CK_VERSION) -> String {
    format!("{}.{}", version.major, version.minor)
}

fn device(message: Text) -> Error {
    Error::new(ErrorKind::Device, message)
}

fn argument(message: Text) -> Error {
    Error::new(ErrorKind::Argument, message)
}
