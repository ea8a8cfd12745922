//! The audit file: one line of JSON for each token that was issued, appended before the token leaves.
//!
//! A line is whole when it ends with a line feed. What a crash left of a last line is cut off at the next start, and a line
//! that tells of it takes its place: a torn line never runs into the next one.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sealcore::asn1::Time;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;
use sealcore::timestamp::GenTime;
use serde_json::{Value, json};

use super::state::sync_folder;
use crate::clock;
use crate::units::to_hex;

/// No line is longer: the parts of a line have bounds of their own.
const MAX_LINE: u64 = 16 << 10;

/// Bytes of a torn line that the line in its place repeats.
const MAX_TORN: usize = 1 << 10;

/// An audit file that lines are appended to.
#[derive(Debug)]
pub(crate) struct AuditFile {
    file: File,
    path: PathBuf,
    /// Where the last whole line ends.
    end: u64,
    /// Whether something is written that may not be on disk.
    dirty: bool,
}

/// What an audit file says of the runs before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// The highest serial number, hexadecimal, of the last lines.
    pub(crate) serial: Option<String>,
    /// The latest time of the last lines.
    pub(crate) until: Option<GenTime>,
    /// Bytes of a torn line that were cut off.
    pub(crate) cut: u64,
}

impl AuditFile {
    /// Opens the file at `path`, or makes it, and mends its end.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]; [`ErrorKind::Format`] when its last lines are none of an audit file.
    pub(crate) fn open(path: &Path) -> Result<(Self, History)> {
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let length = file.metadata()?.len();
        let tail = read_tail(&mut file, length)?;
        let torn = tail.iter().rev().take_while(|byte| **byte != b'\n').count();
        if torn == tail.len() && length > tail.len() as u64 {
            return Err(strange(path));
        }
        let (whole, torn_bytes) = tail.split_at(tail.len() - torn);
        let mut history = read_history(whole, length > tail.len() as u64).ok_or_else(|| strange(path))?;
        history.cut = torn as u64;
        let mut audit = Self {
            file,
            path: path.to_owned(),
            end: length - torn as u64,
            dirty: true,
        };
        if torn > 0 {
            audit.file.set_len(audit.end)?;
            // A loss of power may leave any number of zeros; this line has to be short, or it hides those before it.
            let shown = torn_bytes.get(..MAX_TORN).unwrap_or(torn_bytes);
            let cut = json!({ "event": "cut", "at": clock::now(), "bytes": torn, "hex": to_hex(shown) });
            audit.append(format!("{cut}\n").as_bytes())?;
        }
        audit.sync()?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))?;
        Ok((audit, history))
    }

    /// Writes a line about the authority itself.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub(crate) fn event(&mut self, event: &Value) -> Result<()> {
        self.append(format!("{event}\n").as_bytes())
    }

    /// Appends whole lines: all of them or none.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]; what was written of them is taken back then.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<()> {
        self.dirty = true;
        let written = self
            .file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.write_all(lines));
        if let Err(error) = written {
            // Where this fails too, the next append begins at the same place, and a start cuts the rest off.
            let _ = self.file.set_len(self.end);
            return Err(self.failed(error));
        }
        self.end += lines.len() as u64;
        Ok(())
    }

    /// Puts everything on disk.
    ///
    /// # Errors
    /// [`ErrorKind::Io`].
    pub(crate) fn sync(&mut self) -> Result<()> {
        if self.dirty {
            self.file.sync_data().map_err(|error| self.failed(error))?;
            self.dirty = false;
        }
        Ok(())
    }

    /// Takes back what was appended since the file ended at `end`, after it could not be put on disk.
    pub(crate) fn take_back(&mut self, end: u64) {
        if self.file.set_len(end).is_ok() {
            self.end = end;
        }
    }

    /// Where the file ends.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Whether something is written that may not be on disk.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    fn failed(&self, error: std::io::Error) -> Error {
        Error::from(error).in_part(self.path.display().to_string())
    }
}

/// What holds the last lines.
fn read_tail(file: &mut File, length: u64) -> Result<Vec<u8>> {
    let mut tail = Vec::new();
    // Events stand between tokens; the last token is among the last lines.
    file.seek(SeekFrom::Start(length.saturating_sub(64 * MAX_LINE)))?;
    file.take(64 * MAX_LINE).read_to_end(&mut tail)?;
    Ok(tail)
}

