//! The demo's authority and the people that it certifies.

use sealcore::asn1::Time;
use sealcore::cert::{CertificateTemplate, Name, Profile, RevocationList, RevocationListTemplate};
use sealcore::error::Result;
use sealcore::key::{KeyFile, SoftSigner, to_pkcs12};
use sealcore_gm::sm2::SigningKey;

use crate::clock::DAY;
use sealcore_system::{self as random, Random};

/// Rounds of key derivation: the demo's passwords are random and stand beside the keys.
const ROUNDS: u32 = 20_000;
const YEAR: i64 = 365 * DAY;

/// A key with its certificate and password.
pub(crate) struct Person {
    /// The name of the file, without its ending.
    pub(crate) name: &'static str,
    pub(crate) file: KeyFile,
    pub(crate) password: String,
}

/// Everybody.
pub(crate) struct House {
    pub(crate) ca: Person,
    pub(crate) maker: Person,
    pub(crate) signer: Person,
    pub(crate) tsa: Person,
    pub(crate) list: RevocationList,
}

impl House {
    /// Makes keys and certificates that are valid at `now`.
    ///
    /// # Errors
    /// None that is known.
    pub(crate) fn build(now: Time, random: &mut Random) -> Result<Self> {
        // Clocks of those who verify may be behind.
        let from = now.plus_seconds(-DAY);
        let key = SigningKey::generate(random)?;
        let root = CertificateTemplate {
            subject: Name::parse("CN=sealcore demo root,O=示范根证书机构,C=CN")?,
            public_key: key.verifying_key().clone().into(),
            profile: Profile::Root,
            not_before: from,
            not_after: from.plus_seconds(10 * YEAR),
            crl_url: None,
        };
        let certificate = root.self_signed(&key, random)?;
        let authority = SoftSigner::new(key.clone(), certificate.clone())?.with_entropy(random::entropy());
        let ca = Person {
            name: "ca",
            file: KeyFile {
                key: key.into(),
                certificate: Some(certificate),
                chain: Vec::new(),
            },
            password: random.word(16),
        };
        let until = from.plus_seconds(3 * YEAR);
        let mut person = |name, subject, profile| -> Result<Person> {
            let key = SigningKey::generate(random)?;
            let template = CertificateTemplate {
                subject: Name::parse(subject)?,
                public_key: key.verifying_key().clone().into(),
                profile,
                not_before: from,
                not_after: until,
                crl_url: None,
            };
            let certificate = template.issue(&authority, random)?;
            let chain = ca.file.certificate.iter().cloned().collect();
            let file = KeyFile {
                key: key.into(),
                certificate: Some(certificate),
                chain,
            };
            Ok(Person {
                name,
                file,
                password: random.word(16),
            })
        };
        let maker = person(
            "maker",
            "CN=示范印章制作机构,O=示范印章制作机构,C=CN",
            Profile::SealMaker,
        )?;
        let signer = person("signer", "CN=示范市示范单位,O=示范市示范单位,C=CN", Profile::Unit)?;
        let tsa = person(
            "tsa",
            "CN=sealcore demo TSA,O=示范时间戳机构,C=CN",
            Profile::TimestampAuthority,
        )?;
        let list = RevocationListTemplate {
            this_update: from,
            next_update: now.plus_seconds(YEAR),
            number: 1,
            entries: Vec::new(),
        };
        let list = list.issue(&authority)?;
        Ok(Self {
            ca,
            maker,
            signer,
            tsa,
            list,
        })
    }

    /// Everybody, in the order of the read-me.
    pub(crate) fn people(&self) -> [&Person; 4] {
        [&self.signer, &self.maker, &self.tsa, &self.ca]
    }
}

impl Person {
    /// Key, certificate and chain as PKCS#12.
    ///
    /// # Errors
    /// None that is known.
    pub(crate) fn pkcs12(&self, random: &mut Random) -> Result<Vec<u8>> {
        to_pkcs12(&self.file, self.name, &self.password, ROUNDS, random)
    }

    /// The certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        self.file
            .certificate
            .as_ref()
            .map(sealcore::cert::Certificate::to_pem)
            .unwrap_or_default()
    }

    /// As a signer.
    ///
    /// # Errors
    /// None that is known.
    pub(crate) fn signer(&self) -> Result<SoftSigner> {
        Ok(self.file.clone().into_signer()?.with_entropy(random::entropy()))
    }
}
