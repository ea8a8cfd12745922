//! Writes the integrity record of GM/T 0099-2020, Annex D.

use std::io::Write;

use sealcore_gm::sm3;

use super::prepare::check_package;
use super::session::write;
use crate::asn1::Time;
use crate::cms::PreparedSignedData;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Signer, sign_message_sm2};
use crate::ofd::integrity;
use crate::ofd::package::Archive;
use crate::ofd::path::PackagePath;
use crate::text;

/// Adds `/OFDEntries.xml`, which names every file of the package, and its GB/T 35275 signature. It is the last thing to be
/// done to a document: whatever is added later breaks it.
///
/// # Errors
/// [`ErrorKind::Refused`] when the package has a record already, or is read differently by different readers;
/// [`ErrorKind::Argument`] for a time outside 1950 to 9999; [`ErrorKind::Io`] when it cannot be written; what the signer
/// reports.
pub fn add_integrity_record<W: Write>(archive: &Archive<'_>, signer: &dyn Signer, time: Time, output: W) -> Result<W> {
    let escape = |_| {
        Error::new(
            ErrorKind::Argument,
            text!("the record has no place", "完整性记录无处存放"),
        )
    };
    time.check_statable()?;
    let record_path = PackagePath::root().resolve(integrity::RECORD).map_err(escape)?;
    let value_path = PackagePath::root().resolve(integrity::SIGNED_VALUE).map_err(escape)?;
    if archive.find(&record_path).is_some() || archive.find(&value_path).is_some() {
        return Err(Error::new(
            ErrorKind::Refused,
            text!("the package has an integrity record already", "文件包已有完整性记录"),
        ));
    }
    check_package(archive)?;
    let files = archive.entries().iter().filter(|entry| !entry.is_dir());
    let paths: Vec<String> = files
        .filter_map(|entry| entry.path())
        .map(|path| path.as_str().to_owned())
        .collect();
    let record = integrity::record(&paths, time)?;
    let data = PreparedSignedData::new(&sm3::digest(&record), time, signer.certificate(), signer.chain());
    let value = data.assemble(&sign_message_sm2(signer, data.signed_bytes())?);
    write(archive, &[(&record_path, &record), (&value_path, &value)], time, output)
}
