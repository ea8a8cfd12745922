//! What is shown is not what was signed.

use super::forge::*;

// Shadow attacks: the victim seals a document that the attacker prepared, and the attacker adds a file afterwards.

/// Seals `files` whole, then adds a resource that a reader of the document shows.
fn shadow(mut files: Files) -> Report {
    let before = package(&files);
    let sealed = WORLD.sealed(&before, Generation::V4);
    assert_eq!(WORLD.verify(&sealed).unwrap().verdict, Verdict::Valid);
    files = unpack(&sealed);
    set(
        &mut files,
        "Doc_0/Res/evil.xml",
        &format!("<ofd:Res {NAMESPACE} BaseLoc=\"Res\"><ofd:DrawParams/></ofd:Res>"),
    );
    verify(&files)
}

// Packages.

/// Four bytes that, appended to `bytes`, give it the checksum `wanted`.
fn with_crc(bytes: &[u8], wanted: u32) -> Vec<u8> {
    let table: Vec<u32> = (0..256_u32)
        .map(|index| {
            (0..8).fold(index, |value, _| {
                if value & 1 == 1 {
                    value >> 1 ^ 0xedb8_8320
                } else {
                    value >> 1
                }
            })
        })
        .collect();
    let start = !crc32fast::hash(bytes);
    // Back from the wanted state through four unknown bytes.
    let mut state = !wanted;
    let mut indices = [0; 4];
    for slot in indices.iter_mut().rev() {
        let index = table.iter().position(|entry| entry >> 24 == state >> 24).unwrap();
        *slot = index;
        state = (state ^ table[index]) << 8;
    }
    let mut forward = start;
    let mut out = bytes.to_vec();
    for index in indices {
        out.push(((forward & 0xff) as usize ^ index) as u8);
        forward = forward >> 8 ^ table[index];
    }
    assert_eq!(crc32fast::hash(&out), wanted);
    out
}

#[test]
fn forged_records_are_good_where_nothing_is_wrong() {
    let mut files = document_files(2);
    sealed_without_entry(&mut files);
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert!(is_code(&report, "uncovered-entry"));
    let mut files = document_files(1);
    Forged::sign(&WORLD.signer).add(&mut files, |name| !name.contains("/Signs/"));
    assert_eq!(verify(&files).verdict, Verdict::Valid);
}

// What OFD.xml, which several vendors leave uncovered, can be made to lead to.

#[test]
fn the_integrity_record_is_no_hiding_place_for_a_document_root() {
    let mut files = document_files(2);
    sealed_without_entry(&mut files);
    replace(&mut files, "OFD.xml", "Doc_0/Document.xml", "OFDEntries.xml");
    let names: String = files
        .iter()
        .map(|(name, _)| format!("<ofd:File FileLoc=\"/{name}\"/>"))
        .collect();
    // Pages that are covered, but others and in another order than what was sealed; or this very file.
    let pages = "<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Pages/Page_1/Content.xml\"/><ofd:Page ID=\"11\" BaseLoc=\"/OFDEntries.xml\"/>";
    let root = evil_root(pages).replace(
        "</ofd:Document>",
        &format!("<ofd:FileList>{names}</ofd:FileList></ofd:Document>"),
    );
    let stranger = issue(&WORLD.authority, "Nobody", Profile::Unit);
    let data = PreparedSignedData::new(&sm3::digest(root.as_bytes()), now(), stranger.certificate(), &[]);
    let value = data.assemble(&raw_sign(&stranger, data.signed_bytes()));
    set(&mut files, "OFDEntries.xml", &root);
    files.push(("signedvalue.dat".into(), value));
    let report = verify(&files);
    assert!(is_code(&report, "integrity-record-valid"), "{report:#?}");
    assert_eq!(report.verdict, Verdict::Invalid, "{report:#?}");
    assert!(is_code(&report, "uncovered-page"));
}

