use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::limits::Limits;
use crate::pdf::Pdf;
use crate::pdf::object::{Name, PdfString, Stream};

const ID: ObjectId = ObjectId::new(7);

fn own(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/pdf/encrypted");
    std::fs::read(folder.join(name)).unwrap()
}

/// The encryption dictionary of a file, and the first string of its /ID.
fn of_file(name: &str, password: &str) -> (Dictionary, Vec<u8>) {
    let bytes = own(name);
    let pdf = Pdf::open_with(&bytes, &Limits::default(), &Unlock::Password(password)).unwrap();
    let view = pdf.latest();
    let encrypt = view.lookup(view.trailer(), "Encrypt").unwrap();
    let id = view.lookup(view.trailer(), "ID").unwrap();
    let id0 = id.as_array().unwrap()[0].as_string().unwrap().to_vec();
    (encrypt.as_dictionary().unwrap().clone(), id0)
}

const FILES: [(&str, &str); 6] = [
    ("r2-rc4-40.pdf", "user"),
    ("r3-rc4-128.pdf", "user"),
    ("r4-rc4.pdf", "user"),
    ("r4-aes.pdf", "user"),
    ("r5-aes.pdf", "user"),
    ("r6-aes.pdf", "密码 1"),
];

/// The keys of [`FILES`]; derived once, which takes a while by design.
fn opened() -> &'static [Crypt] {
    static OPENED: LazyLock<Vec<Crypt>> = LazyLock::new(|| {
        let open = |(name, password): &(&str, &str)| {
            let (encrypt, id0) = of_file(name, password);
            Crypt::open(&encrypt, &id0, &Unlock::Password(password)).unwrap()
        };
        FILES.iter().map(open).collect()
    });
    &OPENED
}

fn refusal(encrypt: &Dictionary, id0: &[u8]) -> (ErrorKind, String) {
    let error = Crypt::open(encrypt, id0, &Unlock::Password("user")).unwrap_err();
    (error.kind(), error.part().unwrap_or_default().to_owned())
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    for (file, keys) in [
        ("r4-aes.pdf", &["Filter", "V", "R", "O", "U", "P"][..]),
        ("r5-aes.pdf", &["R", "O", "U", "OE", "UE", "Perms", "P"]),
    ] {
        let (encrypt, id0) = of_file(file, "user");
        for key in keys {
            let mut without = encrypt.clone();
            without.remove(key);
            let kind = if *key == "V" {
                ErrorKind::Unsupported
            } else {
                ErrorKind::Pdf
            };
            assert_eq!(refusal(&without, &id0), (kind, format!("Encrypt > {key}")), "{file}");
            if let Some(Object::String(string)) = encrypt.get(key) {
                let cut = Object::string(&string.bytes[..string.bytes.len() - 1]);
                let expected = (ErrorKind::Pdf, format!("Encrypt > {key}"));
                assert_eq!(refusal(&encrypt.clone().with(key, cut), &id0), expected, "{file}");
                // Longer ones are met, filled up with zeros.
                let long = Object::string([&string.bytes[..], &[0; 79]].concat());
                let filled = encrypt.clone().with(key, long);
                assert!(
                    Crypt::open(&filled, &id0, &Unlock::Password("user")).is_ok(),
                    "{file} {key}"
                );
            }
        }
        for (key, value) in [
            ("P", Object::Integer(1 << 32)),
            ("P", Object::from(-4.0)),
            ("R", Object::name("R")),
            ("EncryptMetadata", Object::Integer(1)),
            ("Length", Object::Integer(-8)),
            ("Length", Object::Integer(100_000)),
            ("CF", Object::Integer(1)),
            ("StmF", Object::name("Nothing")),
        ] {
            let wrong = encrypt.clone().with(key, value);
            assert_eq!(
                refusal(&wrong, &id0),
                (ErrorKind::Pdf, format!("Encrypt > {key}")),
                "{file}"
            );
        }
        for (key, value) in [("V", 3), ("V", 6), ("R", 7), ("R", 1)] {
            assert_eq!(
                refusal(&encrypt.clone().with(key, value), &id0).0,
                ErrorKind::Unsupported
            );
        }
        let other = encrypt.clone().with("Filter", Object::name("Other"));
        assert_eq!(refusal(&other, &id0).0, ErrorKind::Unsupported);
    }
}

