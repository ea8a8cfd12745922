//! Content streams (ISO 32000-2, 7.8.2): operators with their operands, one after another. What is broken is passed over, as
//! viewers do, at a cost that grows with the bytes alone.

use super::file::View;
use super::object::{Name, Object, PdfString, Real};
use super::page::Page;
use super::parser::{Parser, Stop, is_delimiter, is_space, parse_number};
use crate::error::Result;
use crate::hex;
use crate::limits::Limits;

/// Operands of one operator that are kept: painting with 32 colorants takes 33 (8.6.6.5).
const OPERANDS: usize = 64;
/// Items of one array that are kept.
const ITEMS: usize = 1 << 16;
/// Bytes behind the end of an inline image that must look like operators.
const LOOK_AHEAD: usize = 16;

/// An operator and what stands before it.
#[derive(Debug)]
pub(crate) struct Operation<'o> {
    /// The operator, such as `Tj`. An inline image is one operation `BI`, whose operands are the keys and values of its
    /// dictionary.
    pub(crate) operator: &'o [u8],
    /// The operands in their order.
    pub(crate) operands: &'o [Object],
}

impl Operation<'_> {
    /// The last `N` operands as numbers.
    pub(crate) fn numbers<const N: usize>(&self) -> Option<[f64; N]> {
        let from = self.operands.len().checked_sub(N)?;
        let mut numbers = [0.0; N];
        for (number, operand) in numbers.iter_mut().zip(self.operands.get(from..)?) {
            *number = operand.as_number()?;
        }
        Some(numbers)
    }

    /// The last operand.
    pub(crate) fn last(&self) -> Option<&Object> {
        self.operands.last()
    }
}

/// Reads operation after operation.
#[derive(Debug)]
pub(crate) struct Operations<'b> {
    bytes: &'b [u8],
    parser: Parser<'b>,
    most: usize,
    operands: Vec<Object>,
}