#[test]
fn files_of_a_signature_are_no_hiding_place_for_a_page() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    // A record of any trusted signer names the evil document root as its seal file.
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    set(
        &mut files,
        "Doc_0/Evil.xml",
        &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Evil.xml\"/>"),
    );
    let mut record = Forged::sign(&other);
    record.extra = "<ofd:Seal><ofd:BaseLoc>/Doc_0/Evil.xml</ofd:BaseLoc></ofd:Seal>".into();
    record.add(&mut files, |name| name == "Doc_0/Res/image.png");
    replace(&mut files, "OFD.xml", "Doc_0/Document.xml", "Doc_0/Evil.xml");
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid, "{report:#?}");
    assert!(is_code(&report, "uncovered-page"));
}

#[test]
fn another_trusted_signer_cannot_put_new_pages_under_a_seal() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    set(&mut files, "Doc_0/EvilPage.xml", &evil_page());
    // Page 10, where the seal is shown.
    set(
        &mut files,
        "Doc_0/Evil.xml",
        &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/EvilPage.xml\"/>"),
    );
    replace(&mut files, "OFD.xml", "Doc_0/Document.xml", "Doc_0/Evil.xml");
    for before in [false, true] {
        let mut files = files.clone();
        Forged::sign(&other).add(&mut files, |name| name.contains("Evil") || name == "OFD.xml");
        if before {
            // The same, listed as if it had come first.
            let list = text(&files, "Doc_0/Signs/Signatures.xml");
            let start = list.find("<ofd:Signature ").unwrap();
            let middle = list.rfind("<ofd:Signature ").unwrap();
            let end = list.find("</ofd:Signatures>").unwrap();
            let swapped = [&list[..start], &list[middle..end], &list[start..middle], &list[end..]].concat();
            set(&mut files, "Doc_0/Signs/Signatures.xml", &swapped);
        }
        let report = verify(&files);
        assert!(report.signatures.iter().all(|one| one.integrity == Integrity::Intact));
        let seal = report.signatures.iter().find(|one| one.seal.is_some()).unwrap();
        assert_ne!(report.verdict, Verdict::Valid, "{report:#?}");
        assert_ne!(seal.verdict, Verdict::Valid);
        assert_eq!(seal.changes, Changes::Forbidden);
    }
}

#[test]
fn locations_that_readers_piece_together_differently() {
    for root in [
        "Doc_0/Evil.xml<!-- -->/../Document.xml",
        "Doc_0/Evil.xml<?x?>/../Document.xml",
        "<![CDATA[Doc_0/Document.xml]]><!---->",
    ] {
        let mut files = document_files(1);
        sealed_without_entry(&mut files);
        set(
            &mut files,
            "Doc_0/Evil.xml",
            &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Evil.xml\"/>"),
        );
        replace(
            &mut files,
            "OFD.xml",
            "<ofd:DocRoot>Doc_0/Document.xml",
            &format!("<ofd:DocRoot>{root}"),
        );
        let report = verify(&files);
        assert_eq!(report.verdict, Verdict::Invalid, "{root}: {report:#?}");
    }
}

#[test]
fn elements_that_may_stand_once() {
    let twice = |from: &str, to: &str| {
        let mut files = document_files(1);
        sealed_without_entry(&mut files);
        set(
            &mut files,
            "Doc_0/Evil.xml",
            &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Evil.xml\"/>"),
        );
        let version = format!(
            "<ofd:DocVersion {NAMESPACE} ID=\"1\"><ofd:FileList/><ofd:DocRoot>/Doc_0/Evil.xml</ofd:DocRoot></ofd:DocVersion>"
        );
        set(&mut files, "Doc_0/V1.xml", &version);
        replace(&mut files, "OFD.xml", from, to);
        verify(&files)
    };
    let root = "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>";
    for (from, to) in [
        (
            root,
            "<x:DocRoot xmlns:x=\"urn:x\">Doc_0/Document.xml</x:DocRoot><ofd:DocRoot>Doc_0/Evil.xml</ofd:DocRoot>"
                .into(),
        ),
        (root, format!("{root}<ofd:DocRoot>Doc_0/Evil.xml</ofd:DocRoot>")),
        (
            "</ofd:DocBody>",
            "</ofd:DocBody><ofd:DocBody><ofd:DocRoot>Doc_0/Evil.xml</ofd:DocRoot></ofd:DocBody>".into(),
        ),
        (
            "</ofd:DocBody>",
            "<ofd:Signatures>/x.xml</ofd:Signatures></ofd:DocBody>".into(),
        ),
        (
            root,
            format!(
                "{root}<x:Versions xmlns:x=\"urn:x\"/><ofd:Versions><ofd:Version ID=\"1\" Index=\"1\" Current=\"true\" BaseLoc=\"Doc_0/V1.xml\"/></ofd:Versions>"
            ),
        ),
        (
            root,
            format!(
                "{root}<ofd:Versions><ofd:Version ID=\"1\" Index=\"1\" Current=\"true\" x:BaseLoc=\"Doc_0/Document.xml\" BaseLoc=\"Doc_0/V1.xml\"/></ofd:Versions>"
            ),
        ),
    ] {
        let report = twice(from, &to);
        assert!(report.verdict > Verdict::Valid, "{to}: {report:#?}");
    }
}

