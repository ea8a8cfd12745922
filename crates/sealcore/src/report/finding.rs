use super::{Code, Severity};
use crate::lang::{Lang, Text};

/// One thing that verification noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is; stable.
    pub code: Code,
    /// The clause of the standard that is met or broken, where it could be read.
    pub clause: Option<&'static str>,
    message: Option<Text>,
    /// The part of the input, as in a package path.
    pub part: Option<String>,
}

impl Finding {
    /// A finding with the message and clause of its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            clause: code.clause(),
            message: None,
            part: None,
        }
    }

    /// Says what was found here, in place of the code's general words.
    #[must_use]
    pub fn with(mut self, message: Text) -> Self {
        self.message = Some(message);
        self
    }

    /// Names the clause.
    #[must_use]
    pub fn clause(mut self, clause: Option<&'static str>) -> Self {
        self.clause = clause.or(self.clause);
        self
    }

    /// Names the part of the input.
    #[must_use]
    pub fn in_part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// The finding outside of a report, as a risk: `{ code, severity, part, message }`.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> serde_json::Value {
        serde_json::json!({
            "code": self.code.name(),
            "severity": self.severity().name(),
            "part": self.part,
            "message": self.message(lang),
        })
    }

    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The message in `lang`, the part included.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let message = match &self.message {
            Some(text) => text.get(lang).to_owned(),
            None => self.code.meaning().get(lang).to_owned(),
        };
        match (&self.part, lang) {
            (None, _) => message,
            (Some(part), _) if message.contains(part.as_str()) => message,
            (Some(part), Lang::En) => format!("{message} ({part})"),
            (Some(part), Lang::Zh) => format!("{message}（{part}）"),
        }
    }
}
