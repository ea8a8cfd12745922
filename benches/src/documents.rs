//! OFD documents of three sizes, without a clock and without a random source.

use std::fmt::Write as _;

use sealcore::error::Result;
use sealcore::ofd::package::{ArchiveWriter, DosTime, Method};
use sealcore::ofd::path::PackagePath;

/// A document and the name of its file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name, without an extension.
    pub name: &'static str,
    /// The package.
    pub bytes: Vec<u8>,
}

/// The three documents: one page and 2 kB; 500 pages and 0.26 MB; 500 pages with 50 MB of images.
///
/// # Errors
/// As [`ArchiveWriter`]; none for a writer in memory.
pub fn documents() -> Result<Vec<Document>> {
    let shapes = [
        Shape {
            name: "small",
            pages: 1,
            lines: 16,
            images: 0,
        },
        Shape {
            name: "pages500",
            pages: 500,
            lines: 4,
            images: 0,
        },
        Shape {
            name: "big50mb",
            pages: 500,
            lines: 4,
            images: 20,
        },
    ];
    shapes
        .iter()
        .map(|shape| {
            Ok(Document {
                name: shape.name,
                bytes: shape.package()?,
            })
        })
        .collect()
}

/// A package of about 85 kB, which a seal makes 100 kB: 160 pages of text.
///
/// # Errors
/// As [`documents`].
pub fn middling() -> Result<Vec<u8>> {
    let shape = Shape {
        name: "pages160",
        pages: 160,
        lines: 4,
        images: 0,
    };
    shape.package()
}

struct Shape {
    name: &'static str,
    pages: usize,
    /// Lines of text on a page.
    lines: usize,
    images: usize,
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
/// Images have 1 to 4 MB, 2.5 MB on average.
const SMALLEST_IMAGE: usize = 1_000_000;
const IMAGE_STEP: usize = 157_895;
const PHRASES: [&str; 16] = [
    "根据有关法律法规的规定",
    "经双方协商一致",
    "现将有关事项通知如下",
    "本合同自签字盖章之日起生效",
    "请各单位认真贯彻执行",
    "电子印章与实物印章具有同等法律效力",
    "应当妥善保管相关材料",
    "按照职责分工抓好落实",
    "未尽事宜另行协商",
    "一式两份各执一份",
    "项目编号见附件",
    "付款期限为三十日",
    "联系人及电话如下",
    "逾期不予受理",
    "特此通知",
    "此件公开发布",
];

impl Shape {
    fn package(&self) -> Result<Vec<u8>> {
        let mut random = XorShift::new(0x5ea1_c0de);
        let mut writer = ArchiveWriter::new(Vec::new());
        let mut add = |name: &str, bytes: &[u8]| -> Result<()> {
            let path = PackagePath::root().resolve(name).map_err(|_| {
                let message = sealcore::lang::Text::new(format!("{name} is no path"), format!("{name} 不是路径"));
                sealcore::error::Error::new(sealcore::error::ErrorKind::Argument, message)
            })?;
            writer.add(&path, bytes, Method::Deflated, DosTime::EARLIEST)
        };
        add("OFD.xml", ofd().as_bytes())?;
        add("Doc_0/Document.xml", self.root().as_bytes())?;
        add("Doc_0/PublicRes.xml", self.resources().as_bytes())?;
        for page in 0..self.pages {
            let content = self.page(page, &mut random);
            add(&format!("Doc_0/Pages/Page_{page}/Content.xml"), content.as_bytes())?;
        }
        for image in 0..self.images {
            let picture = random.picture(SMALLEST_IMAGE + image * IMAGE_STEP);
            add(&format!("Doc_0/Res/image_{image}.jpg"), &picture)?;
        }
        writer.finish()
    }

    fn root(&self) -> String {
        let mut pages = String::new();
        for page in 0..self.pages {
            let id = page + 1000;
            // Writing to a string does not fail.
            let _ = write!(
                pages,
                "<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{page}/Content.xml\"/>"
            );
        }
        format!(
            "{XML}<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID><ofd:PageArea>\
             <ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>\
             </ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
        )
    }

