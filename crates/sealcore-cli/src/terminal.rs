//! What a person or a program reads. A reader that went away is no error.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use sealcore::error::Error;
use sealcore::lang::{Lang, Text};
use sealcore::report::Style;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Standard output and error, in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    pub(crate) lang: Lang,
    colour: bool,
}

impl Terminal {
    /// Colour goes only to a terminal, and not where NO_COLOR forbids it.
    pub(crate) fn new(lang: Lang) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self {
            lang,
            colour: std::io::stdout().is_terminal() && !unwanted,
        }
    }

    /// How reports are decorated.
    pub(crate) fn style(&self, verbose: bool) -> Style {
        Style {
            colour: self.colour,
            verbose,
        }
    }

    /// Writes lines to standard output.
    pub(crate) fn print(&self, text: &str) -> Outcome<()> {
        let mut out = std::io::stdout().lock();
        let ended = if text.ends_with('\n') { "" } else { "\n" };
        match out
            .write_all(text.as_bytes())
            .and_then(|()| out.write_all(ended.as_bytes()))
            .and_then(|()| out.flush())
        {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::from(Error::from(error)).ending(Exit::Refused))
            }
            _ => Ok(()),
        }
    }

    /// Writes one text to standard output.
    pub(crate) fn say(&self, text: &Text) -> Outcome<()> {
        self.print(&clean(text.get(self.lang)))
    }

    /// Writes one JSON object on a line of its own.
    pub(crate) fn print_json(&self, value: &Value) -> Outcome<()> {
        self.print(&value.to_string())
    }

    /// A line on standard error.
    pub(crate) fn note(&self, text: &Text) {
        let _ = writeln!(std::io::stderr(), "{}", clean(text.get(self.lang)));
    }

    /// Says why the command failed: on standard error, or as JSON where that is wanted.
    pub(crate) fn failure(&self, failure: &Failure, json: bool) {
        if json {
            let _ = self.print_json(&error_json(failure.file.as_deref(), &failure.error, self.lang));
            return;
        }
        let reason = failure.error.describe(self.lang);
        let label = match self.lang {
            Lang::En => "error: ",
            Lang::Zh => "错误：",
        };
        let file = failure
            .file
            .as_ref()
            .map_or_else(String::new, |file| format!("{file}: "));
        let _ = writeln!(std::io::stderr(), "{}", clean(&format!("{label}{file}{reason}")));
    }
}

/// `{ "file", "error": { kind, message, part, position } }`, and `vendor_code` where a device gave one.
pub(crate) fn error_json(file: Option<&str>, error: &Error, lang: Lang) -> Value {
    json!({ "file": file, "error": error.to_json(lang) })
}

/// Without control characters, which names in files may hold; line breaks stay.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { '·' } else { c })
        .collect()
}
