//! SKF: tokens by the interface of GM/T 0016.
//!
//! `skf:device=NAME;application=APP;container=CON?module-path=/opt/vendor/libskf.so`: what there is just one of may be left
//! out. The certificate is the container's for signatures, unless one is given.

mod codes;
mod functions;
mod listing;
mod names;
mod token;
mod ulong;

use sealcore::algorithm::PublicKey;
use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyPair, Signer};
use sealcore::text;
use sealcore_gm::sm2::VerifyingKey;

use self::functions::Module;
pub(crate) use self::listing::list;
use self::names::Name;
use self::token::{Application, Container, Contents, Driver, Token};
use self::ulong::Width;
use crate::certified::Certified;
use crate::sm2::{check_algorithm, check_certificate, digest_of};
use crate::{DeviceUri, OpenOptions, Pin, failure};

pub(crate) fn open(uri: &DeviceUri, options: OpenOptions) -> Result<Box<dyn Signer>> {
    let container = container(uri)?;
    let certificate = match options.certificate {
        Some(certificate) => certificate,
        None => certificate_of(&container)?,
    };
    check_algorithm(&certificate, options.algorithm)?;
    let key = SkfKey::open(uri, container, options.pin.as_ref(), |key| {
        check_certificate(&certificate, key)
    })?;
    Ok(Box::new(Certified {
        key,
        certificate,
        chain: options.chain,
    }))
}

pub(crate) fn open_key(uri: &DeviceUri, pin: Option<&Pin>) -> Result<Box<dyn KeyPair>> {
    Ok(Box::new(SkfKey::open(uri, container(uri)?, pin, |_| Ok(()))?))
}

/// The container that the URI means, with a key for SM2 or one that the library says nothing of.
fn container(uri: &DeviceUri) -> Result<Container<Box<Application>>> {
    let driver = driver(uri)?;
    let device = the_one(uri, "device", driver.devices()?)?;
    let token = Token::connect(&driver, &device)?;
    let name = the_one(uri, "application", token.applications()?)?;
    let application = Box::new(Application::open(token, &name)?);
    let name = the_one(uri, "container", application.containers()?)?;
    let container = Container::open(application, &name)?;
    check_contents(&container.contents()?, &name)?;
    Ok(container)
}

/// A key in a container. Calls of one library go one after the other.
struct SkfKey {
    container: Container<Box<Application>>,
    public: VerifyingKey,
}

impl SkfKey {
    /// The key of `container`, whose public key `check` wants.
    fn open(
        uri: &DeviceUri,
        container: Container<Box<Application>>,
        pin: Option<&Pin>,
        check: impl Fn(&VerifyingKey) -> Result<()>,
    ) -> Result<Self> {
        let pin = Pin::of(uri, pin)?;
        // Who gives no PIN does not sign by the login of somebody else in the process.
        if pin.is_none() && container.application().is_logged_in() {
            return Err(failure::no_pin());
        }
        // Before the PIN is tried, where the token shows its key: a wrong container must not cost a try.
        let shown = match container.public_key(true) {
            Err(error) if error.kind() == ErrorKind::Password && pin.is_some() => None,
            key => Some(key?),
        };
        if let Some(key) = &shown {
            check(key)?;
        }
        if let Some(pin) = pin {
            container.application().verify_pin(&pin)?;
        }
        let public = match shown {
            Some(key) => key,
            None => {
                let key = container.public_key(true)?;
                check(&key)?;
                key
            }
        };
        Ok(Self { container, public })
    }
}

impl KeyPair for SkfKey {
    fn public_key(&self) -> PublicKey {
        self.public.clone().into()
    }

    fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        Ok(self.container.sign(digest_of(digest)?)?.to_vec())
    }
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
