//! A private key in a token, which signs.

use std::sync::{Arc, Mutex, PoisonError};

use cryptoki_sys::{
    CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_RSA_PKCS_MGF_TYPE, CK_RSA_PKCS_PSS_PARAMS, CK_ULONG,
    CKA_ALWAYS_AUTHENTICATE, CKG_MGF1_SHA1, CKG_MGF1_SHA224, CKG_MGF1_SHA256, CKG_MGF1_SHA384, CKG_MGF1_SHA512,
    CKM_ECDSA, CKM_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_SHA_1, CKM_SHA224, CKM_SHA256, CKM_SHA384, CKM_SHA512,
};
use sealcore::algorithm::{PssParameters, PublicKey, SignatureAlgorithm, Sm2Value, sm2_value_to_der};
use sealcore::asn1::{Tag, Tlv, Writer};
use sealcore::cert::Certificate;
use sealcore::digest::DigestAlgorithm;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::KeyPair;
use sealcore::text;

use super::codes::Refusal;
use super::module::Module;
use super::raw::{Answer, Mechanism};
use super::session::{Login, Session};
use super::{public_key, select};
use crate::handle::Attempt;
use crate::{DeviceUri, Pin};

/// A key in a token. Threads take turns.
pub(super) struct TokenKey {
    uri: DeviceUri,
    pin: Option<Pin>,
    public: PublicKey,
    algorithm: SignatureAlgorithm,
    form: Form,
    place: Mutex<Place>,
}

/// A key that is open, and whose public key is not known yet.
pub(super) struct Found {
    uri: DeviceUri,
    pin: Option<Pin>,
    open: OpenKey,
}

/// The key where it is open now.
struct Place {
    /// Nothing after a failure: the next signature opens a session anew.
    open: Option<OpenKey>,
    /// What the token's signers know of its PIN, kept while this one has no session.
    login: Arc<Login>,
}

/// A key that was found, in the session in which it was.
struct OpenKey {
    session: Session,
    key: CK_OBJECT_HANDLE,
    /// CKA_ALWAYS_AUTHENTICATE: the PIN is wanted at each signature.
    asks_each_time: bool,
}

/// What goes into the module and what comes out.
#[derive(Clone, Copy)]
enum Form {
    Rsa(Mechanism),
    Ecdsa,
    Sm2(CK_MECHANISM_TYPE, Option<Sm2Format>),
}

/// How an SM2 mechanism writes a signature.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sm2Format {
    Raw,
    Der,
}

