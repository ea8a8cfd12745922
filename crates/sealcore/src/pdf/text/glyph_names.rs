//! Names of glyphs to characters: the Latin ones of ISO 32000-2, Annex D, and names that state their code point, as the
//! Adobe Glyph List Specification has them. Names of other alphabets stand in fonts together with a ToUnicode CMap.

/// The character that a glyph of this name shows.
pub(super) fn character(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    // What follows a point names a variant of the same character.
    let name = match name.split_once('.') {
        Some((base, _)) => base,
        None => name,
    };
    let mut characters = name.chars();
    if let (Some(letter @ ('A'..='Z' | 'a'..='z')), None) = (characters.next(), characters.next()) {
        return Some(letter);
    }
    named(name).or_else(|| stated(name))
}

fn named(name: &str) -> Option<char> {
    let place = NAMES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    NAMES.get(place).map(|(_, character)| *character)
}

/// `uniXXXX`, of which the first character counts, and `uXXXX` to `uXXXXXX`.
fn stated(name: &str) -> Option<char> {
    let digits = match name.strip_prefix("uni") {
        Some(digits) if digits.len() >= 4 => digits.get(..4)?,
        _ => name
            .strip_prefix('u')
            .filter(|digits| (4..=6).contains(&digits.len()))?,
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| plain)?)
}