#[test]
fn the_permissions_are_written_without_a_sign() {
    let (encrypt, id0) = of_file("r3-rc4-128.pdf", "user");
    let signed = encrypt.get("P").unwrap().as_integer().unwrap();
    let unsigned = encrypt.clone().with("P", signed + (1 << 32));
    assert!(Crypt::open(&unsigned, &id0, &Unlock::Password("user")).is_ok());
    // They are part of the key.
    assert_eq!(refusal(&encrypt.with("P", signed - 4), &id0).0, ErrorKind::Password);
}

#[test]
fn an_unknown_method_is_refused_when_it_is_used() {
    let (encrypt, id0) = of_file("r5-aes.pdf", "user");
    let gcm = Dictionary::new().with("CFM", Object::name("AESV4"));
    let filters = Dictionary::new().with("StdCF", gcm);
    let crypt = Crypt::open(&encrypt.with("CF", filters), &id0, &Unlock::Password("user")).unwrap();
    assert_eq!(
        crypt.decrypt_string(ID, b"x").unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}

#[test]
fn streams_choose_their_filter() {
    let (encrypt, id0) = of_file("r4-aes.pdf", "user");
    let mut filters = encrypt.get("CF").and_then(Object::as_dictionary).unwrap().clone();
    filters.set("Old", Dictionary::new().with("CFM", Object::name("V2")));
    // Identity means what the standard says, whatever a file says.
    filters.set("Identity", Dictionary::new().with("CFM", Object::name("V2")));
    let encrypt = encrypt
        .with("CF", filters)
        .with("EFF", Object::name("Old"))
        .with("EncryptMetadata", true);
    let crypt = Crypt::open(&encrypt, &id0, &Unlock::Password("user")).unwrap();
    let stored = |dictionary: &Dictionary| crypt.encrypt_stream(ID, dictionary, b"data", b"seed").unwrap();
    let named =
        |filter: Object, parameters: Object| Dictionary::new().with("Filter", filter).with("DecodeParms", parameters);
    let by = |name: &str| Object::from(Dictionary::new().with("Name", Object::name(name)));
    let plain = Dictionary::new();
    let kind = |name: &str| Dictionary::new().with("Type", Object::name(name));
    let crypt_name = || Object::name("Crypt");
    let list = |names: &[&str]| Object::Array(names.iter().map(|name| Object::name(name)).collect());

    assert_eq!(stored(&plain).len(), 32);
    assert_eq!(stored(&kind("XRef")), b"data");
    assert_eq!(stored(&kind("Metadata")).len(), 32);
    assert_eq!(stored(&kind("EmbeddedFile")).len(), 4);
    for (dictionary, length) in [
        (named(crypt_name(), by("Old")), 4),
        (named(crypt_name(), by("StdCF")), 32),
        (
            named(list(&["Crypt", "FlateDecode"]), vec![by("Old"), Object::Null].into()),
            4,
        ),
        (named(list(&["Crypt"]), by("StdCF")), 32),
        (named(list(&["FlateDecode"]), Object::Null), 32),
    ] {
        assert_eq!(stored(&dictionary).len(), length, "{dictionary:?}");
        assert_ne!(stored(&dictionary), b"data", "{dictionary:?}");
    }
    for dictionary in [
        named(crypt_name(), by("Identity")),
        named(crypt_name(), Object::Null),
        named(list(&["Crypt", "FlateDecode"]), Object::Null),
    ] {
        assert_eq!(stored(&dictionary), b"data", "{dictionary:?}");
    }
    for dictionary in [
        named(crypt_name(), by("Nothing")),
        named(crypt_name(), Object::Integer(1)),
        named(list(&["FlateDecode", "Crypt"]), Object::Null),
        named(list(&["Crypt", "FlateDecode"]), by("Old")),
    ] {
        let error = crypt.decrypt_stream(ID, &dictionary, b"data").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pdf, "{dictionary:?}");
    }
}

