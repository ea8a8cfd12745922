//! SKF: tokens by the interface of GM/T 0016.
//!
//! `skf:device=NAME;application=APP;container=CON?module-path=/opt/vendor/libskf.so`: what there is just one of may be left
//! out. The certificate is the container's for signatures, unless one is given.

mod codes;
mod functions;
mod key;
mod listing;
mod names;
mod token;
mod ulong;

use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyPair, Signer};
use sealcore::text;

use self::functions::Module;
use self::key::Found;
pub(crate) use self::listing::list;
use self::names::Name;
use self::token::{Application, Container, Contents, Driver};
use self::ulong::Width;
use crate::certified::Certified;
use crate::sm2::Wanted;
use crate::{DeviceUri, OpenOptions, Pin, failure};

pub(crate) fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    let found = Found::at(uri)?;
    let is_containers = options.certificate.is_none();
    let certificate = match options.certificate {
        Some(certificate) => certificate,
        None => found.certificate()?,
    };
    let wanted = Wanted::of(&certificate, options.algorithm)?;
    Ok(Box::new(Certified {
        key: found.of(options.pin.as_ref(), Some(wanted), is_containers)?,
        certificate,
        chain: options.chain,
    }))
}

pub(crate) fn open_key(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Box<dyn KeyPair>> {
    Ok(Box::new(Found::at(uri)?.of(pin, None, false)?))
}

fn driver(uri: &DeviceUri) -> Result<Driver> {
    let width = Width::of(uri)?;
    Ok(Driver {
        module: Module::load(uri.module_path()?)?,
        width,
    })
}

fn check_contents(contents: &Contents, name: &Name) -> Result<()> {
    let name = name.text();
    match contents {
        Contents::Sm2 | Contents::Unknown => Ok(()),
        Contents::Rsa => Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "the container {name} holds an RSA key; SKF devices are supported with SM2",
                "容器 {name} 中是 RSA 密钥；SKF 设备仅支持 SM2"
            ),
        )),
        Contents::Empty => Err(failure::missing(
            &format!("the container {name} holds no key"),
            &format!("容器 {name} 中没有密钥"),
        )),
    }
}

fn certificate_of(container: &Container<Box<Application>>) -> Result<Certificate> {
    const FUNCTION: &str = "SKF_ExportCertificate";
    let der = container.certificate(true)?;
    if der.is_empty() {
        return Err(failure::missing(
            "the container holds no certificate for signatures; one has to be given",
            "容器中没有签名证书，须另行提供",
        )
        .in_part(FUNCTION));
    }
    Certificate::from_der(&der).map_err(|error| error.in_part(FUNCTION))
}

/// The one of `names` that the attribute `what` of the URI names, or the only one.
fn the_one(uri: &DeviceUri, what: &str, names: Vec<Name>) -> Result<Name> {
    let wanted = uri.path(what);
    let mut fitting = names
        .iter()
        .filter(|name| wanted.is_none_or(|wanted| name.text() == wanted));
    let known: Vec<_> = names.iter().take(20).map(|name| format!("{:?}", name.text())).collect();
    let known = known.join(", ");
    let zh = match what {
        "device" => "设备",
        "application" => "应用",
        _ => "容器",
    };
    match (fitting.next(), fitting.next(), wanted) {
        (Some(name), None, _) => Ok(name.clone()),
        (None, _, None) => Err(failure::missing(&format!("there is no {what}"), &format!("没有{zh}"))),
        (None, _, Some(wanted)) => Err(failure::missing(
            &format!("there is no {what} {wanted:?}; there are: {known}"),
            &format!("没有名为 {wanted:?} 的{zh}；现有：{known}"),
        )),
        (Some(_), Some(_), _) => Err(Error::new(
            ErrorKind::Device,
            text!(
                "there are several: name one with {what}= in the URI: {known}",
                "有多个{zh}，请在 URI 中用 {what}= 指明一个：{known}"
            ),
        )),
    }
}