impl Found {
    /// The private key that the URI means.
    pub(super) fn at(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Self> {
        let module = Module::at(uri.module_path()?)?;
        let pin = Pin::of(uri, pin)?;
        let open = OpenKey::find(module, uri, pin.as_ref(), Attempt::Asked)?;
        Ok(Self {
            uri: uri.clone(),
            pin,
            open,
        })
    }

    /// The certificate that the token has of the key.
    pub(super) fn certificate(&self) -> Result<Certificate> {
        select::certificate(&self.open.session, self.open.key)?.ok_or_else(|| {
            Error::new(
                ErrorKind::Device,
                text!(
                    "the token holds no certificate with the key's CKA_ID or label; give one",
                    "令牌中没有与私钥 CKA_ID 或标签相同的证书，请另行指定"
                ),
            )
        })
    }

    /// The public keys that the token shows for the key.
    pub(super) fn public_keys(&self) -> Result<Vec<PublicKey>> {
        public_key::candidates(&self.open.session, self.open.key, &self.uri)
    }

    /// The key as that of the first of `candidates` that verifies what it signs; of the last, untried, if the others do not.
    pub(super) fn of_one(self, candidates: Vec<PublicKey>) -> Result<TokenKey> {
        let mut failure = None;
        let mut usable = Vec::new();
        for public in candidates {
            let form = algorithm(&self.uri, &public, None)
                .and_then(|algorithm| Ok((Form::of(&self.uri, algorithm)?, algorithm)));
            match form {
                Ok((form, algorithm)) => usable.push((public, form, algorithm)),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        let mut usable = usable.into_iter();
        let (public, form, algorithm) = usable
            .next()
            .ok_or_else(|| failure.unwrap_or_else(public_key::missing))?;
        let mut key = self.in_form(public, form, algorithm);
        for (public, form, algorithm) in usable {
            match key.test() {
                Ok(()) => return Ok(key),
                // A PIN that is wrong for one is wrong for all.
                Err(error) if error.kind() == ErrorKind::Password => return Err(error),
                Err(_) => (key.public, key.form, key.algorithm) = (public, form, algorithm),
            }
        }
        Ok(key)
    }

    /// The key as that of `public`.
    pub(super) fn of(self, public: PublicKey, wanted: Option<SignatureAlgorithm>) -> Result<TokenKey> {
        let algorithm = algorithm(&self.uri, &public, wanted)?;
        let form = Form::of(&self.uri, algorithm)?;
        Ok(self.in_form(public, form, algorithm))
    }

    fn in_form(self, public: PublicKey, form: Form, algorithm: SignatureAlgorithm) -> TokenKey {
        TokenKey {
            form,
            uri: self.uri,
            pin: self.pin,
            public,
            algorithm,
            place: Mutex::new(Place {
                login: self.open.session.what_is_known(),
                open: Some(self.open),
            }),
        }
    }
}

impl TokenKey {
    /// Whether the private key belongs to the public one.
    fn test(&self) -> Result<()> {
        crate::test_key(self)
    }

    fn reopen(&self, place: &mut Place) -> Result<OpenKey> {
        // After a fork the module is another one.
        let module = Module::at(self.uri.module_path()?)?;
        let (uri, pin) = (&self.uri, self.pin.as_ref());
        let known = place.login.clone();
        let open = OpenKey::find(module, uri, pin, Attempt::Again(&known.refused))?;
        // What was known before is known there as well since.
        place.login = open.session.what_is_known();
        Ok(open)
    }

    fn sign(&self, open: &OpenKey, digest: &[u8]) -> Answer<Vec<u8>> {
        let again = open.asks_each_time.then_some(self.pin.as_ref());
        let (mechanism, data) = match (self.form, self.algorithm, &self.public) {
            (Form::Rsa(mechanism), SignatureAlgorithm::RsaPkcs1(kind), _) => (mechanism, digest_info(kind, digest)),
            (Form::Rsa(mechanism), ..) => (mechanism, digest.to_vec()),
            (Form::Ecdsa, _, PublicKey::Ec(key)) => {
                // FIPS 186-5, 6.4.1: the leftmost bits, as many as the order has. Not every module cuts by itself.
                let length = digest.len().min(key.curve().field_len());
                (plain(CKM_ECDSA), digest.iter().take(length).copied().collect())
            }
            (Form::Ecdsa, ..) => (plain(CKM_ECDSA), digest.to_vec()),
            (Form::Sm2(kind, _), ..) => (plain(kind), digest.to_vec()),
        };
        open.session.sign(&mechanism, open.key, &data, again)
    }
}

impl KeyPair for TokenKey {
    fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let mut place = self.place.lock().unwrap_or_else(|poisoned| {
            let mut place = PoisonError::into_inner(poisoned);
            // What a panic left behind may be in the middle of a signature.
            place.open = None;
            place
        });
        if let Some(open) = &place.open {
            match self.sign(open, digest) {
                Ok(value) => return self.form.read(value),
                Err(refusal) => {
                    // Whatever is half done ends with the session.
                    place.open = None;
                    if !refusal.is_stale() {
                        return Err(refusal.into());
                    }
                }
            }
        }
        // Once more in a new session: the machine was restarted, or the token is back.
        let open = self.reopen(&mut place)?;
        let value = self.sign(&open, digest)?;
        place.open = Some(open);
        self.form.read(value)
    }
}

impl OpenKey {
    fn find(module: &'static Module, uri: &DeviceUri, pin: Option<&Pin>, attempt: Attempt<'_>) -> Result<Self> {
        let token = select::token(module, uri)?;
        let session = Session::open(module, &token)?;
        session.login(pin, attempt)?;
        let key = select::private_key(&session, uri)?;
        let asks_each_time = session.flag(key, CKA_ALWAYS_AUTHENTICATE)? == Some(true);
        Ok(Self {
            session,
            key,
            asks_each_time,
        })
    }
}

impl Form {
    fn of(uri: &DeviceUri, algorithm: SignatureAlgorithm) -> Result<Self> {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1(_) => Ok(Self::Rsa(plain(CKM_RSA_PKCS))),
            SignatureAlgorithm::RsaPss(parameters) => Ok(Self::Rsa(Mechanism {
                kind: CKM_RSA_PKCS_PSS,
                pss: Some(pss(parameters)?),
            })),
            SignatureAlgorithm::Ecdsa(_) | SignatureAlgorithm::PlainEcdsa(_) => Ok(Self::Ecdsa),
            SignatureAlgorithm::Sm2Sm3 => {
                let format = match uri.query("x-sm2-format") {
                    None => None,
                    Some("raw") => Some(Sm2Format::Raw),
                    Some("der") => Some(Sm2Format::Der),
                    Some(_) => {
                        return Err(Error::new(
                            ErrorKind::Argument,
                            text!("x-sm2-format is raw or der", "x-sm2-format 的取值为 raw 或 der"),
                        ));
                    }
                };
                Ok(Self::Sm2(sm2_mechanism(uri)?, format))
            }
            other => Err(unsupported(other.to_string())),
        }
    }

    /// What the module returned, as a signer gives it.
    fn read(self, value: Vec<u8>) -> Result<Vec<u8>> {
        let Self::Sm2(_, format) = self else { return Ok(value) };
        let is_as_said = match format {
            None => true,
            Some(Sm2Format::Raw) => value.len() == 64,
            Some(Sm2Format::Der) => Tlv::parse(&value).is_ok_and(|tlv| tlv.tag() == Tag::SEQUENCE),
        };
        let read = Sm2Value::from_bytes(&value).ok().filter(|_| is_as_said);
        let value = read.ok_or_else(|| Error::from(Refusal::Nonsense("C_Sign")))?;
        Ok(sm2_value_to_der(&value.signature))
    }
}

/// How the key is to sign: as the caller wants it, else as the URI says, else as is usual with its public key.
fn algorithm(uri: &DeviceUri, key: &PublicKey, wanted: Option<SignatureAlgorithm>) -> Result<SignatureAlgorithm> {
    if let Some(wanted) = wanted {
        return Ok(wanted);
    }
    let default = SignatureAlgorithm::default_for(key).ok_or_else(|| unsupported(key.name()))?;
    match (uri.query("x-rsa-padding"), default) {
        (None, default) => Ok(default),
        (Some("pss"), SignatureAlgorithm::RsaPkcs1(digest)) => {
            Ok(SignatureAlgorithm::RsaPss(PssParameters::new(digest)))
        }
        (Some("pss"), default @ SignatureAlgorithm::RsaPss(_))
        | (Some("pkcs1"), default @ SignatureAlgorithm::RsaPkcs1(_)) => Ok(default),
        (Some(_), _) => Err(Error::new(
            ErrorKind::Argument,
            text!(
                "x-rsa-padding is pkcs1 or pss, and goes with an RSA key that permits it",
                "x-rsa-padding 的取值为 pkcs1 或 pss，且仅用于允许该填充方式的 RSA 密钥"
            ),
        )),
    }
}

/// The vendor's number of the mechanism that signs the digest e with SM2.
fn sm2_mechanism(uri: &DeviceUri) -> Result<CK_MECHANISM_TYPE> {
    let argument = |message| Error::new(ErrorKind::Argument, message);
    let Some(number) = uri.query("x-sm2-mechanism") else {
        return Err(argument(text!(
            "PKCS#11 has no number for SM2 that all vendors use: add &x-sm2-mechanism=0x... from the vendor's manual, that of signing a digest",
            "PKCS#11 中 SM2 没有各厂商通用的机制编号：请按厂商手册加上 &x-sm2-mechanism=0x...，须为对摘要签名的机制"
        )));
    };
    let hex = number.strip_prefix("0x").or_else(|| number.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((number, 10), |digits| (digits, 16));
    // Reading numbers takes a sign as well.
    let parsed = Some(digits).filter(|digits| !digits.starts_with('+'));
    let parsed = parsed.and_then(|digits| u32::from_str_radix(digits, radix).ok());
    parsed.map(CK_MECHANISM_TYPE::from).ok_or_else(|| {
        argument(text!(
            "x-sm2-mechanism is a number of 32 bits, as 0x80000123",
            "x-sm2-mechanism 应为 32 位数，如 0x80000123"
        ))
    })
}

fn plain(kind: CK_MECHANISM_TYPE) -> Mechanism {
    Mechanism { kind, pss: None }
}

fn pss(parameters: PssParameters) -> Result<CK_RSA_PKCS_PSS_PARAMS> {
    let known = |digest| numbers(digest).ok_or_else(|| unsupported(digest.name().to_owned()));
    Ok(CK_RSA_PKCS_PSS_PARAMS {
        hashAlg: known(parameters.digest)?.0,
        mgf: known(parameters.mgf_digest)?.1,
        sLen: CK_ULONG::from(parameters.salt_len),
    })
}

/// The numbers of a digest and of MGF1 with it.
fn numbers(digest: DigestAlgorithm) -> Option<(CK_MECHANISM_TYPE, CK_RSA_PKCS_MGF_TYPE)> {
    Some(match digest {
        DigestAlgorithm::Sha1 => (CKM_SHA_1, CKG_MGF1_SHA1),
        DigestAlgorithm::Sha224 => (CKM_SHA224, CKG_MGF1_SHA224),
        DigestAlgorithm::Sha256 => (CKM_SHA256, CKG_MGF1_SHA256),
        DigestAlgorithm::Sha384 => (CKM_SHA384, CKG_MGF1_SHA384),
        DigestAlgorithm::Sha512 => (CKM_SHA512, CKG_MGF1_SHA512),
        _ => return None,
    })
}

/// DigestInfo, RFC 8017, 9.2: what CKM_RSA_PKCS pads and signs.
fn digest_info(kind: DigestAlgorithm, digest: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.sequence(|writer| {
            writer.oid(kind.oid());
            writer.null();
        });
        writer.octets(digest);
    });
    writer.finish()
}

fn unsupported(name: String) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "tokens do not sign digests with {name} here",
            "不支持在令牌中以 {name} 对摘要签名"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_info_is_that_of_rfc_8017() {
        let prefix = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ];
        assert_eq!(
            digest_info(DigestAlgorithm::Sha256, &[7; 32]),
            [&prefix[..], &[7; 32]].concat()
        );
    }

    #[test]
    fn mechanism_numbers() {
        let number = |text: &str| sm2_mechanism(&DeviceUri::parse(text).unwrap());
        assert_eq!(number("pkcs11:?x-sm2-mechanism=0x80000123").unwrap(), 0x8000_0123);
        assert_eq!(number("pkcs11:?x-sm2-mechanism=4097").unwrap(), 4097);
        for bad in [
            "pkcs11:",
            "pkcs11:?x-sm2-mechanism=0x",
            "pkcs11:?x-sm2-mechanism=0x+1",
            "pkcs11:?x-sm2-mechanism=%2B1",
            "pkcs11:?x-sm2-mechanism=0x100000000",
        ] {
            assert_eq!(number(bad).unwrap_err().kind(), ErrorKind::Argument, "{bad}");
        }
    }
}
