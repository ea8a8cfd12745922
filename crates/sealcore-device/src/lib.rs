//! Keys in devices: PKCS#11 modules, SDF cipher machines (GM/T 0018), SKF tokens (GM/T 0016).
//!
//! A [`DeviceUri`] says where a key is, [`open`] makes it a [`Signer`] of `sealcore`, [`open_key`] a [`KeyPair`] that asks for
//! its certificate, [`list`] shows what there is.
//!
//! **PINs.** A [`Pin`] is overwritten when it is dropped, is never printed, and stands in no error. It goes to the
//! module's login function and nowhere else. What the module keeps of it is the module's business.
//!
//! **Constant time.** Nothing here touches a private key: a digest goes into the module and a signature comes out.
//! Comparing PINs is the module's business as well.
//!
//! **Trust.** A module runs in this process and can do what the process can; load only modules whose origin is known.
//! What it returns is checked all the same: lengths before they are used, counts against bounds, public keys for points of
//! their curve, and every signature against the certificate or public key before it is embedded.
//!
//! ```no_run
//! use sealcore_device::{DeviceUri, OpenOptions, Pin};
//!
//! fn main() -> sealcore::error::Result<()> {
//!     let uri = DeviceUri::parse("pkcs11:token=seals;object=finance?module-path=/usr/lib/softhsm/libsofthsm2.so")?;
//!     let mut options = OpenOptions::default();
//!     options.pin = Some(Pin::from("12345678"));
//!     let signer = sealcore_device::open(&uri, options)?;
//!     println!("{}", signer.certificate().subject());
//!     Ok(())
//! }
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod address;
mod buffer;
mod certified;
mod failure;
mod fields;
mod handle;
mod library;
mod listing;
mod pin;
mod pkcs11;
mod sdf;
mod skf;
mod sm2;
mod uri;

use sealcore::algorithm::{PublicKey, RsaPublicKey, SignatureAlgorithm};
use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyPair, Signer};
use sealcore::lang::Text;
use sealcore::text;

pub use address::KeyAddress;
pub use listing::{Application, Device, Key, KeyUse, Listing, Module};
pub use pin::Pin;
pub use uri::{DeviceUri, Scheme};

/// What opening a key needs besides its URI.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// The user's PIN; a PIN in the URI goes before it.
    pub pin: Option<Pin>,
    /// The certificate of the key; goes before the one in the device. An SDF machine holds none.
    pub certificate: Option<Certificate>,
    /// Certificates between the signer's and an anchor.
    pub chain: Vec<Certificate>,
    /// How signatures are formed, where the key can do several; else the default for the certificate's key.
    pub algorithm: Option<SignatureAlgorithm>,
}

/// Opens the key that `uri` names. A test signature has shown that key and certificate belong together.
///
/// # Errors
/// [`ErrorKind::Password`] for a PIN that is wrong or missing; [`ErrorKind::Device`] for what the module reports, for a
/// key that is not there and for several that answer; [`ErrorKind::Key`] when key and certificate do not belong together;
/// [`ErrorKind::Argument`] for a URI that lacks something; [`ErrorKind::Unsupported`] for an algorithm that the key or the
/// interface does not have. Where the module gave a code it is in
/// [`Error::vendor_code`].
pub fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    let wanted = options.algorithm;
    let signer = match uri.scheme() {
        Scheme::Pkcs11 => pkcs11::open(uri, options)?,
        Scheme::Sdf => sdf::open(uri, options)?,
        Scheme::Skf => skf::open(uri, options)?,
    };
    if let Some(wanted) = wanted.filter(|wanted| *wanted != signer.algorithm()) {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!("the key does not sign with {wanted}", "该密钥不能以 {wanted} 签名"),
        ));
    }
    let mismatch = text!(
        "the private key in the device does not belong to the certificate",
        "设备中的私钥与证书不匹配"
    );
    test(
        signer.certificate().public_key(),
        signer.algorithm(),
        mismatch,
        |digest| signer.sign_digest(digest),
    )?;
    Ok(signer)
}

/// Opens the key that `uri` names, without a certificate: to ask for one. The public key is what the device shows, and a test
/// signature has shown that it belongs to the private key. A PIN in the URI goes before `pin`.
///
/// # Errors
/// As [`open`]; [`ErrorKind::Device`] where the device shows no public key or what is none, [`ErrorKind::Key`] when it is not
/// that of the private key, [`ErrorKind::Unsupported`] for one of another kind, or RSA of less than 2048 bits.
pub fn open_key(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Box<dyn KeyPair>> {
    let key = match uri.scheme() {
        Scheme::Pkcs11 => pkcs11::open_key(uri, pin)?,
        Scheme::Sdf => sdf::open_key(uri, pin)?,
        Scheme::Skf => skf::open_key(uri, pin)?,
    };
    let public = key.public_key();
    check_strength(&public)?;
    test_key(&*key)?;
    Ok(key)
}

/// What the module of `uri` holds; the path attributes of the URI narrow it. Without a PIN what can be seen without.
///
/// # Errors
/// As [`open`], for the module and the PIN.
pub fn list(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Listing> {
    match uri.scheme() {
        Scheme::Pkcs11 => pkcs11::list(uri, pin),
        Scheme::Sdf => sdf::list(uri, pin),
        Scheme::Skf => skf::list(uri, pin),
    }
}

/// As [`test()`], of a key with the public key that the device shows.
fn test_key(key: &(impl KeyPair + ?Sized)) -> Result<()> {
    let mismatch = text!(
        "the private key in the device does not belong to the public key that the device shows",
        "设备中的私钥与设备给出的公钥不匹配"
    );
    test(&key.public_key(), key.algorithm(), mismatch, |digest| {
        key.sign_digest(digest)
    })
}

/// Signs a digest that means nothing, and verifies.
fn test(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    mismatch: Text,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<()> {
    // Says so when the algorithm is not one of the key.
    key.message_digest(algorithm, b"")?;
    let digest = vec![0x5a; algorithm.digest().map_or(32, |digest| digest.output_len())];
    let value = sign(&digest)?;
    key.verify_digest(algorithm, &digest, &value)
        .map_err(|error| Error::new(ErrorKind::Key, mismatch).caused_by(error))?;
    Ok(())
}

/// No certificate is asked for with a key that the core would not sign with.
fn check_strength(key: &PublicKey) -> Result<()> {
    let PublicKey::Rsa(key) = key else { return Ok(()) };
    let (bits, least, most) = (key.bits(), RsaPublicKey::STRONG_BITS, RsaPublicKey::MAX_BITS);
    if (least..=most).contains(&bits) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unsupported,
        text!(
            "no certificate is asked for with an RSA key of {bits} bits; with {least} to {most} it is",
            "不支持为 {bits} 位的 RSA 密钥申请证书；支持 {least} 至 {most} 位"
        ),
    ))
}
