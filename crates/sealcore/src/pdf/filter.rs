//! Stream filters (ISO 32000-2, 7.4): Flate, LZW and their predictors, ASCII and run lengths. Pictures stay as they are.

use std::io::Read;

use flate2::bufread::ZlibDecoder;

use super::object::{Dictionary, Object};
use super::parser::{is_space, syntax};
use crate::error::{Error, ErrorKind, Result};
use crate::hex;
use crate::limits::{Budget, Limits};
use crate::text;

/// Filters on one stream; more is an attack.
const CHAIN: usize = 8;

/// The filters of a stream with their parameters, first to be undone first. References in `dictionary` are resolved by the
/// caller.
pub(crate) fn chain(filter: &Object, parameters: &Object) -> Result<Vec<(Vec<u8>, Dictionary)>> {
    let names: Vec<&Object> = match filter {
        Object::Null => return Ok(Vec::new()),
        Object::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    if names.len() > CHAIN {
        return Err(Limits::exceeded(
            "filters on one stream",
            "单个流的过滤器数量",
            CHAIN as u64,
        ));
    }
    let of = |position: usize| match parameters {
        Object::Array(items) => items.get(position).and_then(Object::as_dictionary).cloned(),
        Object::Dictionary(dictionary) if position == 0 => Some(dictionary.clone()),
        _ => None,
    };
    names
        .iter()
        .enumerate()
        .map(|(position, name)| {
            let name = name
                .as_name()
                .ok_or_else(|| syntax(text!("a filter is no name", "过滤器不是名称")))?;
            Ok((name.to_vec(), of(position).unwrap_or_default()))
        })
        .collect()
}

/// Undoes one filter. At most `limit` bytes come out.
pub(crate) fn decode(
    name: &[u8],
    parameters: &Dictionary,
    data: &[u8],
    limit: u64,
    budget: &Budget,
) -> Result<Vec<u8>> {
    let decoded = match name {
        b"FlateDecode" | b"Fl" => predict(inflate(data, limit, budget)?, parameters)?,
        b"LZWDecode" | b"LZW" => predict(lzw(data, parameters, limit, budget)?, parameters)?,
        b"ASCIIHexDecode" | b"AHx" => ascii_hex(data)?,
        b"ASCII85Decode" | b"A85" => ascii_85(data)?,
        b"RunLengthDecode" | b"RL" => run_length(data, limit)?,
        // Undone when the stream was decrypted.
        b"Crypt" => data.to_vec(),
        other => {
            let other = String::from_utf8_lossy(other).into_owned();
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("the filter {other} is not undone here", "不支持解码过滤器 {other}"),
            ));
        }
    };
    if decoded.len() as u64 > limit {
        return Err(Limits::exceeded("bytes in one stream", "单个流的字节数", limit));
    }
    if !matches!(name, b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW") {
        budget.inflate(decoded.len() as u64)?;
    }
    Ok(decoded)
}

fn inflate(data: &[u8], limit: u64, budget: &Budget) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut decoder = ZlibDecoder::new(data).take(limit.saturating_add(1));
    let mut piece = vec![0; 64 << 10];
    loop {
        let count = decoder
            .read(&mut piece)
            .map_err(|error| syntax(text!("a stream does not inflate", "流无法解压")).caused_by(error))?;
        if count == 0 {
            return Ok(out);
        }
        budget.inflate(count as u64)?;
        out.extend_from_slice(piece.get(..count).unwrap_or_default());
        if out.len() as u64 > limit {
            return Err(Limits::exceeded("bytes in one stream", "单个流的字节数", limit));
        }
    }
}

fn lzw(data: &[u8], parameters: &Dictionary, limit: u64, budget: &Budget) -> Result<Vec<u8>> {
    let early = parameters.get("EarlyChange").and_then(Object::as_integer) != Some(0);
    let mut decoder = if early {
        weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
    } else {
        weezl::decode::Decoder::new(weezl::BitOrder::Msb, 8)
    };
    let mut out = Vec::new();
    let mut piece = vec![0; 64 << 10];
    let mut data = data;
    loop {
        let step = decoder.decode_bytes(data, &mut piece);
        data = data.get(step.consumed_in..).unwrap_or_default();
        budget.inflate(step.consumed_out as u64)?;
        out.extend_from_slice(piece.get(..step.consumed_out).unwrap_or_default());
        if out.len() as u64 > limit {
            return Err(Limits::exceeded("bytes in one stream", "单个流的字节数", limit));
        }
        match step.status {
            Ok(weezl::LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(_) => return Ok(out),
            Err(error) => {
                return Err(syntax(text!("a stream does not decode (LZW)", "流无法解码（LZW）")).caused_by(error));
            }
        }
    }
}

/// Predictors (7.4.4.4).
fn predict(data: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>> {
    let number = |key: &str, default: i64| parameters.get(key).and_then(Object::as_integer).unwrap_or(default);
    let predictor = number("Predictor", 1);
    if predictor <= 1 {
        return Ok(data);
    }
    let (colors, bits, columns) = (number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1));
    let bad = || {
        syntax(text!(
            "the parameters of a predictor are out of range",
            "预测器参数超出范围"
        ))
    };
    if !(1..=32).contains(&colors) || ![1, 2, 4, 8, 16].contains(&bits) || !(1..=1 << 24).contains(&columns) {
        return Err(bad());
    }
    let pixel = usize::try_from((colors * bits + 7) / 8).map_err(|_| bad())?;
    let row = usize::try_from((colors * bits * columns + 7) / 8).map_err(|_| bad())?;
    if predictor == 2 {
        return if bits == 8 {
            Ok(tiff(data, row, pixel))
        } else {
            Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "TIFF predictors of {bits} bits are not undone",
                    "不支持 {bits} 位的 TIFF 预测器"
                ),
            ))
        };
    }
    png(data, row, pixel)
}

