//! The table of finding codes. `docs/findings.md` is generated from it and compared in the tests.

use crate::lang::Text;

/// How much a finding matters to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look.
    Warning,
    /// Something is wrong or could not be judged.
    Error,
}

impl Severity {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a finding does to the verdict, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing.
    None,
    /// The verdict is at best indeterminate.
    Indeterminate,
    /// The verdict is invalid.
    Invalid,
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $effect:ident $clause:expr,
       $en:literal, $zh:literal, $do_en:literal, $do_zh:literal;)*) => {
        /// What a finding is. Names are stable; a code that is retired is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $en] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it does to the verdict under the policy `seal`.
            #[must_use]
            pub fn effect(self) -> Effect {
                match self { $(Self::$variant => Effect::$effect,)* }
            }

            /// The clause it follows, where the text could be read and does not depend on the generation of the seal.
            #[must_use]
            pub fn clause(self) -> Option<&'static str> {
                match self { $(Self::$variant => $clause,)* }
            }

            /// What it means in general.
            #[must_use]
            pub fn meaning(self) -> Text {
                match self { $(Self::$variant => Text::new($en, $zh),)* }
            }

            /// What a reader can do about it.
            #[must_use]
            pub fn advice(self) -> Text {
                match self { $(Self::$variant => Text::new($do_en, $do_zh),)* }
            }
        }
    };
}