#[test]
fn metadata_in_clear() {
    for (name, password) in [("r4-aes-clear-metadata.pdf", "user"), ("r6-aes-clear-metadata.pdf", "")] {
        let (encrypt, id0) = of_file(name, password);
        let crypt = Crypt::open(&encrypt, &id0, &Unlock::Password(password)).unwrap();
        let metadata = Dictionary::new().with("Type", Object::name("Metadata"));
        assert_eq!(&*crypt.decrypt_stream(ID, &metadata, b"<x/>").unwrap(), b"<x/>");
    }
}

#[test]
fn the_value_of_a_signature_is_not_encrypted() {
    let contents = || Object::string(&b"value"[..]);
    let note = Dictionary::new().with("Contents", contents()).with("T", contents());
    let signature = note.clone().with("ByteRange", vec![Object::Integer(0)]);
    let typed = note.clone().with("Type", Object::name("DocTimeStamp"));
    for crypt in opened() {
        for (dictionary, changes) in [(&note, true), (&signature, false), (&typed, false)] {
            // Also deep inside another object.
            let mut object: Object = vec![Object::from(dictionary.clone())].into();
            let before = object.clone();
            crypt.encrypt_strings(ID, &mut object, b"seed").unwrap();
            let inside = object.as_array().unwrap()[0].as_dictionary().unwrap().clone();
            assert_eq!(inside.get("Contents") != Some(&contents()), changes);
            assert_ne!(inside.get("T"), Some(&contents()));
            crypt.decrypt_strings(ID, &mut object).unwrap();
            assert_eq!(object, before);
        }
    }
}

#[test]
fn vectors_depend_on_everything() {
    for crypt in &opened()[3..] {
        let one = |id: u32, seed: &[u8], data: &[u8]| {
            crypt.encrypt_string(ObjectId::new(id), data, seed).unwrap()[..16].to_vec()
        };
        let base = one(1, b"seed", b"text");
        assert_eq!(base, one(1, b"seed", b"text"));
        assert_ne!(base, one(2, b"seed", b"text"));
        assert_ne!(base, one(1, b"Seed", b"text"));
        assert_ne!(base, one(1, b"seed", b"Text"));
        let stream = crypt.encrypt_stream(ObjectId::new(1), &Dictionary::new(), b"text", b"seed");
        assert_ne!(base, stream.unwrap()[..16]);
    }
}

#[test]
fn nothing_secret_is_shown() {
    for crypt in opened() {
        let shown = format!("{crypt:?}");
        assert!(shown.len() < 400 && !shown.contains("key"), "{shown}");
    }
    assert_eq!(format!("{:?}", Unlock::Password("geheim")), "Password(..)");
}

#[test]
fn an_increment_reads_back() {
    // The whole way of a writer: strings and a stream of new objects under the keys of the file.
    for (name, password) in FILES {
        let bytes = own(name);
        let limits = Limits::default();
        let unlock = Unlock::Password(password);
        let (tail, start) = {
            let pdf = Pdf::open_with(&bytes, &limits, &unlock).unwrap();
            let encryption = pdf.encryption().unwrap();
            let id = ObjectId::new(20);
            let data = encryption
                .crypt
                .encrypt_stream(id, &Dictionary::new(), b"new data", b"seed")
                .unwrap();
            let dictionary = Dictionary::new().with("Note", Object::string(&b"new text"[..]));
            let mut object = Object::from(Stream::new(dictionary, data));
            encryption.crypt.encrypt_strings(id, &mut object, b"seed").unwrap();
            let mut tail = b"20 0 obj\n".to_vec();
            crate::pdf::writer::write(&object, &mut tail);
            let table = bytes.len() + tail.len() + 8;
            let newest = pdf.sections().last().unwrap();
            let trailer = pdf
                .latest()
                .trailer()
                .clone()
                .with("Size", 21)
                .with("Prev", i64::try_from(newest.start).unwrap());
            tail.extend_from_slice(format!("\nendobj\nxref\n20 1\n{:010} 00000 n \ntrailer\n", bytes.len()).as_bytes());
            crate::pdf::writer::write(&trailer.into(), &mut tail);
            tail.extend_from_slice(format!("\nstartxref\n{table}\n%%EOF\n").as_bytes());
            (tail, id)
        };
        let updated = [bytes, tail].concat();
        let pdf = Pdf::open_with(&updated, &limits, &unlock).unwrap_or_else(|error| panic!("{name}: {error}"));
        let object = pdf.latest().get(start).unwrap();
        let stream = object.as_stream().unwrap();
        assert_eq!(
            stream.dictionary.get("Note").unwrap().as_string(),
            Some(&b"new text"[..]),
            "{name}"
        );
        assert_eq!(pdf.latest().stream_data(stream, start).unwrap(), b"new data", "{name}");
    }
}

