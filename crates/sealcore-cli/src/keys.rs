//! Keys, certificates and passwords that options name.

use std::path::{Path, PathBuf};

use sealcore::cert::{Certificate, CertificateBag};
use sealcore::error::{Error, ErrorKind};
use sealcore::key::{self, KeyFile, SoftSigner};
use sealcore::text;
use zeroize::Zeroizing;

use crate::failure::{Explain as _, Failure, Outcome};
use sealcore_system as random;

use crate::files;

/// Keys that are not in a file.
const DEVICES: [&str; 3] = ["pkcs11:", "sdf:", "skf:"];

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

/// The key file at `path`.
pub(crate) fn load(path: &str, password_env: Option<&str>) -> Outcome<KeyFile> {
    if let Some(scheme) = DEVICES
        .into_iter()
        .find(|scheme| path.to_ascii_lowercase().starts_with(scheme))
    {
        return Err(Failure::not_built(&format!("{scheme} keys")));
    }
    let password = password(password_env)?;
    let bytes = Zeroizing::new(files::read(Path::new(path))?);
    key::load(&bytes, password.as_ref().map(|password| password.as_str())).about(path)
}

/// The key file at `path` as a signer; `certificate` goes before what the file holds.
pub(crate) fn signer(path: &str, certificate: Option<&Path>, password_env: Option<&str>) -> Outcome<SoftSigner> {
    signer_with_chain(path, certificate, &[], password_env)
}

/// As [`signer`], with the certificates of further files in its chain.
pub(crate) fn signer_with_chain(
    path: &str,
    certificate: Option<&Path>,
    further: &[PathBuf],
    password_env: Option<&str>,
) -> Outcome<SoftSigner> {
    let mut file = load(path, password_env)?;
    if let Some(certificate) = certificate {
        let (own, mut chain) = certificate_with_chain(certificate)?;
        chain.append(&mut file.chain);
        file.certificate = Some(own);
        file.chain = chain;
    } else if file.certificate.is_none() {
        return Err(Failure::usage(text!(
            "{path} holds no certificate of its key; name it with --cert",
            "{path} 中没有私钥对应的证书；请用 --cert 指定"
        )));
    }
    for path in further {
        file.chain.extend(certificates(path, None)?);
    }
    Ok(file.into_signer().about(path)?.with_entropy(random::entropy()))
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