/// Sorted by name.
#[rustfmt::skip] // a name a line would be four hundred of them
const NAMES: &[(&str, char)] = &[
    ("AE", 'Æ'), ("Aacute", 'Á'), ("Abreve", 'Ă'), ("Acircumflex", 'Â'), ("Adieresis", 'Ä'), ("Agrave", 'À'),
    ("Amacron", 'Ā'), ("Aogonek", 'Ą'), ("Aring", 'Å'), ("Atilde", 'Ã'), ("Cacute", 'Ć'), ("Ccaron", 'Č'),
    ("Ccedilla", 'Ç'), ("Ccircumflex", 'Ĉ'), ("Cdotaccent", 'Ċ'), ("Dcaron", 'Ď'), ("Dcroat", 'Đ'), ("Delta", '∆'),
    ("Eacute", 'É'), ("Ebreve", 'Ĕ'), ("Ecaron", 'Ě'), ("Ecircumflex", 'Ê'), ("Edieresis", 'Ë'),
    ("Edotaccent", 'Ė'), ("Egrave", 'È'), ("Emacron", 'Ē'), ("Eogonek", 'Ę'), ("Eth", 'Ð'), ("Euro", '€'),
    ("Gbreve", 'Ğ'), ("Gcedilla", 'Ģ'), ("Gcircumflex", 'Ĝ'), ("Gdotaccent", 'Ġ'), ("Hcircumflex", 'Ĥ'),
    ("Iacute", 'Í'), ("Ibreve", 'Ĭ'), ("Icircumflex", 'Î'), ("Idieresis", 'Ï'), ("Idotaccent", 'İ'),
    ("Igrave", 'Ì'), ("Imacron", 'Ī'), ("Iogonek", 'Į'), ("Itilde", 'Ĩ'), ("Jcircumflex", 'Ĵ'), ("Kcedilla", 'Ķ'),
    ("Lacute", 'Ĺ'), ("Lcaron", 'Ľ'), ("Lcedilla", 'Ļ'), ("Lslash", 'Ł'), ("Nacute", 'Ń'), ("Ncaron", 'Ň'),
    ("Ncedilla", 'Ņ'), ("Ntilde", 'Ñ'), ("OE", 'Œ'), ("Oacute", 'Ó'), ("Obreve", 'Ŏ'), ("Ocircumflex", 'Ô'),
    ("Odieresis", 'Ö'), ("Ograve", 'Ò'), ("Ohungarumlaut", 'Ő'), ("Omacron", 'Ō'), ("Oslash", 'Ø'), ("Otilde", 'Õ'),
    ("Racute", 'Ŕ'), ("Rcaron", 'Ř'), ("Rcedilla", 'Ŗ'), ("Sacute", 'Ś'), ("Scaron", 'Š'), ("Scedilla", 'Ş'),
    ("Scircumflex", 'Ŝ'), ("Tcaron", 'Ť'), ("Tcedilla", 'Ţ'), ("Thorn", 'Þ'), ("Uacute", 'Ú'), ("Ubreve", 'Ŭ'),
    ("Ucircumflex", 'Û'), ("Udieresis", 'Ü'), ("Ugrave", 'Ù'), ("Uhungarumlaut", 'Ű'), ("Umacron", 'Ū'),
    ("Uogonek", 'Ų'), ("Uring", 'Ů'), ("Utilde", 'Ũ'), ("Wcircumflex", 'Ŵ'), ("Yacute", 'Ý'), ("Ycircumflex", 'Ŷ'),
    ("Ydieresis", 'Ÿ'), ("Zacute", 'Ź'), ("Zcaron", 'Ž'), ("Zdotaccent", 'Ż'), ("aacute", 'á'), ("abreve", 'ă'),
    ("acircumflex", 'â'), ("acute", '´'), ("adieresis", 'ä'), ("ae", 'æ'), ("afii61352", '№'), ("agrave", 'à'),
    ("amacron", 'ā'), ("ampersand", '&'), ("aogonek", 'ą'), ("approxequal", '≈'), ("aring", 'å'),
    ("asciicircum", '^'), ("asciitilde", '~'), ("asterisk", '*'), ("at", '@'), ("atilde", 'ã'), ("backslash", '\\'),
    ("bar", '|'), ("braceleft", '{'), ("braceright", '}'), ("bracketleft", '['), ("bracketright", ']'),
    ("breve", '˘'), ("brokenbar", '¦'), ("bullet", '•'), ("cacute", 'ć'), ("caron", 'ˇ'), ("ccaron", 'č'),
    ("ccedilla", 'ç'), ("ccircumflex", 'ĉ'), ("cdotaccent", 'ċ'), ("cedilla", '¸'), ("cent", '¢'),
    ("circumflex", 'ˆ'), ("colon", ':'), ("comma", ','), ("copyright", '©'), ("currency", '¤'), ("dagger", '†'),
    ("daggerdbl", '‡'), ("dcaron", 'ď'), ("dcroat", 'đ'), ("degree", '°'), ("dieresis", '¨'), ("divide", '÷'),
    ("dollar", '$'), ("dotaccent", '˙'), ("dotlessi", 'ı'), ("eacute", 'é'), ("ebreve", 'ĕ'), ("ecaron", 'ě'),
    ("ecircumflex", 'ê'), ("edieresis", 'ë'), ("edotaccent", 'ė'), ("egrave", 'è'), ("eight", '8'),
    ("ellipsis", '…'), ("emacron", 'ē'), ("emdash", '—'), ("endash", '–'), ("eogonek", 'ę'), ("equal", '='),
    ("eth", 'ð'), ("exclam", '!'), ("exclamdown", '¡'), ("ff", 'ﬀ'), ("ffi", 'ﬃ'), ("ffl", 'ﬄ'), ("fi", 'ﬁ'),
    ("five", '5'), ("fl", 'ﬂ'), ("florin", 'ƒ'), ("four", '4'), ("fraction", '⁄'), ("gbreve", 'ğ'),
    ("gcedilla", 'ģ'), ("gcircumflex", 'ĝ'), ("gdotaccent", 'ġ'), ("germandbls", 'ß'), ("grave", '`'),
    ("greater", '>'), ("greaterequal", '≥'), ("guillemotleft", '«'), ("guillemotright", '»'),
    ("guilsinglleft", '‹'), ("guilsinglright", '›'), ("hcircumflex", 'ĥ'), ("hungarumlaut", '˝'), ("hyphen", '-'),
    ("iacute", 'í'), ("ibreve", 'ĭ'), ("icircumflex", 'î'), ("idieresis", 'ï'), ("igrave", 'ì'), ("imacron", 'ī'),
    ("infinity", '∞'), ("integral", '∫'), ("iogonek", 'į'), ("itilde", 'ĩ'), ("jcircumflex", 'ĵ'),
    ("kcedilla", 'ķ'), ("lacute", 'ĺ'), ("lcaron", 'ľ'), ("lcedilla", 'ļ'), ("less", '<'), ("lessequal", '≤'),
    ("logicalnot", '¬'), ("lozenge", '◊'), ("lslash", 'ł'), ("macron", '¯'), ("middot", '·'), ("minus", '−'),
    ("mu", 'µ'), ("multiply", '×'), ("nacute", 'ń'), ("nbspace", '\u{a0}'), ("ncaron", 'ň'), ("ncedilla", 'ņ'),
    ("nine", '9'), ("notequal", '≠'), ("ntilde", 'ñ'), ("numbersign", '#'), ("numero", '№'), ("oacute", 'ó'),
    ("obreve", 'ŏ'), ("ocircumflex", 'ô'), ("odieresis", 'ö'), ("oe", 'œ'), ("ogonek", '˛'), ("ograve", 'ò'),
    ("ohungarumlaut", 'ő'), ("omacron", 'ō'), ("one", '1'), ("onehalf", '½'), ("onequarter", '¼'),
    ("onesuperior", '¹'), ("ordfeminine", 'ª'), ("ordmasculine", 'º'), ("oslash", 'ø'), ("otilde", 'õ'),
    ("paragraph", '¶'), ("parenleft", '('), ("parenright", ')'), ("partialdiff", '∂'), ("percent", '%'),
    ("period", '.'), ("periodcentered", '·'), ("perthousand", '‰'), ("plus", '+'), ("plusminus", '±'),
    ("product", '∏'), ("question", '?'), ("questiondown", '¿'), ("quotedbl", '"'), ("quotedblbase", '„'),
    ("quotedblleft", '“'), ("quotedblright", '”'), ("quoteleft", '‘'), ("quoteright", '’'), ("quotesinglbase", '‚'),
    ("quotesingle", '\''), ("racute", 'ŕ'), ("radical", '√'), ("rcaron", 'ř'), ("rcedilla", 'ŗ'),
    ("registered", '®'), ("ring", '˚'), ("sacute", 'ś'), ("scaron", 'š'), ("scedilla", 'ş'), ("scircumflex", 'ŝ'),
    ("section", '§'), ("semicolon", ';'), ("seven", '7'), ("sfthyphen", '\u{ad}'), ("six", '6'), ("slash", '/'),
    ("softhyphen", '\u{ad}'), ("space", ' '), ("sterling", '£'), ("summation", '∑'), ("tcaron", 'ť'),
    ("tcedilla", 'ţ'), ("thorn", 'þ'), ("three", '3'), ("threequarters", '¾'), ("threesuperior", '³'),
    ("tilde", '˜'), ("trademark", '™'), ("two", '2'), ("twosuperior", '²'), ("uacute", 'ú'), ("ubreve", 'ŭ'),
    ("ucircumflex", 'û'), ("udieresis", 'ü'), ("ugrave", 'ù'), ("uhungarumlaut", 'ű'), ("umacron", 'ū'),
    ("underscore", '_'), ("uogonek", 'ų'), ("uring", 'ů'), ("utilde", 'ũ'), ("wcircumflex", 'ŵ'), ("yacute", 'ý'),
    ("ycircumflex", 'ŷ'), ("ydieresis", 'ÿ'), ("yen", '¥'), ("zacute", 'ź'), ("zcaron", 'ž'), ("zdotaccent", 'ż'),
    ("zero", '0'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn names() {
        for (name, expected) in [
            ("A", Some('A')),
            ("z", Some('z')),
            ("eacute", Some('é')),
            ("parenleft", Some('(')),
            ("Zcaron", Some('Ž')),
            ("a.alt", Some('a')),
            ("one.oldstyle", Some('1')),
            ("uni7532", Some('甲')),
            ("uni75325F20", Some('甲')),
            ("u20000", Some('\u{20000}')),
            ("uD800", None),
            ("uni+123", None),
            ("g12", None),
            (".notdef", None),
            ("", None),
        ] {
            assert_eq!(character(name.as_bytes()), expected, "{name}");
        }
        assert_eq!(character(b"\xff"), None);
    }
}