impl<'b> Operations<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self::with_operands(bytes, OPERANDS)
    }

    /// Keeps so many operands of one operator.
    pub(crate) fn with_operands(bytes: &'b [u8], most: usize) -> Self {
        Self {
            bytes,
            // As if more followed: what is not closed then stops the reading, instead of being looked at again.
            parser: Parser::new(bytes, 0, false),
            most,
            operands: Vec::new(),
        }
    }

    /// The next operation; `None` at the end, and where something opens that is not closed.
    pub(crate) fn read(&mut self) -> Option<Operation<'_>> {
        self.operands.clear();
        loop {
            match self.token()? {
                Token::Operand(operand) => self.keep(operand),
                Token::Operator(b"BI") => {
                    self.inline_image()?;
                    return Some(Operation {
                        operator: b"BI",
                        operands: &self.operands,
                    });
                }
                Token::Operator(operator) => {
                    return Some(Operation {
                        operator,
                        operands: &self.operands,
                    });
                }
                Token::Passed => {}
            }
        }
    }

    fn keep(&mut self, operand: Object) {
        if self.operands.len() < self.most {
            self.operands.push(operand);
        }
    }

    fn offset(&self) -> usize {
        self.bytes.len() - self.parser.rest().len()
    }

    /// The next token; always at least one byte further.
    fn token(&mut self) -> Option<Token<'b>> {
        self.parser.skip_space().ok()?;
        let at = self.offset();
        let rest = self.parser.rest();
        let first = *rest.first()?;
        Some(match first {
            b'[' => {
                self.parser.seek(at + 1);
                Token::Operand(Object::Array(self.array()?))
            }
            b'<' if rest.get(1) != Some(&b'<') => Token::Operand(self.hex_string()?),
            b'/' | b'(' | b'<' => self.object(at)?,
            byte if is_delimiter(byte) => {
                self.parser.seek(at + 1);
                Token::Passed
            }
            _ => {
                let word = self.word();
                match word {
                    b"true" => Token::Operand(Object::Boolean(true)),
                    b"false" => Token::Operand(Object::Boolean(false)),
                    b"null" => Token::Operand(Object::Null),
                    [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Token::Operand(number(word)),
                    _ => Token::Operator(word),
                }
            }
        })
    }

    /// The regular characters that stand here: one at least.
    fn word(&mut self) -> &'b [u8] {
        let rest = self.parser.rest();
        let end = rest.iter().position(|byte| is_space(*byte) || is_delimiter(*byte));
        let length = end.unwrap_or(rest.len());
        self.parser.seek(self.offset() + length);
        rest.get(..length).unwrap_or_default()
    }

    fn object(&mut self, at: usize) -> Option<Token<'b>> {
        match self.parser.object() {
            Ok(object) => Some(Token::Operand(object)),
            Err(Stop::More) => None,
            Err(Stop::Bad(_)) => {
                self.parser.seek(self.offset().max(at + 1));
                Some(Token::Passed)
            }
        }
    }

    /// The items up to the closing bracket. Operators cannot stand here; a word that is one is passed over.
    fn array(&mut self) -> Option<Vec<Object>> {
        let mut items = Vec::new();
        loop {
            self.parser.skip_space().ok()?;
            let at = self.offset();
            let token = match self.parser.rest().first()? {
                b']' => {
                    self.parser.seek(at + 1);
                    return Some(items);
                }
                b'[' => self.object(at)?,
                _ => self.token()?,
            };
            if let Token::Operand(item) = token
                && items.len() < ITEMS
            {
                items.push(item);
            }
        }
    }

    /// A hexadecimal string; what is no digit is passed over.
    fn hex_string(&mut self) -> Option<Object> {
        let inside = self.parser.rest().get(1..)?;
        let length = inside.iter().position(|byte| *byte == b'>')?;
        let mut digits = inside.iter().take(length).filter_map(|byte| hex::digit(*byte));
        let mut bytes = Vec::with_capacity(length.div_ceil(2));
        while let Some(high) = digits.next() {
            bytes.push(high << 4 | digits.next().unwrap_or(0));
        }
        self.parser.seek(self.offset() + length + 2);
        Some(Object::String(PdfString { bytes, hex: true }))
    }

    /// Keys and values up to `ID`, then passes the data and `EI` (8.9.7).
    fn inline_image(&mut self) -> Option<()> {
        self.operands.clear();
        loop {
            match self.token()? {
                Token::Operand(operand) => self.keep(operand),
                Token::Operator(b"ID") => break,
                // There are no data.
                Token::Operator(b"EI") => return Some(()),
                Token::Operator(..) | Token::Passed => {}
            }
        }
        // One white space ends ID.
        let data = self.parser.rest().get(1..)?;
        let length = self.stated_length().filter(|length| {
            let after = data.get(*length..).unwrap_or_default();
            let blanks = after.iter().take_while(|byte| is_space(**byte)).count();
            blanks <= 2 && ends_image(after.get(blanks..).unwrap_or_default())
        });
        let end = match length {
            Some(length) => length + data.get(length..)?.iter().take_while(|byte| is_space(**byte)).count(),
            None => (0..data.len()).find(|at| {
                let before = at.checked_sub(1).and_then(|before| data.get(before));
                before.is_none_or(|byte| is_space(*byte)) && data.get(*at..).is_some_and(ends_image)
            })?,
        };
        self.parser.seek(self.offset() + 1 + end + 2);
        Some(())
    }

    /// `/L` or `/Length` of an inline image.
    fn stated_length(&self) -> Option<usize> {
        self.operands.chunks_exact(2).find_map(|pair| match pair {
            [Object::Name(key), Object::Integer(length)] if matches!(key.as_bytes(), b"L" | b"Length") => {
                usize::try_from(*length).ok()
            }
            _ => None,
        })
    }
}

enum Token<'b> {
    Operand(Object),
    Operator(&'b [u8]),
    /// Something that is nothing.
    Passed,
}

