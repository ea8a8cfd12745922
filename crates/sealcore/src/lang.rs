//! What a person reads comes in Chinese and English.

use std::borrow::Cow;
use std::fmt;

/// The language of messages. Codes and field names never change with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// A message in both languages, made by [`text!`](crate::text!).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    en: Cow<'static, str>,
    zh: Cow<'static, str>,
}

impl Text {
    /// A message whose two wordings are given.
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// The wording in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// The English wording: what logs and `{}` of errors use.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Makes a [`Text`] of an English and a Chinese format string.
///
/// ```
/// let name = "Doc_0/Document.xml";
/// let text = sealcore::text!("{name} is missing", "缺少 {name}");
/// assert_eq!(text.get(sealcore::lang::Lang::Zh), "缺少 Doc_0/Document.xml");
/// ```
#[macro_export]
macro_rules! text {
    ($en:literal, $zh:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::lang::Text::new(format!($en $(, $name = $value)*), format!($zh $(, $name = $value)*))
    };
}
