//! Which language a person reads.

use sealcore::lang::Lang;

/// The language that the locale asks for: the first of LC_ALL, LC_MESSAGES and LANG that is set.
pub(crate) fn of_locale() -> Lang {
    let value = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    of_name(&value.unwrap_or_default().to_string_lossy())
}

/// The language of a command line that clap did not take.
pub(crate) fn of_words(words: impl Iterator<Item = String>) -> Lang {
    let words: Vec<String> = words.collect();
    let stated = words
        .iter()
        .zip(words.iter().skip(1))
        .find(|(option, _)| *option == "--lang")
        .map(|(_, value)| value.as_str());
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    match stated.or(joined) {
        Some(name) => of_name(name),
        None => of_locale(),
    }
}

fn of_name(locale: &str) -> Lang {
    if locale.to_ascii_lowercase().starts_with("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

/// The value of `--lang`.
pub(crate) fn parse(text: &str) -> Result<Lang, String> {
    match text {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("zh or en / 应为 zh 或 en".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        assert_eq!(of_name("zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(of_name("zh"), Lang::Zh);
        assert_eq!(of_name("C.UTF-8"), Lang::En);
        assert_eq!(of_name(""), Lang::En);
        let words = |text: &str| of_words(text.split(' ').map(str::to_owned));
        assert_eq!(words("sealcore bogus --lang zh"), Lang::Zh);
        assert_eq!(words("sealcore --lang=zh bogus"), Lang::Zh);
    }
}