#[test]
fn a_prefixed_attribute_is_not_the_real_one() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    // A reader that knows namespaces follows BaseLoc to a record that nobody signed, and shows its seal.
    set(&mut files, "Doc_0/Signs/x/s.xml", "<ofd:Signature/>");
    replace(
        &mut files,
        "Doc_0/Signs/Signatures.xml",
        "BaseLoc=",
        "x:BaseLoc=\"/Doc_0/Signs/Sign_20/Signature.xml\" y=",
    );
    replace(
        &mut files,
        "Doc_0/Signs/Signatures.xml",
        " y=\"/Doc_0/Signs/Sign_20/Signature.xml\"",
        " BaseLoc=\"/Doc_0/Signs/x/s.xml\"",
    );
    assert_eq!(verify(&files).verdict, Verdict::Invalid);
}

#[test]
fn a_page_resource_in_pieces() {
    for loc in [
        "/Doc_0/Res/evil.xml",
        "/Doc_0/Res<!-- -->/evil.xml",
        "/Doc_0/Res&#x2F;evil.xml",
        "/Doc_0/Res<![CDATA[/evil.xml]]>",
        "<![CDATA[/Doc_0]]>/Res/evil.xml",
        "/Doc_0/Re<?p?>s/evil.xml",
    ] {
        let mut files = document_files(1);
        replace(
            &mut files,
            "Doc_0/Pages/Page_0/Content.xml",
            "<ofd:Content>",
            &format!("<ofd:PageRes>{loc}</ofd:PageRes><ofd:Content>"),
        );
        let report = shadow(files);
        assert!(report.verdict > Verdict::Valid, "{loc}: {report:#?}");
        assert!(is_code(&report, "uncovered-content"), "{loc}");
    }
}

#[test]
fn a_page_in_the_encoding_that_it_declares() {
    // The bytes of the path are two characters in UTF-8 and three in GBK.
    let path = "中文";
    let (as_gbk, _, _) = encoding_rs::GBK.decode(path.as_bytes());
    let mut files = document_files(1);
    let page = format!(
        "<?xml version=\"1.0\" encoding=\"GBK\"?><ofd:Page {NAMESPACE}><ofd:PageRes>/Doc_0/{path}.xml</ofd:PageRes><ofd:Content/></ofd:Page>"
    );
    set(&mut files, "Doc_0/Pages/Page_0/Content.xml", &page);
    let resource = format!("<ofd:Res {NAMESPACE} BaseLoc=\"Res\"/>");
    set(&mut files, &format!("Doc_0/{path}.xml"), &resource);
    let sealed = WORLD.sealed(&package(&files), Generation::V4);
    let mut files = unpack(&sealed);
    set(&mut files, &format!("Doc_0/{as_gbk}.xml"), &resource);
    let report = verify(&files);
    assert!(report.verdict > Verdict::Valid, "{report:#?}");
}