fn value() -> impl Strategy<Value = Object> {
    let leaf = prop_oneof![
        Just(Object::Null),
        any::<bool>().prop_map(Object::Boolean),
        prop_oneof![
            0i64..=8,
            Just(16),
            Just(40),
            Just(128),
            Just(256),
            Just(-4),
            any::<i64>()
        ]
        .prop_map(Object::Integer),
        prop_oneof![Just(0), Just(16), Just(20), Just(32), Just(48), 0usize..60]
            .prop_flat_map(|length| proptest::collection::vec(any::<u8>(), length))
            .prop_map(|bytes| Object::String(PdfString { bytes, hex: true })),
        prop_oneof![
            Just("Standard"),
            Just("Adobe.PubSec"),
            Just("adbe.pkcs7.s5"),
            Just("StdCF"),
            Just("Identity"),
            Just("V2"),
            Just("AESV2"),
            Just("AESV3"),
        ]
        .prop_map(Object::name),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Object::Array),
            proptest::collection::vec((key(), inner), 0..6).prop_map(|entries| dictionary(entries).into()),
        ]
    })
}

fn key() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(
        &[
            "Filter",
            "SubFilter",
            "V",
            "R",
            "Length",
            "O",
            "U",
            "OE",
            "UE",
            "Perms",
            "P",
            "CF",
            "StmF",
            "StrF",
            "EFF",
            "StdCF",
            "CFM",
            "EncryptMetadata",
            "Recipients",
        ][..],
    )
}

fn dictionary(entries: Vec<(&str, Object)>) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.push_read(Name::from(key), value, 0..0);
    }
    dictionary
}

proptest! {
    #[test]
    fn any_dictionary_is_survived(entries in proptest::collection::vec((key(), value()), 0..16), id0: Vec<u8>) {
        let _ = Crypt::open(&dictionary(entries), &id0, &Unlock::Password("x"));
    }

    #[test]
    fn any_change_of_a_dictionary_is_survived(file in 0..FILES.len(), key in key(), value in value()) {
        static DICTIONARIES: LazyLock<Vec<(Dictionary, Vec<u8>)>> =
            LazyLock::new(|| FILES.iter().map(|(name, password)| of_file(name, password)).collect());
        let (encrypt, id0) = &DICTIONARIES[file];
        let unlock = Unlock::Password(FILES[file].1);
        if let Ok(crypt) = Crypt::open(&encrypt.clone().with(key, value), id0, &unlock) {
            let _ = crypt.decrypt_string(ID, b"0123456789abcdef0123456789abcdef");
        }
    }

    #[test]
    fn what_is_encrypted_decrypts(data: Vec<u8>, seed: [u8; 16], number in 1u32..=0xff_ffff, generation: u16) {
        let id = ObjectId { number, generation };
        for crypt in opened() {
            let string = crypt.encrypt_string(id, &data, &seed).unwrap();
            prop_assert_eq!(&crypt.decrypt_string(id, &string).unwrap(), &data);
            let stream = crypt.encrypt_stream(id, &Dictionary::new(), &data, &seed).unwrap();
            prop_assert_eq!(&*crypt.decrypt_stream(id, &Dictionary::new(), &stream).unwrap(), &data[..]);
        }
    }

    #[test]
    fn any_data_are_survived(data: Vec<u8>) {
        for crypt in opened() {
            let _ = crypt.decrypt_string(ID, &data);
        }
    }
}
