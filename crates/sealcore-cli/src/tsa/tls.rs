//! TLS for the server and for the client that asks one: rustls over AWS-LC, which signs for the core already.

use std::path::Path;
use std::sync::Arc;

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::lang::Text;
use sealcore::text;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::failure::{Explain as _, Outcome};

/// What the server shows: a certificate with its chain, and the key. Both in PEM.
pub(crate) fn acceptor(certificate: &Path, key: &Path) -> Outcome<TlsAcceptor> {
    let chain = certificates(certificate)?;
    let key_der = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| failed(text!("no key can be read: {error}", "无法读取私钥：{error}")))
        .about(key)?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key_der))
        .map_err(|error| failed(text!("TLS cannot be set up: {error}", "无法配置 TLS：{error}")))
        .about(certificate)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// What the client accepts: the system's authorities, or those of `authorities` in their place.
pub(crate) fn connector(authorities: Option<&Path>) -> Outcome<TlsConnector> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            for certificate in certificates(path)? {
                roots
                    .add(certificate)
                    .map_err(|error| failed(text!("a certificate is unfit: {error}", "证书不可用：{error}")))
                    .about(path)?;
            }
        }
        None => {
            // What cannot be read is missed when a server needs it.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(text!("TLS cannot be set up: {error}", "无法配置 TLS：{error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn certificates(path: &Path) -> Outcome<Vec<CertificateDer<'static>>> {
    let read = || -> Result<Vec<_>> {
        let unreadable = |error| failed(text!("no certificate can be read: {error}", "无法读取证书：{error}"));
        let all = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
        all.map(|one| one.map_err(unreadable)).collect()
    };
    read().about(path)
}

fn failed(message: Text) -> Error {
    Error::new(ErrorKind::Key, message)
}