fn tiff(mut data: Vec<u8>, row: usize, pixel: usize) -> Vec<u8> {
    for line in data.chunks_mut(row) {
        for position in pixel..line.len() {
            let left = position
                .checked_sub(pixel)
                .and_then(|at| line.get(at))
                .copied()
                .unwrap_or(0);
            if let Some(value) = line.get_mut(position) {
                *value = value.wrapping_add(left);
            }
        }
    }
    data
}

/// In place: rows may be of one byte, or larger than all the data.
fn png(mut data: Vec<u8>, row: usize, pixel: usize) -> Result<Vec<u8>> {
    let (mut from, mut to) = (0, 0);
    while let Some(kind) = data.get(from).copied() {
        // Only the last row may be short, so that the one before is whole; before the first all is zero.
        let end = data.len().min(from.saturating_add(1).saturating_add(row));
        data.copy_within(from + 1..end, to);
        let (before, line) = data.split_at_mut(to);
        let line = line.get_mut(..end - from - 1).unwrap_or_default();
        let above = to.checked_sub(row).and_then(|above| before.get(above..));
        undo_row(kind, line, above.unwrap_or_default(), pixel)?;
        to += end - from - 1;
        from = end;
    }
    data.truncate(to);
    Ok(data)
}

/// Undoes the predictor of a row in its place.
fn undo_row(kind: u8, line: &mut [u8], above: &[u8], pixel: usize) -> Result<()> {
    match kind {
        _ if line.is_empty() => {}
        0 => {}
        2 => {
            for (value, up) in line.iter_mut().zip(above) {
                *value = value.wrapping_add(*up);
            }
        }
        1 | 3 | 4 => {
            for at in 0..line.len() {
                let left_at = at.checked_sub(pixel);
                let before = |row: &[u8]| left_at.and_then(|at| row.get(at)).copied().unwrap_or(0);
                let left = before(line);
                let up = above.get(at).copied().unwrap_or(0);
                let guess = match kind {
                    1 => left,
                    3 => u16::midpoint(left.into(), up.into()).to_le_bytes()[0],
                    _ => paeth(left, up, before(above)),
                };
                if let Some(value) = line.get_mut(at) {
                    *value = value.wrapping_add(guess);
                }
            }
        }
        _ => {
            return Err(syntax(text!(
                "a row has an unknown PNG predictor",
                "行的 PNG 预测器未知"
            )));
        }
    }
    Ok(())
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let guess = a + b - c;
    let (da, db, dc) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

fn ascii_hex(data: &[u8]) -> Result<Vec<u8>> {
    let end = hex::extent(data);
    match data.get(end) {
        None | Some(b'>') => Ok(hex::decode(data.get(..end).unwrap_or_default())),
        Some(_) => Err(syntax(text!(
            "hexadecimal data hold something else",
            "十六进制数据中有其他字符"
        ))),
    }
}

fn ascii_85(data: &[u8]) -> Result<Vec<u8>> {
    let bad = || syntax(text!("data are not ASCII 85", "数据不是 ASCII85 编码"));
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| -> Result<()> {
        let count = group.len();
        if count == 1 {
            return Err(bad());
        }
        group.resize(5, 84);
        let value = group
            .iter()
            .try_fold(0u32, |value, digit| {
                value.checked_mul(85)?.checked_add(u32::from(*digit))
            })
            .ok_or_else(bad)?;
        out.extend(value.to_be_bytes().iter().take(count - 1));
        group.clear();
        Ok(())
    };
    for byte in data
        .iter()
        .take_while(|byte| **byte != b'~')
        .filter(|byte| !is_space(**byte))
    {
        match byte {
            b'z' if group.is_empty() => {
                group.extend([0; 5]);
                flush(&mut group)?;
            }
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group)?;
                }
            }
            _ => return Err(bad()),
        }
    }
    if !group.is_empty() {
        flush(&mut group)?;
    }
    Ok(out)
}

