//! Keys, certificates and passwords that options name.

use std::path::{Path, PathBuf};

use sealcore::cert::{Certificate, CertificateBag};
use sealcore::error::{Error, ErrorKind};
use sealcore::key::{self, KeyFile, KeyPair, Signer};
use sealcore::text;
use sealcore_device::{DeviceUri, KeyAddress, OpenOptions, Pin};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use sealcore_system as random;

use crate::files;

/// The password in the environment variable that an option names.
pub(crate) fn password(variable: Option<&str>) -> Outcome<Option<Zeroizing<String>>> {
    let Some(variable) = variable else { return Ok(None) };
    match std::env::var(variable) {
        Ok(password) => Ok(Some(Zeroizing::new(password))),
        Err(_) => Err(Failure::usage(text!(
            "the environment variable {variable} is not set, or is not UTF-8",
            "环境变量 {variable} 未设置，或不是 UTF-8"
        ))),
    }
}

/// Where a key is: a path, a `file:` URI or a device's.
pub(crate) fn address(key: &str) -> Outcome<KeyAddress> {
    KeyAddress::parse(key).ending(Exit::Usage)
}

/// The PIN for a device: in the variable that an option names, unless the URI has one.
pub(crate) fn pin(variable: Option<&str>) -> Outcome<Option<Pin>> {
    Ok(password(variable)?.map(Pin::from))
}

/// The key file that `key` names: for what needs the private key itself.
pub(crate) fn load(key: &str, password_env: Option<&str>) -> Outcome<KeyFile> {
    match address(key)? {
        KeyAddress::File(path) => load_file(&path, password_env),
        KeyAddress::Device(_) => Err(Failure::usage(text!(
            "this needs a key file: a private key does not leave its device",
            "此操作需要密钥文件：私钥不能离开设备"
        ))),
    }
}

/// The key that `key` names, for what signs with it and needs no certificate.
pub(crate) fn pair(key: &str, password_env: Option<&str>) -> Outcome<Box<dyn KeyPair>> {
    match address(key)? {
        KeyAddress::File(path) => Ok(Box::new(load_file(&path, password_env)?.key)),
        KeyAddress::Device(uri) => {
            let pin = pin(password_env)?;
            sealcore_device::open_key(&uri, pin.as_ref()).map_err(|error| of_device(&uri, error))
        }
    }
}

fn load_file(path: &Path, password_env: Option<&str>) -> Outcome<KeyFile> {
    let password = password(password_env)?;
    let bytes = Zeroizing::new(files::read(path)?);
    key::load(&bytes, password.as_ref().map(|password| password.as_str())).about(path)
}

/// The key that `key` names as a signer; `certificate` goes before what the file or device holds.
pub(crate) fn signer(key: &str, certificate: Option<&Path>, password_env: Option<&str>) -> Outcome<Box<dyn Signer>> {
    signer_with_chain(key, certificate, &[], password_env)
}

/// As [`signer`], with the certificates of further files in its chain.
pub(crate) fn signer_with_chain(
    key: &str,
    certificate: Option<&Path>,
    further: &[PathBuf],
    password_env: Option<&str>,
) -> Outcome<Box<dyn Signer>> {
    match address(key)? {
        KeyAddress::File(path) => file_signer(&path, certificate, further, password_env),
        KeyAddress::Device(uri) => device_signer(&uri, certificate, further, password_env),
    }
}

fn file_signer(
    path: &Path,
    certificate: Option<&Path>,
    further: &[PathBuf],
    password_env: Option<&str>,
) -> Outcome<Box<dyn Signer>> {
    let mut file = load_file(path, password_env)?;
    if let Some(certificate) = certificate {
        let (own, mut chain) = certificate_with_chain(certificate)?;
        chain.append(&mut file.chain);
        file.certificate = Some(own);
        file.chain = chain;
    } else if file.certificate.is_none() {
        let shown = path.display();
        return Err(Failure::usage(text!(
            "{shown} holds no certificate of its key; name it with --cert",
            "{shown} 中没有私钥对应的证书；请用 --cert 指定"
        )));
    }
    for path in further {
        file.chain.extend(certificates(path, None)?);
    }
    Ok(Box::new(
        file.into_signer().about(path)?.with_entropy(random::entropy()),
    ))
}

fn device_signer(
    uri: &DeviceUri,
    certificate: Option<&Path>,
    further: &[PathBuf],
    password_env: Option<&str>,
) -> Outcome<Box<dyn Signer>> {
    let mut options = OpenOptions::default();
    options.pin = pin(password_env)?;
    if let Some(certificate) = certificate {
        let (own, chain) = certificate_with_chain(certificate)?;
        options.certificate = Some(own);
        options.chain = chain;
    }
    for path in further {
        options.chain.extend(certificates(path, None)?);
    }
    sealcore_device::open(uri, options).map_err(|error| of_device(uri, error))
}

/// An error of a device, about its URI without the PIN. What the URI lacks or contradicts is wrong usage.
pub(crate) fn of_device(uri: &DeviceUri, error: Error) -> Failure {
    let is_usage = error.kind() == ErrorKind::Argument;
    let failure = Failure::from(error).about(uri.to_string());
    if is_usage { failure.ending(Exit::Usage) } else { failure }
}

/// The first certificate of a file, and the others.
pub(crate) fn certificate_with_chain(path: &Path) -> Outcome<(Certificate, Vec<Certificate>)> {
    let bytes = files::read(path)?;
    let mut bag = CertificateBag::new();
    bag.add_bytes(&bytes, "certificate").about(path)?;
    let mut certificates = bag.certificates.into_iter();
    let first = certificates.next().ok_or_else(|| {
        Error::new(
            ErrorKind::Certificate,
            text!("the file holds no certificate", "文件中没有证书"),
        )
    });
    Ok((first.about(path)?, certificates.collect()))
}

/// The certificates of a file, which may also be a key file.
pub(crate) fn certificates(path: &Path, password_env: Option<&str>) -> Outcome<Vec<Certificate>> {
    let bytes = Zeroizing::new(files::read(path)?);
    let mut bag = CertificateBag::new();
    let error = match bag.add_bytes(&bytes, "certificate") {
        Ok(_) => return Ok(bag.certificates),
        Err(error) => error,
    };
    let password = password(password_env)?;
    match key::load(&bytes, password.as_ref().map(|password| password.as_str())) {
        Ok(KeyFile {
            certificate: Some(certificate),
            ..
        }) => Ok(vec![certificate]),
        Err(reason) if reason.kind() == ErrorKind::Password => Err(reason).about(path),
        _ => Err(error).about(path),
    }
}
