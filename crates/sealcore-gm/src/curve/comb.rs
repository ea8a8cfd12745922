//! Multiples of a point that is multiplied often, from a table of `digit * 2^(WIDTH * window) * P`: one addition a window and no
//! doubling.

use super::field::{Arithmetic, FieldElement};
use super::limbs::Limbs;
use super::point::{AffinePoint, JacobianPoint, to_affine_many};
use super::table::Select;
use super::window::booth;

/// Bits a window. With 7, k G takes as long and the tables twice the room; two of them verify 12 % faster.
const WIDTH: usize = 6;
/// Windows that cover 256 bits and the carry of the recoding.
pub(crate) const WINDOWS: usize = 257_usize.div_ceil(WIDTH);
/// Entries a window: the digits 1 to `2^(WIDTH-1)`.
pub(crate) const ENTRIES: usize = 1 << (WIDTH - 1);

/// `P, 2P, ..., ENTRIES * P`, times a power of two.
#[derive(Clone)]
#[repr(C, align(64))]
pub(crate) struct Window(pub(crate) [AffinePoint; ENTRIES]);

/// The table of the base point.
pub(crate) static GENERATOR: [Window; WINDOWS] = parse(include_bytes!("generator.bin"));

/// `k P` in constant time, for `k` in `[0, n-1]`.
///
/// Two points that are added are never equal or opposite. Before window i is added, the digits so far sum up to `c` with
/// `|c| < 2^(6i)`, and the window is `t`, a multiple of `2^(6i)`. `c = t` or `c = -t` as integers needs `t = 0`, which is masked;
/// modulo n, `c + t = k` or less leaves `c - t = -n` in the last window, which is `k = n + 2c` for a negative c with
/// `|c| < 2^252`, and then t, a multiple of `2^252`, would be `n + c` between `2^256 - 2^252 - 2^224 - 2^192` and `2^256 - 2^224`,
/// where the one multiple is `15 * 2^252`, for which `|c|` would exceed `32 * 2^252 / 63`.
#[inline(always)]
pub(crate) fn multiply<A: Arithmetic>(table: &[Window], k: &Limbs, select: Select) -> JacobianPoint {
    let mut sum = JacobianPoint::INFINITY;
    for (i, window) in table.iter().enumerate() {
        let (digit, negative) = booth::<WIDTH>(k, i);
        let point = select(window, digit).negate_if(negative);
        sum = sum.add_affine_unequal::<A>(&point, super::limbs::is_zero_mask(digit));
    }
    sum
}

/// `sum + k P` for public values.
#[inline(always)]
pub(crate) fn multiply_add_vartime<A: Arithmetic>(table: &[Window], k: &Limbs, sum: JacobianPoint) -> JacobianPoint {
    let mut sum = sum;
    for (i, window) in table.iter().enumerate() {
        let (digit, negative) = booth::<WIDTH>(k, i);
        // No entry for the digit zero.
        let entry = usize::try_from(digit)
            .ok()
            .and_then(|digit| window.0.get(digit.wrapping_sub(1)));
        if let Some(point) = entry {
            sum = sum.add_affine_vartime::<A>(&if negative == 0 { *point } else { point.negate() });
        }
    }
    sum
}

/// The table of a public point.
pub(crate) fn table<A: Arithmetic>(point: &AffinePoint) -> Vec<Window> {
    let mut multiples = Vec::with_capacity(WINDOWS * ENTRIES);
    let mut base = JacobianPoint::from_affine(point);
    for _ in 0..WINDOWS {
        let mut multiple = base;
        for _ in 1..ENTRIES {
            multiples.push(multiple);
            multiple = multiple.add_vartime::<A>(&base);
        }
        multiples.push(multiple);
        base = multiple.double::<A>();
    }
    to_affine_many::<A>(&multiples)
        .chunks_exact(ENTRIES)
        .filter_map(|window| window.try_into().ok())
        .map(Window)
        .collect()
}

const fn parse(bytes: &[u8; WINDOWS * ENTRIES * 64]) -> [Window; WINDOWS] {
    #![allow(clippy::indexing_slicing)] // evaluated at compile time
    let mut table = [const { Window([AffinePoint::ZERO; ENTRIES]) }; WINDOWS];
    let mut rest: &[u8] = bytes;
    let mut entry = 0;
    while entry < WINDOWS * ENTRIES {
        let mut limbs = [0; 8];
        let mut i = 0;
        while let (true, Some((limb, after))) = (i < 8, rest.split_first_chunk::<8>()) {
            limbs[i] = u64::from_le_bytes(*limb);
            rest = after;
            i += 1;
        }
        let [a, b, c, d, e, f, g, h] = limbs;
        table[entry / ENTRIES].0[entry % ENTRIES] = AffinePoint {
            x: FieldElement([a, b, c, d]),
            y: FieldElement([e, f, g, h]),
        };
        entry += 1;
    }
    table
}
