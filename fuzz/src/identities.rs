//! Targets that read certificates, requests, revocation lists and key files.

use sealcore::cert::{Certificate, CertificateBag, Name, Request, RevocationList};
use sealcore::fuzzing::load_key;
use sealcore::key::pkcs8;

/// Reads a certificate, a request, a name and a bag of certificates. What is read keeps its bytes, comes back from PEM, and
/// everything that it says can be asked for.
pub fn certificate(data: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(data) {
        assert_eq!(certificate.der(), data);
        let again = Certificate::from_pem_or_der(certificate.to_pem().as_bytes());
        assert!(again.is_ok_and(|again| again.der() == data));
        let key = certificate.public_key();
        let _ = (
            certificate.is_signed_by(key),
            certificate.is_self_issued(),
            certificate.crl_urls(),
        );
        let info = certificate.info();
        assert!(!info.serial.is_empty() || certificate.serial().is_empty());
    }
    if let Ok(request) = Request::from_der(data) {
        assert_eq!(request.der(), data);
        let _ = request.verify();
        let again = Request::from_pem_or_der(request.to_pem().as_bytes());
        assert!(again.is_ok_and(|again| again.der() == data));
    }
    let name = Name::from_der(data);
    assert_eq!(name.der(), data);
    let _ = (name.to_string(), name.common_name().is_some());
    let mut bag = CertificateBag::new();
    if let Ok(count) = bag.add_bytes(data, "file") {
        assert_eq!(count, bag.certificates.len() + bag.lists.len());
        assert!(count > 0);
    }
}

/// Reads a revocation list. What is read keeps its bytes, comes back from PEM, and can be searched.
pub fn revocation_list(data: &[u8]) {
    let Ok(list) = RevocationList::from_der(data) else {
        return;
    };
    assert_eq!(list.der(), data);
    let again = RevocationList::from_pem_or_der(list.to_pem().as_bytes());
    assert!(again.is_ok_and(|again| again.der() == data && again.len() == list.len()));
    let (_, _, _) = (list.find(&[1]), list.unusable(), list.issuer().to_string());
}

/// Opens a key file with the password of the seeds, within few rounds. A key that is read is written and read again.
pub fn key_file(data: &[u8]) {
    let Ok(file) = load_key(data, Some("密码"), 4_000) else {
        return;
    };
    let der = pkcs8::to_der(&file.key);
    assert!(der.is_ok(), "a key that was read is written");
    let Ok(der) = der else { return };
    let again = load_key(&der, None, 0);
    let public = file.key.public_key();
    assert!(again.is_ok_and(|again| again.key.public_key() == public));
    if let Some(certificate) = &file.certificate {
        assert!(certificate.public_key().is_same_key(&public));
    }
}