#[test]
fn common_data_or_pages_twice() {
    for (from, to) in [
        (
            "<ofd:CommonData>",
            "<x:CommonData xmlns:x=\"urn:x\"/><ofd:CommonData><ofd:DocumentRes>Res/evil.xml</ofd:DocumentRes>",
        ),
        (
            "</ofd:CommonData>",
            "</ofd:CommonData><ofd:CommonData><ofd:DocumentRes>Res/evil.xml</ofd:DocumentRes></ofd:CommonData>",
        ),
        (
            "</ofd:Pages>",
            "</ofd:Pages><ofd:Pages><ofd:Page ID=\"10\" BaseLoc=\"Res/evil.xml\"/></ofd:Pages>",
        ),
    ] {
        let mut files = document_files(1);
        replace(&mut files, "Doc_0/Document.xml", from, to);
        let seal = WORLD.seal(Generation::V4);
        // A signer that looks closer refuses such a document; another does not.
        Forged::seal(&WORLD.signer, &seal).add(&mut files, |name| !name.contains("/Signs/"));
        set(&mut files, "Doc_0/Res/evil.xml", &evil_page());
        let report = verify(&files);
        assert!(report.verdict > Verdict::Valid, "{to}: {report:#?}");
    }
}

#[test]
fn annotations_attachments_and_templates_that_appear_later() {
    for (element, reach) in [
        ("<ofd:Annotations>Res/evil.xml</ofd:Annotations>", "</ofd:Document>"),
        ("<ofd:Attachments>Res/evil.xml</ofd:Attachments>", "</ofd:Document>"),
        ("<ofd:Extensions>Res/evil.xml</ofd:Extensions>", "</ofd:Document>"),
        ("<ofd:CustomTags>Res/evil.xml</ofd:CustomTags>", "</ofd:Document>"),
        ("<ofd:DocumentRes>Res/evil.xml</ofd:DocumentRes>", "</ofd:CommonData>"),
        (
            "<ofd:TemplatePage ID=\"5\" ZOrder=\"Foreground\" BaseLoc=\"Res/evil.xml\"/>",
            "</ofd:CommonData>",
        ),
        ("<ofd:DocumentRes>Res%2Fevil.xml</ofd:DocumentRes>", "</ofd:CommonData>"),
        ("<ofd:DocumentRes>Res\\evil.xml</ofd:DocumentRes>", "</ofd:CommonData>"),
        (
            "<ofd:DocumentRes> ./Res//x/../evil.xml </ofd:DocumentRes>",
            "</ofd:CommonData>",
        ),
        (
            "<ofd:DocumentRes>R&#101;s<![CDATA[/evil]]>.xml</ofd:DocumentRes>",
            "</ofd:CommonData>",
        ),
    ] {
        let mut files = document_files(1);
        replace(&mut files, "Doc_0/Document.xml", reach, &format!("{element}{reach}"));
        let report = shadow(files);
        assert!(report.verdict > Verdict::Valid, "{element}: {report:#?}");
    }
}

#[test]
fn a_case_variant_with_the_same_size_and_checksum() {
    let sealed = WORLD.sealed(&document(1), Generation::V4);
    let mut files = unpack(&sealed);
    let name = "Doc_0/Res/image.png";
    let original = files[position(&files, name).unwrap()].1.clone();
    let evil = with_crc(&vec![7; original.len() - 4], crc32fast::hash(&original));
    assert_eq!(evil.len(), original.len());
    files.push((name.replace("image", "IMAGE"), evil));
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Invalid, "{report:#?}");
    assert!(is_code(&report, "package-path-variant"));
}