    fn resources(&self) -> String {
        let mut media = String::new();
        for image in 0..self.images {
            let id = image + 10;
            let _ = write!(
                media,
                "<ofd:MultiMedia ID=\"{id}\" Type=\"Image\" Format=\"JPEG\"><ofd:MediaFile>image_{image}.jpg\
                 </ofd:MediaFile></ofd:MultiMedia>"
            );
        }
        if self.images > 0 {
            media = format!("<ofd:MultiMedias>{media}</ofd:MultiMedias>");
        }
        format!(
            "{XML}<ofd:Res {NAMESPACE} BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"3\" FontName=\"宋体\" \
             FamilyName=\"宋体\"/></ofd:Fonts>{media}</ofd:Res>"
        )
    }

    /// Lines of text, and an image on every page where there are images.
    fn page(&self, page: usize, random: &mut XorShift) -> String {
        let mut id = 2000 + page * 20;
        let mut objects = String::new();
        let mut next = || {
            id += 1;
            id
        };
        let layer = next();
        if let Some(image) = page.checked_rem(self.images) {
            let (object, resource) = (next(), image + 10);
            let _ = write!(
                objects,
                "<ofd:ImageObject ID=\"{object}\" CTM=\"170 0 0 60 0 0\" Boundary=\"20 210 170 60\" \
                 ResourceID=\"{resource}\"/>"
            );
        }
        for line in 0..self.lines {
            let (object, top) = (next(), 30 + line * 9);
            let text = random.phrase();
            let number = page + 1;
            let text = if line == 0 {
                format!("第{number}页{text}")
            } else {
                text.to_owned()
            };
            let steps = text.chars().count() - 1;
            let _ = write!(
                objects,
                "<ofd:TextObject ID=\"{object}\" Boundary=\"20 {top} 170 6\" Font=\"3\" Size=\"5\"><ofd:TextCode X=\"0\" \
                 Y=\"5\" DeltaX=\"g {steps} 5\">{text}</ofd:TextCode></ofd:TextObject>"
            );
        }
        format!(
            "{XML}<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID=\"{layer}\">{objects}</ofd:Layer></ofd:Content>\
             </ofd:Page>"
        )
    }
}

fn ofd() -> String {
    format!(
        "{XML}<ofd:OFD {NAMESPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo>\
         <ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID><ofd:CreationDate>2026-01-01</ofd:CreationDate>\
         </ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
}

/// Marsaglia's xorshift64: no source of randomness, only bytes without a pattern.
pub(crate) struct XorShift(u64);

impl XorShift {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn phrase(&mut self) -> &'static str {
        let [first, ..] = self.next().to_be_bytes();
        PHRASES.get(usize::from(first % 16)).copied().unwrap_or_default()
    }

    /// `length` bytes that nothing compresses.
    pub(crate) fn noise(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend(self.next().to_be_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// `length` bytes that deflate takes 2 to 3 % off, as it does with a JPEG file: one byte in sixteen is zero. So the entry
    /// is deflated, as OFD writers deflate images, and has to be inflated symbol by symbol.
    fn picture(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 16);
        while bytes.len() < length {
            bytes.extend(self.next().to_be_bytes());
            let [_, rest @ ..] = self.next().to_be_bytes();
            bytes.push(0);
            bytes.extend(rest);
        }
        bytes.truncate(length);
        bytes
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_what_they_are_said_to_be() {
        let all = documents().unwrap();
        let sizes: Vec<_> = all.iter().map(|one| (one.name, one.bytes.len())).collect();
        for ((name, size), (expected, range)) in sizes.iter().zip([
            ("small", 1_500..2_500),
            ("pages500", 180_000..300_000),
            ("big50mb", 48_000_000..52_000_000),
        ]) {
            assert_eq!(*name, expected);
            assert!(range.contains(size), "{name}: {size}");
        }
        let again = documents().unwrap();
        assert!(all.iter().zip(&again).all(|(one, other)| one.bytes == other.bytes));
    }
}