codes! {
    // The package.
    PackageDuplicateEntry "package-duplicate-entry" Error Invalid None,
        "two entries of the package have the same path", "包内有两个条目路径相同",
        "Treat the file as forged: readers differ in which entry they show.", "按伪造文件处理：不同阅读器会显示不同的条目。";
    PackagePathVariant "package-path-variant" Error Invalid None,
        "two entries are one path to some readers and hold different bytes", "两个条目在部分阅读器看来是同一路径，而内容不同",
        "Treat the file as forged.", "按伪造文件处理。";
    PackagePathTwin "package-path-twin" Warning None None,
        "two entries differ only in case, slashes or normalisation of their path", "两个条目的路径仅在大小写、斜杠或规范化形式上不同",
        "Ask the producer to write each file once.", "请制作方每个文件只写一次。";
    PackageTraversal "package-traversal" Error Invalid None,
        "an entry's path leads out of the package", "条目路径指向包外",
        "Treat the file as an attack; do not unpack it.", "按攻击文件处理，不要解包。";
    PackageBackslash "package-backslash" Warning None None,
        "an entry's path is written with backslashes", "条目路径使用了反斜杠",
        "Ask the producer to write forward slashes.", "请制作方使用正斜杠。";
    PackageHeaderMismatch "package-header-mismatch" Error Invalid None,
        "an entry's local header and the central directory disagree", "条目的本地文件头与中央目录不一致",
        "Treat the file as forged: readers that trust the local header see something else.", "按伪造文件处理：依据本地文件头的阅读器会看到不同内容。";
    PackageUnlistedEntry "package-unlisted-entry" Error Invalid None,
        "the package hides an entry that its central directory does not list", "包内藏有中央目录未列出的条目",
        "Treat the file as forged: streaming readers show the hidden entry.", "按伪造文件处理：流式阅读器会显示该隐藏条目。";
    PackageOverlap "package-overlap" Error Invalid None,
        "entries of the package share bytes", "包内条目的数据相互重叠",
        "Treat the file as an attack.", "按攻击文件处理。";
    PackagePrefix "package-prefix" Warning None None,
        "bytes stand before the package", "包前有多余字节",
        "Some vendors write them; no signature covers them.", "部分厂商会写入；任何签名都不保护这些字节。";
    PackageSuffix "package-suffix" Warning None None,
        "bytes stand after the package", "包后有多余字节",
        "Some vendors write them; no signature covers them.", "部分厂商会写入；任何签名都不保护这些字节。";
    PackageGap "package-gap" Warning None None,
        "bytes stand between the entries of the package", "包内条目之间有多余字节",
        "No signature covers them; ask the producer what they are.", "任何签名都不保护这些字节，请向制作方核实。";
    PackageNameEncoding "package-name-encoding" Info None None,
        "an entry's name is not UTF-8 and was read as GBK", "条目名不是 UTF-8，已按 GBK 读取",
        "Nothing, if the names look right.", "若名称显示正常则无需处理。";
    PackageEntryDamaged "package-entry-damaged" Warning None None,
        "an entry cannot be inflated or fails its checksum", "条目无法解压或校验和不符",
        "Get the file again from its source.", "请从来源重新获取文件。";
    PackageEntryEncrypted "package-entry-encrypted" Warning None None,
        "an entry is encrypted or compressed with a method that OFD does not use", "条目被加密，或使用了 OFD 不采用的压缩方法",
        "Get an unencrypted copy.", "请获取未加密的副本。";

    // The document.
    DocumentPartMissing "document-part-missing" Error Indeterminate None,
        "a file that the document leads to is missing", "文档引用的文件缺失",
        "Get the whole document.", "请获取完整文档。";
    DocumentResourceMissing "document-resource-missing" Warning None None,
        "a resource that the document names is missing", "文档引用的资源缺失",
        "Readers show the document without it.", "阅读器将不显示该资源。";
    DocumentAmbiguous "document-ambiguous" Error Invalid None,
        "an element that may stand once stands more often, so readers may show different documents", "只应出现一次的元素多次出现，不同阅读器可能显示不同文档",
        "Treat the file as manipulated.", "按被操纵的文件处理。";
    DocumentPartUnreadable "document-part-unreadable" Error Indeterminate None,
        "a file that the document leads to cannot be read", "文档引用的文件无法读取",
        "Get the document again from its source.", "请从来源重新获取文档。";
    DocumentPathEscapes "document-path-escapes" Error Invalid None,
        "a path inside the document leads out of the package", "文档内的路径指向包外",
        "Treat the file as an attack.", "按攻击文件处理。";
    UncoveredPage "uncovered-page" Error Invalid None,
        "a document root or page is covered by no intact signature", "文档根或页面内容未被任何完好的签名保护",
        "The seal says nothing about that page; do not rely on it.", "印章对该页内容没有任何证明作用，请勿采信。";
    UncoveredContent "uncovered-content" Error Indeterminate None,
        "something that is displayed or reachable is covered by no intact signature", "可显示或可访问的内容未被任何完好的签名保护",
        "Rely only on what is covered; ask the signer to seal the whole document.", "仅可采信被保护的部分；请签章方对全文签章。";
    UncoveredEntry "uncovered-entry" Warning None None,
        "OFD.xml is covered by no intact signature", "OFD.xml 未被任何完好的签名保护",
        "Everything that it leads to is covered; several vendors leave it out.", "它引用的内容均被保护；部分厂商不保护该文件。";
    UnreferencedFile "unreferenced-file" Warning None None,
        "a file that nothing refers to is covered by no intact signature", "包内有无人引用且未被任何完好签名保护的文件",
        "It may have been added after signing; do not trust it.", "可能是签名后加入的文件，请勿采信。";
    UnreferencedCovered "unreferenced-covered" Info None None,
        "a file that nothing refers to is covered by a signature", "包内有无人引用但被签名保护的文件",
        "Nothing: it was there when the signature was made.", "签名时即已存在，无需处理。";
    SignatureFilesUnlisted "signature-files-unlisted" Warning None None,
        "files of a signature are there that the list of signatures does not name", "存在签名文件，但签名列表未列出",
        "A signature may have been removed; ask the signer.", "签名可能已被移除，请向签章方核实。";
    SignatureListMissing "signature-list-missing" Error Indeterminate None,
        "the list of signatures is named and missing or unreadable", "文档声明了签名列表，但列表缺失或无法读取",
        "Get the whole document.", "请获取完整文档。";
    SignatureListOdd "signature-list-odd" Warning None None,
        "the list of signatures departs from the schema", "签名列表不符合格式规定",
        "Nothing for a reader; the producer should mend it.", "读者无需处理；应由制作方改正。";
    IntegrityRecordValid "integrity-record-valid" Info None Some("GM/T 0099-2020, Annex D"),
        "the integrity record (OFDEntries.xml) is signed and names every file", "完整性记录（OFDEntries.xml）签名有效且列出全部文件",
        "The record lists paths and no digests: it shows that no file was added, not that none was changed.",
        "该记录只列路径不含摘要：只能证明没有夹带文件，不能证明内容未改。";
    IntegrityRecordBroken "integrity-record-broken" Error Invalid Some("GM/T 0099-2020, Annex D"),
        "the integrity record (OFDEntries.xml) does not hold", "完整性记录（OFDEntries.xml）验证不通过",
        "Treat the file as altered.", "按已被改动处理。";
    IntegrityRecordFile "integrity-record-file" Error Invalid Some("GM/T 0099-2020, Annex D"),
        "the package holds a file that the integrity record does not name, or lacks one that it names", "包内文件与完整性记录不一致：有夹带或缺失",
        "Treat the file as altered.", "按已被改动处理。";
    IntegrityRecordUnjudged "integrity-record-unjudged" Warning None Some("GM/T 0099-2020, Annex D"),
        "the signer of the integrity record was not judged against a trust anchor", "未对完整性记录的签名者进行信任判断",
        "Verify with --trust.", "请使用 --trust 进行验证。";

    // A PDF file and the bytes that its signatures cover.
    PdfTail "pdf-tail" Error Invalid None,
        "what follows the signed revision is no complete update of the file", "签名版本之后的内容不是完整的更新",
        "Treat the file as manipulated: readers that repair files show what was appended.", "按被操纵的文件处理：会修复文件的阅读器会显示被追加的内容。";
    PdfTrailing "pdf-trailing" Warning None None,
        "bytes stand behind the end of the file", "文件结尾之后还有内容",
        "Get the file again from its source: it may have been cut or appended to.", "请从来源重新获取文件：可能被截断或追加。";
    PdfByteRange "pdf-byte-range" Error Invalid Some("ISO 32000-2, 12.8.1"),
        "the ByteRange is not two blocks from the start of the file with the signature between them", "ByteRange 不是从文件开头起、以签名值为间隔的两段",
        "Treat the signature as manipulated.", "按被操纵的签名处理。";
    PdfGap "pdf-gap" Error Invalid Some("ISO 32000-2, 12.8.1"),
        "the bytes that the signature leaves out are not its own /Contents alone", "签名排除的字节不仅仅是其自身的 /Contents",
        "Treat the file as manipulated: something unsigned stands inside the signed bytes.", "按被操纵的文件处理：已签名字节之间夹有未签名的内容。";
    PdfCoverage "pdf-coverage" Error Invalid Some("ISO 32000-2, 12.8.1"),
        "the signature does not cover its whole revision", "签名未覆盖其所在的完整修订版本",
        "The signature says nothing about the document as it is shown.", "该签名不能证明所显示的文档。";
    PdfNoValue "pdf-no-value" Error Invalid None,
        "the signature has no value", "签名没有签名值",
        "It is no signature: somebody forged or damaged it.", "这不是有效的签名：系伪造或已损坏。";
    PdfDuplicateKey "pdf-duplicate-key" Error Invalid None,
        "a dictionary has a key twice, so readers may take different values", "字典中同一键出现两次，不同阅读器可能取不同的值",
        "Treat the file as manipulated.", "按被操纵的文件处理。";
    PdfSignatureRemoved "pdf-signature-removed" Error Invalid None,
        "a later update took this signature out of the document", "后续更新从文档中移除了该签名",
        "Ask the signer for the document as it was signed.", "请向签章方索取签名时的文档。";
    PdfSignatureReplaced "pdf-signature-replaced" Error Invalid None,
        "a later update put another signature dictionary in the place of the signed one", "后续更新用另一个签名字典替换了已签名的字典",
        "Reason, name and time that readers show may be forged.", "阅读器显示的签名原因、姓名和时间可能是伪造的。";
    PdfSignatureUnreached "pdf-signature-unreached" Error Invalid None,
        "the file holds a signature that no field leads to", "文件中有签名，但没有表单域指向它",
        "Somebody hid a signature: ask the signer for the document as it was signed.", "签名被隐藏：请向签章方索取签名时的文档。";
    PdfTimestampType "pdf-timestamp-type" Warning Indeterminate None,
        "a time-stamp token stands in a dictionary that calls itself a signature", "时间戳令牌位于声明为签名的字典中",
        "It is not counted as a time stamp of the document.", "不计为文档时间戳。";
    PdfTimestampsAlone "pdf-timestamps-alone" Warning None None,
        "the document has time stamps and is signed by nobody", "文档只有时间戳，没有任何人的签名或签章",
        "The stamps prove when it existed, not who stands behind it: the document counts as unsigned.", "时间戳只能证明文档何时存在，不能证明由谁出具：文档视为未签名。";
    PdfPermissionsAltered "pdf-permissions-altered" Warning None Some("ISO 32000-2, 7.6.4.4.9"),
        "the permissions in the encryption dictionary are not those that its owner set", "加密字典中的权限与所有者设置的不一致",
        "Somebody without the key changed them; what both copies allow counts.", "无密钥者改动了权限；以两处都允许的为准。";
    PdfFieldBroken "pdf-field-broken" Error Invalid None,
        "a signature field holds something that cannot be read", "签名域的内容无法读取",
        "It is no signature: somebody forged or damaged it.", "这不是有效的签名：系伪造或已损坏。";
    PdfFieldEmpty "pdf-field-empty" Info None None,
        "a signature field waits for its signature", "签名域尚未签名",
        "Nothing, if nobody else was to sign.", "若无其他签署人则无需处理。";
    PdfSharedValue "pdf-shared-value" Info None None,
        "several fields show one signature, as seam seals have it", "多个表单域显示同一签名（骑缝章常用做法）",
        "Nothing: it is one signature.", "无需处理：它们是同一个签名。";
    PdfSealPicture "pdf-seal-picture" Warning None None,
        "a seal is shown with another picture than the one that it holds, or without it", "印章显示的图像与印章内的图像不同，或未显示印章图像",
        "Compare what is shown with the picture in the seal; programs that draw seals anew may differ, a forger may have drawn another unit's seal.", "请将显示内容与印章内的图像进行比对；重新绘制印章的软件可能造成差异，也可能是有人画上了其他单位的印章。";
    PdfSealPictureUnjudged "pdf-seal-picture-unjudged" Info None None,
        "whether a seal is shown with the picture that it holds could not be told", "无法判断印章显示的图像是否为印章内的图像",
        "Compare what is shown with the picture in the seal.", "请将显示内容与印章内的图像进行比对。";

    // What a signature covers.
    ReferenceAltered "reference-altered" Error Invalid None,
        "a protected file was changed after signing", "被保护的文件在签名后被改动",
        "The document is not what was signed.", "文档已不是签名时的内容。";
    ReferenceMissing "reference-missing" Error Invalid None,
        "a protected file is missing", "被保护的文件缺失",
        "The document is not what was signed.", "文档已不是签名时的内容。";
    ReferenceUnreadable "reference-unreadable" Error Invalid None,
        "a protected file cannot be inflated or fails its checksum", "被保护的文件无法解压或校验和不符",
        "Get the file again from its source.", "请从来源重新获取文件。";
    ReferencePath "reference-path" Error Invalid None,
        "a reference leads out of the package", "引用路径指向包外",
        "Treat the file as an attack.", "按攻击文件处理。";
    ReferenceNone "reference-none" Error Invalid None,
        "the signature protects no file", "签名未保护任何文件",
        "The signature says nothing about the document.", "该签名对文档没有任何证明作用。";
    ReferenceMalformed "reference-malformed" Error Invalid None,
        "a reference has no path or no readable digest", "引用缺少路径或可读的摘要值",
        "The signature cannot be checked as it stands.", "该签名无法按原样核验。";
    DigestUnknown "digest-unknown" Error Indeterminate None,
        "the digest algorithm of the references is not known", "引用所用的摘要算法未知",
        "Verify with the vendor's software.", "请使用厂商软件验证。";
    DigestWeak "digest-weak" Warning Indeterminate None,
        "the references use a digest algorithm that no longer resists collisions", "引用所用的摘要算法已不能抵抗碰撞攻击",
        "Ask for a signature with SM3.", "请要求使用 SM3 重新签名。";
    DigestKeyed "digest-keyed" Info None None,
        "the references use SM3 keyed with the signer's Z", "引用使用带签名者 Z 值的 SM3 摘要",
        "Nothing.", "无需处理。";
    DigestMismatch "digest-mismatch" Error Invalid None,
        "the signed digest is not that of Signature.xml", "签名的摘要与 Signature.xml 不符",
        "The description of the signature was changed after signing.", "签名描述文件在签名后被改动。";
    SignatureMismatch "signature-mismatch" Error Invalid None,
        "the signature value does not hold", "签名值验证不通过",
        "The signature is forged or damaged.", "签名系伪造或已损坏。";
    SignatureNoKey "signature-no-key" Error Indeterminate None,
        "the signed value carries no certificate, so there is no key to verify with", "签名值中没有证书，无法取得验证公钥",
        "Ask the signer for the certificate.", "请向签名者索取证书。";
    SignatureAlgorithm "signature-algorithm" Error Indeterminate None,
        "the signature algorithm is not known", "签名算法未知",
        "Verify with the vendor's software.", "请使用厂商软件验证。";
    SignatureUnreadable "signature-unreadable" Error Invalid None,
        "the signature's own files are missing or cannot be read", "签名自身的文件缺失或无法读取",
        "Get the document again from its source.", "请从来源重新获取文档。";
    SignatureFilesShared "signature-files-shared" Error Invalid None,
        "two records of the list lead to the same signature", "签名列表中的两条记录指向同一签名",
        "Treat the file as manipulated.", "按被操纵的文件处理。";
    SignatureTypeDiffers "signature-type-differs" Warning None None,
        "the list gives another type than the signed value has", "列表所记类型与签名值的实际类型不符",
        "The content decides; the producer should mend the list.", "以内容为准；应由制作方改正列表。";
    RelativeBaseBroken "relative-base-broken" Error Invalid Some("GM/T 0099-2020, Annex B"),
        "the signature that this one builds on does not hold or is missing", "本签名所依赖的基础签名无效或缺失",
        "Judge the base signature first.", "请先核验基础签名。";
    CoverageLeft "coverage-left" Info None None,
        "files that this signature leaves uncovered", "本签名未保护的文件",
        "See the document's findings for what matters of them.", "其中的重要事项见文档级结论。";
    CoversNoPage "covers-no-page" Warning None None,
        "this signature covers no page that the document shows", "此签名未保护文档所显示的任何页面",
        "Do not take it for a signature of what you see.", "请勿将其视为对所见内容的签名。";
    LaterSignatures "later-signatures" Info None None,
        "signatures were added after this one", "此签名之后追加了其他签名",
        "Nothing.", "无需处理。";
    LaterChanges "later-changes" Error Invalid None,
        "what was added beside this signature does not hold, or shows other pages than it covers", "与此签名并存的追加内容无效，或使文档显示了其未保护的页面",
        "The document is not what was signed.", "文档已不是签名时的内容。";
    StampPage "stamp-page" Warning None None,
        "a stamp names a page that the document does not have", "印章外观所指的页面不存在",
        "The seal is not shown there.", "印章不会在该处显示。";
    StampMissing "stamp-missing" Info None None,
        "the seal is shown on no page", "印章未在任何页面显示",
        "Nothing.", "无需处理。";
    StampMalformed "stamp-malformed" Warning None None,
        "a stamp's position cannot be read", "印章外观的位置无法读取",
        "Readers may show it elsewhere or not at all.", "阅读器可能显示在别处或不显示。";

    // The seal.
    SealSignatureMismatch "seal-signature-mismatch" Error Invalid None,
        "the maker's signature on the seal does not hold", "印章的制章者签名验证不通过",
        "The seal or its picture is forged.", "印章或其图像系伪造。";
    SealSignerNotListed "seal-signer-not-listed" Error Invalid None,
        "the signer is not in the seal's list of certificates", "签章人证书不在印章的证书列表中",
        "Somebody else used the seal; a renewed certificate needs a new seal.", "印章被他人使用；证书更换后须重新制章。";
    SealSignerUnlistable "seal-signer-unlistable" Error Indeterminate None,
        "the seal's list holds nothing that a certificate could be compared with", "印章证书列表中没有可供比对的内容",
        "Ask the maker for the list.", "请向制作方核实证书列表。";
    SealFileDiffers "seal-file-differs" Error Invalid None,
        "Seal.esl differs from the seal inside the signed value", "Seal.esl 与签名值内的印章不一致",
        "The embedded seal counts; treat the file as manipulated.", "以签名值内的印章为准；按被操纵的文件处理。";
    SealFileMissing "seal-file-missing" Warning None None,
        "the seal file that the signature names is missing", "签名所指的印章文件缺失",
        "The seal inside the signed value counts.", "以签名值内的印章为准。";
    SealNotValidAtSigning "seal-not-valid-at-signing" Error Invalid None,
        "the signing time lies outside the seal's validity", "签章时间不在印章有效期内",
        "Ask for a new seal and signature.", "请使用有效印章重新签章。";
    SealNotValid "seal-not-valid" Error Invalid None,
        "the judged time lies outside the seal's validity", "判断时间不在印章有效期内",
        "Ask the maker for a new seal.", "请重新制章。";
    SealMadeOutsideValidity "seal-made-outside-validity" Warning None None,
        "the seal was made outside its own validity", "制章时间不在印章自身的有效期内",
        "Ask the maker.", "请向制作方核实。";
    SealVersionDiffers "seal-version-differs" Warning None None,
        "the version numbers do not fit the structure", "版本号与结构不符",
        "The structure decides.", "以结构为准。";
    SealPicture "seal-picture" Warning None None,
        "the seal's picture is empty or is not of the type that it states", "印章图像为空或与所声明类型不符",
        "Readers may show no seal.", "阅读器可能不显示印章。";
    SealSelfMade "seal-self-made" Warning None None,
        "the seal was made with the signer's own certificate", "印章由签章人自己的证书制作",
        "Ask for a seal of a recognised maker, or verify with the makers' own anchors (--maker-trust).", "请使用认可制章机构的印章，或以 --maker-trust 单独指定制章者信任锚。";
    SealExtension "seal-extension" Warning None None,
        "a critical extension is not known", "存在未知的关键扩展",
        "Verify with the vendor's software what it means.", "请使用厂商软件核实其含义。";

    // Certificates and trust.
    SignerUnreadable "signer-unreadable" Error Indeterminate None,
        "the signer's certificate cannot be read", "签名者证书无法读取",
        "Ask the signer for the certificate.", "请向签名者索取证书。";
    SignerNotValidAtSigning "signer-not-valid-at-signing" Error Invalid None,
        "the signing time lies outside the validity of the signer's certificate", "签名时间不在签名者证书有效期内",
        "Ask for a new signature with a valid certificate.", "请使用有效证书重新签名。";
    MakerNotValid "maker-not-valid" Error Invalid None,
        "the maker's certificate was not valid when it had to be", "制章者证书在规定时刻不在有效期内",
        "Ask for a new seal.", "请重新制章。";
    MakerValidity "maker-validity" Warning None None,
        "the maker's certificate was valid when the seal was made or at the judged moment, not at both", "制章者证书仅在制章时或判断时刻之一处于有效期内",
        "Ask for a new seal where your rules want both.", "如规定要求两者均有效，请重新制章。";
    MakerUnreadable "maker-unreadable" Error Indeterminate None,
        "the maker's certificate cannot be read", "制章者证书无法读取",
        "Ask the maker for the certificate.", "请向制章者索取证书。";
    MakerExpiredSince "maker-expired-since" Info None None,
        "the maker's certificate has ended since the seal was made", "制章后制章者证书已到期",
        "Nothing: it was valid when the seal was made.", "制章时有效，无需处理。";
    KeyUsage "key-usage" Error Invalid Some("RFC 5280, 4.2.1.3"),
        "the certificate's key usage does not allow signatures", "证书密钥用法不允许签名",
        "Ask for a signature with a signing certificate.", "请使用签名证书重新签名。";
    KeyUsageAbsent "key-usage-absent" Warning None Some("RFC 5280, 4.2.1.3"),
        "the certificate states no key usage", "证书未声明密钥用法",
        "Ask the authority for a certificate that does.", "请向发证机构索取声明了密钥用法的证书。";
    TrustUnknown "trust-unknown" Error Indeterminate None,
        "no trust anchor was given", "未提供信任锚",
        "Verify with --trust and the authority's certificate.", "请使用 --trust 提供发证机构证书。";
    TrustNone "trust-none" Error Indeterminate None,
        "no path leads to a trust anchor", "没有通往信任锚的证书路径",
        "Give the right authority's certificates with --trust, or do not trust the signer.", "请用 --trust 提供正确的发证机构证书，否则请勿信任该签名者。";
    TrustPath "trust-path" Error Indeterminate Some("RFC 5280, 6.1"),
        "a path to a trust anchor is broken", "通往信任锚的证书路径不成立",
        "See the reason; do not trust the signer.", "见原因说明；请勿信任该签名者。";
    CertificateExtension "certificate-extension" Error Indeterminate Some("RFC 5280, 4.2"),
        "a certificate has a critical extension that is not processed", "证书含有未处理的关键扩展",
        "Have the path judged by the authority's software.", "请使用发证机构软件判断。";
    RevocationUnknown "revocation-unknown" Error Indeterminate None,
        "nothing says whether a certificate of the path was revoked", "没有信息表明路径上的证书是否已被撤销",
        "Verify with --crl, or put the lists into the trust folder.", "请使用 --crl 提供证书撤销列表，或放入信任目录。";
    RevocationStale "revocation-stale" Warning None Some("RFC 5280, 5.1.2.5"),
        "a revocation list is older than its next update", "证书撤销列表已超过下次更新时间",
        "Get a fresh list.", "请获取最新的证书撤销列表。";
    RevocationListBroken "revocation-list-broken" Warning None Some("RFC 5280, 5"),
        "a revocation list cannot be used", "证书撤销列表无法使用",
        "Get the list again from the authority.", "请从发证机构重新获取。";
    RevokedBefore "revoked-before" Error Invalid None,
        "a certificate was revoked before the signing time", "证书在签名时间之前已被撤销",
        "Do not rely on the signature.", "请勿采信该签名。";
    RevokedAfter "revoked-after" Error Indeterminate None,
        "a certificate was revoked after the claimed signing time, and no time stamp proves that time", "证书在声称的签名时间之后被撤销，且没有时间戳证明签名时间",
        "Ask for proof of the signing time.", "请提供签名时间的证明。";
    TimeClaimed "time-claimed" Warning None None,
        "the signing time is only the signer's claim", "签名时间仅为签名者自述",
        "Ask for time stamps where the time matters.", "如需确定时间，请要求加盖时间戳。";
    TimeMissing "time-missing" Error Indeterminate None,
        "the signing time is missing or cannot be read", "签名时间缺失或无法读取",
        "Certificates and seal were judged at the given moment instead.", "已改以给定时刻判断证书与印章。";
    TimeFuture "time-future" Warning Indeterminate None,
        "the claimed signing time lies after the judged moment", "声称的签名时间晚于判断时刻",
        "Check the clocks.", "请核对时钟。";
    TimeDiffers "time-differs" Warning None None,
        "the claimed signing time is later than the one that a time stamp proves", "声称的签名时间晚于时间戳证明的时间",
        "The proven time counts.", "以时间戳证明的时间为准。";
    TimestampUnchecked "timestamp-unchecked" Warning None None,
        "a time stamp is there and was not judged", "存在时间戳，但未作判断",
        "Verify with --trust and the anchor of its authority; until then, and for a token in V1 timeInfo, the time counts as claimed.", "请使用 --trust 提供时间戳机构的信任锚；在此之前，以及对 V1 timeInfo 中的时间戳，其时间按自述处理。";

    // Algorithms that no longer prove much.
    AlgorithmWeak "algorithm-weak" Warning Indeterminate None,
        "a signature rests on an algorithm or a key that can be broken", "签名所依据的算法或密钥可被破解",
        "Ask for a signature with SHA-256 or SM3, and RSA keys of at least 2048 bits.", "请要求使用 SHA-256 或 SM3，且 RSA 密钥不少于 2048 位。";

    // Encodings of the field that depart from the standards. The cryptography holds all the same.
    QuirkBitString "quirk-bit-string" Info None None,
        "a BIT STRING has cut trailing zeros", "BIT STRING 末尾的零被截去",
        "Nothing for a reader.", "读者无需处理。";
    QuirkRawSignature "quirk-raw-signature" Info None None,
        "a signature value is r || s instead of DER", "签名值为 r || s 而非 DER 编码",
        "Nothing for a reader.", "读者无需处理。";
    QuirkNegativeInteger "quirk-negative-integer" Info None None,
        "r or s lacks its sign octet and reads as negative", "r 或 s 缺少符号字节而呈负数",
        "Nothing for a reader.", "读者无需处理。";
    QuirkSignaturePadding "quirk-signature-padding" Info None None,
        "a signature value has superfluous octets", "签名值含有多余字节",
        "Nothing for a reader.", "读者无需处理。";
    QuirkTimeZone "quirk-time-zone" Warning None None,
        "a time has no zone and was read as China Standard Time", "时间没有时区，已按北京时间读取",
        "Times may be off by the zone of the signing machine.", "时间可能与签名机器的时区有偏差。";
    QuirkTimeYear "quirk-time-year" Info None None,
        "a GeneralizedTime has a year of two digits", "GeneralizedTime 的年份只有两位",
        "Nothing for a reader.", "读者无需处理。";
    QuirkTimeText "quirk-time-text" Info None None,
        "the signing time is text instead of an ASN.1 time", "签名时间为文本而非 ASN.1 时间",
        "Nothing for a reader.", "读者无需处理。";
    QuirkAlgorithm "quirk-algorithm" Warning None None,
        "the algorithm identifier is not that of SM2 with SM3, and the signature holds with it", "算法标识不是 SM2-SM3，但按其验证通过",
        "Nothing for a reader.", "读者无需处理。";
    QuirkBer "quirk-ber" Info None None,
        "the structure is BER and not DER", "结构为 BER 而非 DER 编码",
        "Nothing for a reader.", "读者无需处理。";
    QuirkPropertyInfo "quirk-property-info" Info None None,
        "propertyInfo is not the path of Signature.xml", "propertyInfo 不是 Signature.xml 的路径",
        "Nothing for a reader.", "读者无需处理。";
    QuirkString "quirk-string" Info None None,
        "a string has characters that its type does not allow", "字符串含有其类型不允许的字符",
        "Nothing for a reader.", "读者无需处理。";
    QuirkCertListType "quirk-cert-list-type" Warning None None,
        "certListType is not the one of its list", "certListType 与列表内容不符",
        "The content decides.", "以内容为准。";
    QuirkUntagged "quirk-untagged" Info None None,
        "an optional member lacks its tag, or has one too many", "可选成员缺少标签或多出标签",
        "Nothing for a reader.", "读者无需处理。";
    QuirkWrapped "quirk-wrapped" Info None None,
        "a member is wrapped in another type, or has another type", "成员被包裹在其他类型中或类型不符",
        "Nothing for a reader.", "读者无需处理。";
    QuirkDigestText "quirk-digest-text" Info None None,
        "the signed content is the digest as Base64 text", "签名内容为摘要的 Base64 文本",
        "Nothing for a reader.", "读者无需处理。";
    QuirkTrailing "quirk-trailing" Warning None None,
        "bytes follow the structure", "结构之后有多余字节",
        "No signature covers them.", "任何签名都不保护这些字节。";

    // Signed values: what they hold and how they are signed.
    SignedContent "signed-content" Error Invalid None,
        "the signed value holds a content that is neither what it should cover nor its digest", "签名值内含的内容既不是被签名的数据，也不是其摘要",
        "The signature is of something else than the document.", "该签名所签的不是本文档。";
    ContentTypeDiffers "content-type-differs" Error Invalid Some("RFC 5652, 11.1"),
        "the signed content type is not that of the structure", "签名属性中的内容类型与结构不符",
        "Treat the signature as manipulated.", "按被操纵的签名处理。";
    ContentTypeMissing "content-type-missing" Warning None Some("RFC 5652, 11.1"),
        "the signed attributes lack the content type", "签名属性中缺少内容类型",
        "Nothing for a reader; the producer should mend it.", "读者无需处理；应由制作方改正。";
    SigningCertificateDiffers "signing-certificate-differs" Error Invalid Some("RFC 5035"),
        "the signed attributes name another certificate than the one that verifies the signature", "签名属性所指证书与验证签名的证书不同",
        "Treat the signature as manipulated: the certificate was replaced.", "按被操纵的签名处理：证书已被替换。";
    SigningCertificateAbsent "signing-certificate-absent" Info None Some("RFC 5035"),
        "the signed attributes do not say which certificate was used", "签名属性未指明所用证书",
        "Nothing; a PAdES signature has to say so.", "无需处理；PAdES 签名须指明。";
    AlgorithmProtection "algorithm-protection" Error Invalid Some("RFC 6211"),
        "the signed algorithms are not those that the structure states", "签名属性中的算法与结构所声明的算法不同",
        "Treat the signature as manipulated.", "按被操纵的签名处理。";
    SeveralSigners "several-signers" Info None None,
        "one signature has several signers, and every one of them must hold", "同一签名含多个签名者，须全部验证通过",
        "Only the first is named as the signer.", "报告仅列出第一个签名者。";
    TimestampAuthorityUnjudged "timestamp-authority-unjudged" Warning Indeterminate None,
        "the authority of a time stamp was not judged", "未对时间戳的签发机构进行判断",
        "Verify with --trust and the certificate of the authority's anchor.", "请使用 --trust 提供时间戳机构的信任锚。";
    TimestampAuthorityExpired "timestamp-authority-expired" Warning Indeterminate None,
        "the certificate of a time-stamp authority has ended since, so that the time stamp alone proves nothing any more", "时间戳机构证书已到期，仅凭该时间戳不再构成证明",
        "Judge it at a moment when a newer time stamp renewed it.", "请以更新的时间戳所证明的时刻进行判断。";
    TimestampAuthorityRevoked "timestamp-authority-revoked" Error Invalid Some("RFC 3161, 4"),
        "the certificate of a time-stamp authority was revoked for a reason that unmakes all of its time stamps", "时间戳机构证书被撤销，其原因使其签发的全部时间戳失效",
        "Do not rely on the time stamp.", "请勿采信该时间戳。";
    TimestampForm "timestamp-form" Error Invalid Some("RFC 3161, 2.4.2"),
        "a time stamp has not the form that the standard asks for", "时间戳不符合标准规定的形式",
        "Ask the authority for a new one.", "请向时间戳机构重新申请。";
    TimestampNonce "timestamp-nonce" Error Invalid Some("RFC 3161, 2.4.2"),
        "the nonce of a time stamp is not that of the request", "时间戳的 nonce 与请求不符",
        "It may be an old reply played back; ask again.", "可能为重放的旧应答；请重新申请。";
    TimestampPolicy "timestamp-policy" Error Invalid Some("RFC 3161, 2.4.2"),
        "the policy of a time stamp is not one that is accepted", "时间戳的策略不在接受范围内",
        "Ask an authority with the right policy.", "请向具有相应策略的时间戳机构申请。";
    TimestampNothingCompared "timestamp-nothing-compared" Warning Indeterminate None,
        "nothing was given that the time stamp could be compared with", "未提供可与时间戳比对的数据",
        "Give the data, their digest or the request.", "请提供数据、其摘要或时间戳请求。";
    TimestampBroken "timestamp-broken" Error Indeterminate None,
        "a time stamp on a signature does not hold; the time counts as claimed", "签名上的时间戳验证不通过；时间按自述处理",
        "Ask why the time stamp was changed.", "请查明时间戳被改动的原因。";
    TimestampUntrusted "timestamp-untrusted" Warning None None,
        "a time stamp on a signature was not accepted; the time counts as claimed", "签名上的时间戳未被采信；时间按自述处理",
        "Give the authority's anchor and revocation list, where you trust it.", "如信任该时间戳机构，请提供其信任锚与证书撤销列表。";
    QuirkPlainDigest "quirk-plain-digest" Warning None None,
        "the SM2 value is over the bare SM3 digest, without Z of the signer", "SM2 签名值直接针对 SM3 摘要，未计入签名者的 Z 值",
        "Some vendors sign so; ask for a signature with Z.", "部分厂商如此签名；建议要求按标准计入 Z 值。";
    QuirkContentType "quirk-content-type" Info None None,
        "the signed content type is “data” of GB/T 35275 and that of the structure “data” of PKCS#7, or the other way round", "签名属性与结构分别使用 GB/T 35275 与 PKCS#7 的 data 标识",
        "Nothing for a reader.", "读者无需处理。";
    QuirkDigestDiffers "quirk-digest-differs" Info None None,
        "the signature is formed with another digest algorithm than the structure states for the content", "签名所用的摘要算法与结构声明的内容摘要算法不同",
        "Nothing for a reader.", "读者无需处理。";
    QuirkAttributeOrder "quirk-attribute-order" Info None Some("RFC 5652, 5.4"),
        "the signed attributes do not stand in the order of DER", "签名属性未按 DER 顺序排列",
        "Nothing for a reader.", "读者无需处理。";
    QuirkAttached "quirk-attached" Warning None None,
        "the signed value holds a copy of all that it covers", "签名值内含被签名数据的完整副本",
        "Nothing for a reader; the signature should be detached.", "读者无需处理；签名应为分离式。";

    // What came after a PDF signature.
    PdfChangePermitted "pdf-change-permitted" Info None None,
        "something came after the signature that is permitted", "签名之后有允许的更改",
        "Nothing.", "无需处理。";
    PdfPermissionReading "pdf-permission-reading" Info None Some("ISO 32000-2, 12.8.2.2"),
        "by which rules was judged what came after the signature", "签名之后的更改所依据的规则",
        "Choose another policy where your rules differ.", "如贵方规则不同，请选择其他策略。";
    PdfMetadata "pdf-metadata" Warning None None,
        "the document information or metadata changed after the signature", "签名之后文档信息或元数据有更改",
        "Do not rely on title, author and dates that the signature does not cover.", "请勿采信签名未保护的标题、作者和日期。";
    PdfAppearanceOnly "pdf-appearance-only" Error Invalid None,
        "a field looks different from what it did and holds the same value", "表单域的值未变而外观已变",
        "Compare what is shown with the value of the field.", "请将显示内容与域值进行比对。";
    PdfNeedAppearances "pdf-need-appearances" Warning None None,
        "readers are told to draw the fields anew", "文件要求阅读器重新绘制表单域",
        "What a reader shows may differ from what was signed.", "阅读器的显示可能与签名时不同。";
    PdfMaterialDropped "pdf-material-dropped" Warning None Some("ISO 32000-2, 12.8.4.3"),
        "validation material of an earlier revision is no longer listed", "先前版本的验证数据已不再列出",
        "It is still in the file; have the earlier revision judged where it matters.", "数据仍在文件中；如有需要请核验先前版本。";
    PdfSealCovered "pdf-seal-covered" Warning None None,
        "a further signature is shown over an earlier one or over most of a page", "后续签名显示在先前的签名之上，或覆盖了页面的大部分",
        "Look at the revision that was signed: the later signer alone answers for what covers it.", "请查看签名时的版本：覆盖内容仅由后签者负责。";
    PdfUnusedObject "pdf-unused-object" Warning None None,
        "objects came after the signature that nothing uses", "签名之后出现未被使用的对象",
        "Nothing shows them; tools leave such remnants.", "它们不会显示；部分工具会留下此类残余。";
    PdfLockedField "pdf-locked-field" Error Invalid Some("ISO 32000-2, 12.8.2.4"),
        "a field changed that a signature had locked", "被签名锁定的表单域已更改",
        "Go by the revision that was signed.", "请以签名时的版本为准。";
    PdfSealAppearance "pdf-seal-appearance" Error Invalid None,
        "the place or the look of a signature or seal changed after it was put on", "签名或印章的位置或外观在签署之后被更改",
        "Treat the file as forged; go by the revision that was signed.", "按伪造文件处理；请以签名时的版本为准。";
    PdfSignatureDictionary "pdf-signature-dictionary" Error Invalid None,
        "the dictionary of a signature was replaced or changed", "签名字典被替换或更改",
        "Treat the file as forged; go by the revision that was signed.", "按伪造文件处理；请以签名时的版本为准。";
    PdfPageContent "pdf-page-content" Error Invalid None,
        "pages show something else than what was signed", "页面显示的内容与签名时不同",
        "Go by the revision that was signed.", "请以签名时的版本为准。";
    PdfFormFill "pdf-form-fill" Error Invalid None,
        "a form was filled after the signature, which is not permitted", "签名之后填写了表单，而这是不允许的",
        "Go by the revision that was signed, or verify with the policy pades where filling is in order.", "请以签名时的版本为准；如允许填写，可使用 pades 策略核验。";
    PdfAnnotation "pdf-annotation" Error Invalid None,
        "annotations changed after the signature, which is not permitted", "签名之后更改了注释，而这是不允许的",
        "Go by the revision that was signed.", "请以签名时的版本为准。";
    PdfChangeForbidden "pdf-change-forbidden" Error Invalid None,
        "something came after the signature that is not permitted", "签名之后有不允许的更改",
        "Go by the revision that was signed.", "请以签名时的版本为准。";
    PdfRulesContradict "pdf-rules-contradict" Error Indeterminate Some("ISO 32000-2, 12.8.2.2"),
        "the signatures contradict each other in what may follow them", "各签名对其后允许的更改规定相互矛盾",
        "Ask the signers what was meant.", "请向签名者核实。";

    // What a signer should know before signing: warnings are told before a seal goes on, the rest where they are asked for.
    RiskHiddenContent "risk-hidden-content" Warning None None,
        "something opaque lies over text of the page", "页面文字被不透明的内容遮盖",
        "Do not sign before the cover was taken away: who removes it later shows what it hides.", "移除遮盖物之前请勿签章：日后移除它即可显示被遮盖的内容。";
    RiskInvisibleContent "risk-invisible-content" Warning None None,
        "something is drawn that cannot be seen", "存在绘制了但看不见的内容",
        "Ask the producer why it is there; it may be made visible later.", "请向制作方核实其用途；它日后可能被显示出来。";
    RiskTextLayer "risk-text-layer" Info None None,
        "invisible text lies over a picture, as scans with recognised text have it", "图像上有不可见的文字层（扫描识别文档常见）",
        "Nothing, if the document is a scan.", "若文档为扫描件则无需处理。";
    RiskOptionalContentHidden "risk-optional-content-hidden" Warning None Some("ISO 32000-2, 8.11"),
        "layers are off, or shown in one use and not in another", "存在默认关闭或随用途显示的图层",
        "Ask for a copy without layers: what is seen depends on the reader.", "请索取不含图层的副本：显示内容取决于阅读器。";
    RiskOptionalContent "risk-optional-content" Info None Some("ISO 32000-2, 8.11"),
        "the document has layers that a reader can switch off", "文档含有可由阅读者关闭的图层",
        "Look at the document with each layer off before signing.", "签章前请逐一关闭图层查看文档。";
    RiskAnnotationHidden "risk-annotation-hidden" Warning None Some("ISO 32000-2, 12.5.3"),
        "an annotation or field is hidden, or shown only in print or on screen", "存在隐藏的、或仅打印或仅屏幕显示的注释或表单域",
        "Ask for a copy without it: it may be shown later.", "请索取不含该注释的副本：它日后可能被显示。";
    RiskFieldOverlap "risk-field-overlap" Warning None None,
        "form fields lie over one another", "表单域相互重叠",
        "Ask for a copy with the form flattened.", "请索取表单已合并为内容的副本。";
    RiskFormValueDiffers "risk-form-value-differs" Warning None Some("ISO 32000-2, 12.7.4.3"),
        "a form field shows something else than its value", "表单域显示的内容与其值不同",
        "Do not sign: readers may show the value instead of what you see.", "请勿签章：其他阅读器可能显示其值而非您所见内容。";
    RiskNeedAppearances "risk-need-appearances" Warning None Some("ISO 32000-2, 12.7.3"),
        "readers are told to draw the form fields anew, each in its own way", "要求阅读器自行重新绘制表单域",
        "Ask for a copy with the form flattened.", "请索取表单已合并为内容的副本。";
    RiskXfa "risk-xfa" Warning None None,
        "the document has an XFA form: readers that know it show another document", "文档含 XFA 表单：支持 XFA 的阅读器会显示另一份内容",
        "Ask for a copy without XFA.", "请索取不含 XFA 的副本。";
    RiskPageChanged "risk-page-changed" Warning None None,
        "an update of the file changed what a page shows", "文件的后续更新改变了页面内容",
        "Ask for a copy that was saved as a whole.", "请索取整体重新保存的副本。";
    RiskFontChanged "risk-font-changed" Warning None None,
        "an update of the file changed a font: the same text shows other characters", "文件的后续更新改变了字体：同样的文字会显示为其他字符",
        "Ask for a copy that was saved as a whole.", "请索取整体重新保存的副本。";
    RiskUnreferencedContent "risk-unreferenced-content" Warning None None,
        "the file holds pages, drawings or fonts that nothing refers to", "文件内有无人引用的页面、图形或字体",
        "Do not sign before it was saved as a whole: a small change later can show them.", "整体重新保存之前请勿签章：日后的微小改动即可显示它们。";
    RiskDanglingReference "risk-dangling-reference" Warning None None,
        "a page refers to an object that is not there", "页面引用了不存在的对象",
        "Do not sign before it was saved as a whole: an update can supply the object.", "整体重新保存之前请勿签章：后续更新可补入该对象。";
    RiskUnlistedObject "risk-unlisted-object" Warning None None,
        "the file holds an object that no cross-reference lists", "文件内有交叉引用未列出的对象",
        "Ask for a copy that was saved as a whole.", "请索取整体重新保存的副本。";
    RiskHiddenPage "risk-hidden-page" Warning None None,
        "the document has page templates, which are not shown until they are called up", "文档含有页面模板，调用前不显示",
        "Ask for a copy without them.", "请索取不含模板的副本。";
    RiskScript "risk-script" Warning None Some("ISO 32000-2, 12.6.4"),
        "the document runs JavaScript, which can change what is shown", "文档含有 JavaScript，可改变显示内容",
        "Ask for a copy without scripts.", "请索取不含脚本的副本。";
    RiskAction "risk-action" Warning None Some("ISO 32000-2, 12.6"),
        "an action changes what is shown, sends or fetches data, or starts a program", "存在会改变显示、收发数据或启动程序的动作",
        "Ask for a copy without it.", "请索取不含该动作的副本。";
    RiskLink "risk-link" Info None None,
        "the document leads to addresses or files outside of it", "文档含有指向外部地址或文件的链接",
        "Nothing; what stands behind a link is not signed.", "无需处理；链接指向的内容不受签名保护。";
    RiskExternalContent "risk-external-content" Warning None None,
        "something that is shown is fetched from outside the document", "部分显示内容取自文档之外",
        "Do not sign: what is outside can be changed at any time.", "请勿签章：外部内容可随时被更改。";
    RiskAlternateImage "risk-alternate-image" Warning None Some("ISO 32000-2, 8.9.5.4"),
        "a picture has an alternate that is shown in its place, in print perhaps", "图像带有替代图像，打印时可能显示另一图像",
        "Ask for a copy without alternates.", "请索取不含替代图像的副本。";
    RiskEmbeddedFile "risk-embedded-file" Info None None,
        "files are attached to the document", "文档带有附件",
        "Look at them: the signature covers them too.", "请查看附件：签名同样覆盖附件。";
    RiskMultimedia "risk-multimedia" Warning None None,
        "the document holds sound, video or 3D content, which shows itself over time", "文档含有音频、视频或三维内容，其显示随时间变化",
        "Ask for a copy without it.", "请索取不含此类内容的副本。";
    RiskFontNotEmbedded "risk-font-not-embedded" Info None Some("ISO 32000-2, 9.9"),
        "a font is not in the document, so each reader takes one of its own", "字体未嵌入，各阅读器会使用自己的字体",
        "Ask for a copy with embedded fonts where looks matter.", "如对显示效果有要求，请索取嵌入字体的副本。";
    RiskHybrid "risk-hybrid-xref" Info None Some("ISO 32000-2, 7.5.8.4"),
        "the file has two cross-references, for older and newer readers", "文件含有分别供新旧阅读器使用的两套交叉引用",
        "Nothing, if it was written by an office program.", "若由办公软件生成则无需处理。";
    RiskAmbiguousXref "risk-ambiguous-xref" Warning None None,
        "the cross-reference names two places for one object, so readers may show different things", "交叉引用为同一对象给出两个位置，不同阅读器可能显示不同内容",
        "Do not sign before it was saved as a whole.", "整体重新保存之前请勿签章。";
    RiskDuplicateKey "risk-duplicate-key" Warning None None,
        "a dictionary has a key twice, so readers may take different values", "字典中同一键出现两次，不同阅读器可能取不同的值",
        "Do not sign before it was saved as a whole.", "整体重新保存之前请勿签章。";
    RiskUnsignedRevision "risk-unsigned-revision" Info None None,
        "updates of the file are covered by no signature that is there", "文件的部分更新未被现有签名覆盖",
        "Compare the document with what the earlier signers signed.", "请与先前签署人签署的内容核对。";
    RiskEncryption "risk-encryption" Info None Some("ISO 32000-2, 7.6"),
        "the document is encrypted: who has no key can verify nothing", "文档已加密：没有密钥者无法验证",
        "Sign an unencrypted copy where others are to verify it.", "如需他人验证，请对未加密的副本签章。";
    RiskUnjudged "risk-unjudged" Warning None None,
        "a part of the document could not be looked at", "文档的一部分未能检查",
        "Look at that part by other means before signing.", "签章前请以其他方式查看该部分。";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_effects_fit_severities() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            if code.effect() == Effect::Invalid {
                assert_eq!(code.severity(), Severity::Error, "{}", code.name());
            }
            if code.severity() == Severity::Info {
                assert_eq!(code.effect(), Effect::None, "{}", code.name());
            }
        }
    }
}