#[test]
fn a_plain_signature_that_covers_no_page_says_so() {
    let mut files = document_files(1);
    Forged::sign(&WORLD.signer).add(&mut files, |name| name != "OFD.xml" && !name.contains("/Signs/"));
    let other = issue(&WORLD.authority, "Other", Profile::Unit);
    set(
        &mut files,
        "Doc_0/Evil.xml",
        &evil_root("<ofd:Page ID=\"10\" BaseLoc=\"/Doc_0/Evil.xml\"/>"),
    );
    replace(&mut files, "OFD.xml", "Doc_0/Document.xml", "Doc_0/Evil.xml");
    Forged::sign(&other).add(&mut files, |name| name.contains("Evil") || name == "OFD.xml");
    let report = verify(&files);
    // It is not seen anywhere, so it is no lie; but it must not pass for a signature of what is shown.
    let of = |index: usize| {
        report.signatures[index]
            .findings
            .iter()
            .any(|finding| finding.code.name() == "covers-no-page")
    };
    assert!(of(0) && !of(1), "{report:#?}");
}

#[test]
fn a_countersignature_over_a_signature_covers_what_that_covers() {
    let mut files = document_files(2);
    sealed_without_entry(&mut files);
    let seal = WORLD.seal(Generation::V4);
    Forged::seal(&WORLD.signer, &seal).add(&mut files, |name| name.contains("/Sign_20/"));
    let report = verify(&files);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    // The seal of one who signed an attachment alone, without a stamp, says nothing about pages and is not broken by them.
    Forged::sign(&WORLD.signer).add(&mut files, |name| name.contains("image.png"));
    assert_eq!(verify(&files).verdict, Verdict::Valid);
}

#[test]
fn a_seal_picture_outside_the_signed_value() {
    let seal = WORLD.seal(Generation::V4);
    let mut files = document_files(1);
    let mut record = Forged::seal(&WORLD.signer, &seal);
    record
        .extra
        .push_str("<ofd:Seal><ofd:ImageLoc>/Doc_0/Signs/picture.png</ofd:ImageLoc></ofd:Seal>");
    files.push(("Doc_0/Signs/picture.png".into(), b"\x89PNG".to_vec()));
    record.add(&mut files, |name| !name.contains("/Signs/"));
    let report = verify(&files);
    assert!(
        report.verdict > Verdict::Valid,
        "anybody may change the picture: {report:#?}"
    );
}

#[test]
fn parts_in_other_encodings_mean_what_they_say() {
    let mut files = document_files(1);
    sealed_without_entry(&mut files);
    let ofd = text(&files, "OFD.xml").replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
    let wide: Vec<u8> = format!("\u{feff}{ofd}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let index = position(&files, "OFD.xml").unwrap();
    files[index].1 = wide;
    assert_eq!(verify(&files).verdict, Verdict::Valid);
    // Said to be UTF-16 and not: no reader shows it, and there is nothing to judge.
    files[index].1 = ofd.into_bytes();
    assert!(WORLD.verify(&package(&files)).is_err());
}

#[test]
fn documents_that_lead_to_themselves() {
    for (part, from, to) in [
        ("Doc_0/Document.xml", "PublicRes.xml", "Document.xml"),
        (
            "Doc_0/Document.xml",
            "</ofd:Document>",
            "<ofd:Annotations>Document.xml</ofd:Annotations></ofd:Document>",
        ),
        ("Doc_0/Document.xml", "Pages/Page_0/Content.xml", "/OFD.xml"),
        ("OFD.xml", "Doc_0/Document.xml", "OFD.xml"),
        ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Signs/Signatures.xml"),
    ] {
        let mut files = document_files(1);
        sealed_without_entry(&mut files);
        replace(&mut files, part, from, to);
        assert_eq!(verify(&files).verdict, Verdict::Invalid, "{part} {to}");
    }
}

#[test]
fn a_digest_that_nobody_knows_is_indeterminate() {
    let mut files = document_files(1);
    let unknown = Forged {
        method: "BLAKE9",
        ..Forged::sign(&WORLD.signer)
    };
    unknown.add(&mut files, |name| !name.contains("/Signs/"));
    let report = verify(&files);
    assert!(is_code(&report, "digest-unknown"), "{report:#?}");
    assert_eq!(report.verdict, Verdict::Indeterminate, "{report:#?}");
    // Beside a signature that can be verified it covers nothing.
    Forged::sign(&WORLD.signer).add(&mut files, |name| name.contains("image.png"));
    assert!(is_code(&verify(&files), "uncovered-page"));
}
