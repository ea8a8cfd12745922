//! How the module misbehaves when it is asked to.

use std::collections::BTreeSet;
use std::path::Path;

const FILE: &str = "faults";

/// One misbehaviour, seen with vendors' modules or feared from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// ULONG has 8 bytes, as `unsigned long` has on LP64.
    WideUlong,
    /// Numbers of 32 bytes stand at the start of their fields of 64.
    LeftAligned,
    /// The fields of numbers have 32 bytes, as with `ECCref_MAX_BITS` 256.
    ShortFields,
    /// What a number leaves of its field holds rubbish.
    DirtyFields,
    /// A well-formed signature of another digest.
    WrongSignature,
    /// Success, and nothing written.
    NothingWritten,
    /// A public key that is no point of the curve.
    OffCurve,
    /// The public key of another private key.
    OtherKey,
    /// PKCS#11: no public key is shown.
    NoPublicKey,
    /// PKCS#11: the private key shows the point itself, and there are no public keys.
    PointInPrivateKey,
    /// PKCS#11: a rubbish public key and another pair's go by the same CKA_ID, before the right one.
    PublicTwins,
    /// PKCS#11: points stand bare, and not in an OCTET STRING.
    BarePoint,
    /// Lengths of four gigabytes.
    HugeLengths,
    /// More was written than there was room for, if the length is to be believed.
    LengthBeyondRoom,
    /// Structures that are 256 bytes longer than the standard's.
    Overlong,
    /// Lists and strings fill their buffers without a NUL.
    Unended,
    /// Whatever buffer is given is too small.
    NeverEnough,
    /// A list holds more names than anybody has.
    ManyNames,
    /// Success, and a null handle.
    NullHandles,
    /// The device was pulled out.
    Removed,
    /// As [`Self::Removed`], noticed when it is to sign.
    RemovedAtSigning,
    /// A device that is open is not opened once more, not even after it was pulled out.
    OneDevice,
    /// A failure with a number that no standard names.
    UnknownCode,
    /// The certificate is no certificate.
    RubbishCertificate,
    /// The public key is shown to the logged-in user only.
    KeyNeedsLogin,
    /// Who is logged in and gives a PIN is told so, and the PIN is not compared.
    LoginTwiceTold,
    /// The buffer of a PIN is overwritten when it was compared.
    WipesPin,
    /// A wrong PIN is refused with a number that no standard names.
    VendorPin,
    /// SKF: how many tries are left is not told.
    NoPinInfo,
    /// SKF: nothing is told of the device, which has no function for it.
    NoDeviceInfo,
    /// SKF: as [`Self::Removed`], noticed when it is asked what it is.
    RemovedAtInfo,
    /// SKF: the key of the second container signs for everybody.
    OpenContainer,
    /// SKF: the second container does not notice who is logged in.
    DeafContainer,
    /// SKF: a container whose device was pulled out says at a signature that nobody is logged in.
    LoginAskedFirst,
    /// SDF: an access right is given and does not help.
    NeverGranted,
    /// SDF: there are two sessions at most, dead ones among them.
    TwoSessions,
    /// PKCS#11: keys want the PIN at each signature.
    PinEachTime,
    /// PKCS#11: every session is gone at the next signature, as after a restart of the machine.
    SessionsLost,
    /// PKCS#11: the module cannot lock by itself.
    NoLocking,
    /// PKCS#11: signatures in DER.
    DerValues,
    /// PKCS#11: a function list without C_SignInit.
    NoSigning,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 41] = [
        Self::WideUlong,
        Self::LeftAligned,
        Self::ShortFields,
        Self::DirtyFields,
        Self::WrongSignature,
        Self::NothingWritten,
        Self::OffCurve,
        Self::OtherKey,
        Self::NoPublicKey,
        Self::PointInPrivateKey,
        Self::PublicTwins,
        Self::BarePoint,
        Self::HugeLengths,
        Self::LengthBeyondRoom,
        Self::Overlong,
        Self::Unended,
        Self::NeverEnough,
        Self::ManyNames,
        Self::NullHandles,
        Self::Removed,
        Self::RemovedAtSigning,
        Self::OneDevice,
        Self::UnknownCode,
        Self::RubbishCertificate,
        Self::KeyNeedsLogin,
        Self::LoginTwiceTold,
        Self::WipesPin,
        Self::VendorPin,
        Self::NoPinInfo,
        Self::NoDeviceInfo,
        Self::RemovedAtInfo,
        Self::OpenContainer,
        Self::DeafContainer,
        Self::LoginAskedFirst,
        Self::NeverGranted,
        Self::TwoSessions,
        Self::PinEachTime,
        Self::SessionsLost,
        Self::NoLocking,
        Self::DerValues,
        Self::NoSigning,
    ];

    /// Asks the module of `folder` for these and no other.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn ask(folder: &Path, faults: &[Self]) -> std::io::Result<()> {
        let names: Vec<_> = faults.iter().map(|fault| format!("{fault:?}")).collect();
        // Renamed into place, so that the module never reads half of it.
        let draft = folder.join("faults.new");
        std::fs::write(&draft, names.join("\n"))?;
        std::fs::rename(draft, folder.join(FILE))
    }
}

/// The misbehaviour that the file asks for now.
#[derive(Default)]
pub(crate) struct Faults(BTreeSet<Fault>);

impl Faults {
    pub(crate) fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        let named = |fault: &Fault| text.lines().any(|line| line == format!("{fault:?}"));
        Self(Fault::ALL.into_iter().filter(named).collect())
    }

    /// Asks for the others alone.
    pub(crate) fn end(&self, folder: &Path, fault: Fault) {
        let others: Vec<_> = self.0.iter().copied().filter(|other| *other != fault).collect();
        let _ = Fault::ask(folder, &others);
    }

    /// The code for a wrong PIN.
    pub(crate) fn pin_code<T>(&self, standards: T, vendors: T) -> T {
        if self.has(Fault::VendorPin) { vendors } else { standards }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}