/// Whether `EI` stands here and what follows it is text, since the data of an image may hold these letters too.
fn ends_image(rest: &[u8]) -> bool {
    let Some(after) = rest.strip_prefix(b"EI") else {
        return false;
    };
    after.first().is_none_or(|byte| is_space(*byte))
        && after
            .iter()
            .take(LOOK_AHEAD)
            .all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

/// A number, however it is written: what cannot be read of it is left out.
fn number(word: &[u8]) -> Object {
    if let Some(number) = parse_number(word) {
        return number;
    }
    let signs = word.iter().take_while(|byte| matches!(byte, b'+' | b'-')).count();
    let digits = word.get(signs..).unwrap_or_default();
    let mut points = 0;
    let length = digits.iter().take_while(|byte| {
        points += usize::from(**byte == b'.');
        byte.is_ascii_digit() || **byte == b'.' && points == 1
    });
    let text: String = length.map(|byte| char::from(*byte)).collect();
    let value: f64 = text.parse().unwrap_or(0.0);
    Object::Real(Real::new(if word.first() == Some(&b'-') { -value } else { value }))
}

/// The content of a page: its streams in one, with a line end behind each, since no token goes from one into the next.
///
/// # Errors
/// As [`View::stream_data`]; [`ErrorKind::Limit`](crate::error::ErrorKind::Limit) when they are too large together.
pub(crate) fn of_page(view: &View<'_, '_>, page: &Page) -> Result<Vec<u8>> {
    let contents = view.lookup(&page.dictionary, "Contents")?;
    let one = page.dictionary.get("Contents").map(std::slice::from_ref);
    let parts = contents.as_array().or(one).unwrap_or_default();
    let most = view.pdf().limits().part_bytes;
    let mut content = Vec::new();
    for part in parts {
        let value = view.resolve(part)?;
        let (Some(id), Some(stream)) = (value.id(), value.as_stream()) else {
            continue;
        };
        content.extend(view.stream_data(stream, id)?);
        content.push(b'\n');
        if content.len() as u64 > most {
            return Err(Limits::exceeded(
                "bytes of content on one page",
                "单页内容的字节数",
                most,
            ));
        }
    }
    Ok(content)
}

/// The operand as a name.
pub(crate) fn name(operand: Option<&Object>) -> Option<&Name> {
    match operand {
        Some(Object::Name(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::clock::Stopwatch;

    /// Operators with their operands as PDF writes them.
    fn read(content: &[u8]) -> Vec<String> {
        let mut operations = Operations::new(content);
        let mut all = Vec::new();
        while let Some(operation) = operations.read() {
            let mut line = String::new();
            for operand in operation.operands {
                let mut written = Vec::new();
                crate::pdf::writer::write(operand, &mut written);
                write!(line, "{} ", String::from_utf8_lossy(&written)).unwrap();
            }
            all.push(line + &String::from_utf8_lossy(operation.operator));
        }
        all
    }

    #[test]
    fn operators_and_operands() {
        assert_eq!(
            read(b"q 1 0 0 -1.5 0 .5 cm/F1 12 Tf[(a(b)c)-20<4142>]TJ(x)' T*"),
            [
                "q",
                "1 0 0 -1.5 0 .5 cm",
                "/F1 12 Tf",
                "[(a\\(b\\)c)-20<4142>] TJ",
                "(x) '",
                "T*"
            ]
            .map(|line| line.replace(")-20<", ") -20 <")),
        );
        assert_eq!(read(b"/P <</MCID 0/A[1 [2]]>> BDC % EMC\nEMC").len(), 2);
        assert_eq!(read(b"1 0 R"), ["1 0 R"]);
    }

    #[test]
    fn what_is_broken_is_passed_over() {
        assert_eq!(read(b") ] >> } Q"), ["Q"]);
        assert_eq!(read(b"--5 1.2.3 5- .-1 - Td"), ["-5 1.2 5 0 0 Td"]);
        assert_eq!(read(b"<4 x1> Tj q"), ["<41> Tj", "q"]);
        assert_eq!(read(b"[1 abc 2] TJ"), ["[1 2] TJ"]);
        assert_eq!(read(b"q (abc"), ["q"]);
        assert_eq!(read(b"q [1 2 3"), ["q"]);
        assert_eq!(read(b""), [""; 0]);
    }

    #[test]
    fn inline_images_are_one_operation() {
        assert_eq!(
            read(b"q BI /W 2/H 1 ID \x01EI \xff\x02 EI Q"),
            ["q", "/W 2 /H 1 BI", "Q"]
        );
        assert_eq!(read(b"BI /L 4 ID  EI \nEI (a) Tj"), ["/L 4 BI", "(a) Tj"]);
        assert_eq!(read(b"BI /L 99 ID abc EI Q"), ["/L 99 BI", "Q"]);
        assert_eq!(read(b"BI ID EI"), ["BI"]);
        assert_eq!(read(b"q BI /W 2 ID abc"), ["q"]);
    }

    #[test]
    fn hostile_content_costs_its_length() {
        let started = Stopwatch::start();
        for piece in [
            "<1z", "[", "[[", "<</a<1z", "<</a ", "(", "<", "BI ID ", "BI ", "1 ", "[(", "/a#", "%", "EI ",
        ] {
            let content = piece.repeat((1 << 20) / piece.len());
            let mut operations = Operations::new(content.as_bytes());
            while operations.read().is_some() {}
            let closed = content + ">>]>)\nEI ";
            let mut operations = Operations::new(closed.as_bytes());
            while operations.read().is_some() {}
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }

    proptest! {
        #[test]
        fn random_content_ends(content in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&content);
        }

        #[test]
        fn nearly_content_ends(content in r"([\[\]<>()/%]|BI|ID|EI|Tj|q| |\n|[0-9.+-]{1,3}|\PC){0,200}") {
            let _ = read(content.as_bytes());
        }
    }
}