fn run_length(data: &[u8], limit: u64) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((length, after)) = rest.split_first() {
        match length {
            128 => break,
            0..=127 => {
                let count = usize::from(*length) + 1;
                let run = after
                    .get(..count)
                    .ok_or_else(|| syntax(text!("a run of data ends early", "游程数据提前结束")))?;
                out.extend_from_slice(run);
                rest = after.get(count..).unwrap_or_default();
            }
            _ => {
                let (value, after) = after
                    .split_first()
                    .ok_or_else(|| syntax(text!("a run of data ends early", "游程数据提前结束")))?;
                out.resize(out.len() + 257 - usize::from(*length), *value);
                rest = after;
            }
        }
        if out.len() as u64 > limit {
            return Err(Limits::exceeded("bytes in one stream", "单个流的字节数", limit));
        }
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation)] // of what is small by construction
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn undo(name: &str, parameters: &Dictionary, data: &[u8]) -> Result<Vec<u8>> {
        decode(
            name.as_bytes(),
            parameters,
            data,
            1 << 20,
            &Budget::new(&Limits::default()),
        )
    }

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_filters() {
        let none = Dictionary::new();
        assert_eq!(undo("ASCIIHexDecode", &none, b"48 65 6c6C 7>zz").unwrap(), b"Hellp");
        assert_eq!(
            undo("ASCII85Decode", &none, b"87cUR\nD]i,\"Ebo80~>").unwrap(),
            b"Hello World!"
        );
        assert_eq!(undo("ASCII85Decode", &none, b"z!!~>").unwrap(), [0, 0, 0, 0, 0]);
        assert_eq!(
            undo("RunLengthDecode", &none, &[2, b'a', b'b', b'c', 254, b'x', 128]).unwrap(),
            b"abcxxx"
        );
        for (name, bad) in [
            ("ASCIIHexDecode", &b"4x"[..]),
            ("ASCII85Decode", b"uuuuu"),
            ("RunLengthDecode", &[5, 1]),
        ] {
            assert!(undo(name, &none, bad).is_err(), "{name}");
        }
        assert_eq!(
            undo("JBIG2Decode", &none, b"").unwrap_err().kind(),
            ErrorKind::Unsupported
        );
    }

    #[test]
    fn the_example_of_the_standard_decodes() {
        // ISO 32000-1, 7.4.4.2, example 1.
        let coded = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(
            undo("LZWDecode", &Dictionary::new(), &coded).unwrap(),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = deflate(&vec![0; 4 << 20]);
        assert_eq!(
            undo("FlateDecode", &Dictionary::new(), &bomb).unwrap_err().kind(),
            ErrorKind::Limit
        );
    }

    /// Codes rows with one PNG predictor, the plain way round.
    fn png_encode(data: &[u8], row: usize, pixel: usize, kind: u8) -> Vec<u8> {
        let mut out = Vec::new();
        for (number, line) in data.chunks(row).enumerate() {
            out.push(kind);
            for (x, value) in line.iter().enumerate() {
                let at = |back_row: usize, back: usize| {
                    if number >= back_row && x >= back {
                        data[(number - back_row) * row + x - back]
                    } else {
                        0
                    }
                };
                let (left, up, corner) = (at(0, pixel), at(1, 0), at(1, pixel));
                let left = if x >= pixel { left } else { 0 };
                let corner = if x >= pixel { corner } else { 0 };
                let guess = match kind {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                    _ => paeth(left, up, corner),
                };
                out.push(value.wrapping_sub(guess));
            }
        }
        out
    }

    proptest! {
        #[test]
        fn predictors_undo_what_was_done(
            rows in 1usize..6, columns in 1usize..9, colors in 1usize..4, kind in 0u8..5, seed in any::<u64>(),
        ) {
            let row = columns * colors;
            let data: Vec<u8> = (0..rows * row).map(|at| (seed.rotate_left(u32::try_from(at % 64).unwrap()) >> 3) as u8).collect();
            let parameters = Dictionary::new()
                .with("Predictor", 12)
                .with("Columns", i64::try_from(columns).unwrap())
                .with("Colors", i64::try_from(colors).unwrap());
            let coded = deflate(&png_encode(&data, row, colors, kind));
            prop_assert_eq!(undo("FlateDecode", &parameters, &coded).unwrap(), data);
        }

        #[test]
        fn no_bytes_panic(data in proptest::collection::vec(any::<u8>(), 0..200), columns in -3i64..70_000, bits in 0i64..20) {
            let parameters = Dictionary::new().with("Predictor", 15).with("Columns", columns).with("BitsPerComponent", bits);
            for name in ["FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode"] {
                let _ = undo(name, &parameters, &data);
            }
        }
    }
}