/// What the last lines tell of tokens. Several threads sign, so that the last line need not have the highest number.
fn read_history(whole: &[u8], is_part: bool) -> Option<History> {
    let mut history = History::default();
    // The first line of a part is the end of one.
    for line in whole.split(|byte| *byte == b'\n').skip(usize::from(is_part)) {
        if line.is_empty() {
            continue;
        }
        let value: Value = serde_json::from_slice(line).ok()?;
        let Some(serial) = value.get("serial").and_then(Value::as_str) else {
            continue;
        };
        // Numbers of one authority have one length, so that they compare as text.
        if history.serial.as_deref().is_none_or(|highest| highest < serial) {
            history.serial = Some(serial.to_owned());
        }
        let time = value.get("time").and_then(Value::as_str).and_then(gen_time);
        history.until = history.until.max(time);
    }
    Some(history)
}

/// Reads what [`GenTime`] shows.
fn gen_time(text: &str) -> Option<GenTime> {
    let Some((whole, fraction)) = text.strip_suffix('Z')?.split_once('.') else {
        return Time::parse_rfc3339(text).map(GenTime::from);
    };
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    Some(GenTime::new(Time::parse_rfc3339(&format!("{whole}Z"))?, nanos))
}

fn strange(path: &Path) -> Error {
    Error::new(
        ErrorKind::Format,
        text!(
            "this is no audit file of a time-stamp authority",
            "这不是时间戳服务的审计文件"
        ),
    )
    .in_part(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(serial: &str) -> String {
        format!("{{\"serial\":\"{serial}\"}}\n")
    }

    fn last(history: &History) -> Option<&str> {
        history.serial.as_deref()
    }

    #[test]
    fn highest_number_and_latest_time() {
        let line = |serial: &str, time: &str| format!("{{\"serial\":\"{serial}\",\"time\":\"{time}\"}}\n");
        let lines = line("07", "2026-11-22T04:00:00.12Z")
            + &line("06", "2026-11-22T04:00:00.9Z")
            + &line("05", "2026-11-22T04:00:00Z");
        let history = read_history(lines.as_bytes(), false).unwrap();
        assert_eq!(history.serial.as_deref(), Some("07"));
        assert_eq!(history.until.unwrap().to_string(), "2026-11-22T04:00:00.9Z");
        assert_eq!(
            read_history(lines.as_bytes(), true).unwrap().serial.as_deref(),
            Some("06")
        );
    }

    #[test]
    fn a_torn_line_is_cut_off_and_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let (mut audit, history) = AuditFile::open(&path).unwrap();
        assert_eq!(history, History::default());
        audit.append((line("01") + &line("02")).as_bytes()).unwrap();
        let full = line("03");
        for torn in 1..full.len() {
            drop(audit);
            let before = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, before.clone() + &full[..torn]).unwrap();
            let (next, history) = AuditFile::open(&path).unwrap();
            assert_eq!((last(&history), history.cut), (Some("02"), torn as u64));
            audit = next;
            let after = std::fs::read_to_string(&path).unwrap();
            assert!(after.starts_with(&before) && after.ends_with("\"}\n"), "{after}");
            let told: Value = serde_json::from_str(after.lines().last().unwrap()).unwrap();
            assert_eq!(told["hex"], to_hex(&full.as_bytes()[..torn]));
        }
        drop(audit);
        let (_, history) = AuditFile::open(&path).unwrap();
        assert_eq!((last(&history), history.cut), (Some("02"), 0));
    }

    #[test]
    fn what_could_not_be_put_on_disk_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let (mut audit, _) = AuditFile::open(&path).unwrap();
        audit.append(line("01").as_bytes()).unwrap();
        let end = audit.end();
        audit.append(line("02").as_bytes()).unwrap();
        audit.take_back(end);
        audit.append(line("03").as_bytes()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), line("01") + &line("03"));
    }

    #[test]
    fn a_long_tear_does_not_hide_the_lines_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let mut bytes = line("01").into_bytes();
        bytes.resize(900_000, 0);
        std::fs::write(&path, &bytes).unwrap();
        for cut in [900_000 - line("01").len(), 0] {
            let (_, history) = AuditFile::open(&path).unwrap();
            assert_eq!((last(&history), history.cut), (Some("01"), cut as u64));
        }
    }

    #[test]
    fn another_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        std::fs::write(&path, "letters\n").unwrap();
        assert_eq!(AuditFile::open(&path).unwrap_err().kind(), ErrorKind::Format);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "letters\n");
    }
}
