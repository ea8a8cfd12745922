use super::super::field::{Fe, V, inverse_square};
use super::super::lanes::{Words, load};
use super::super::scalar::{P, add, sub};
use super::runs_here;
use proptest::prelude::*;
use std::arch::x86_64::*;

type Limbs = [u64; 5];
const MASK: u64 = (1 << 52) - 1;
/// The greatest top limb that keeps a value below `[14]`.
const TOP: u64 = (14 << 48) - (14 << 16) - 1;

/// Schoolbook arithmetic mod p, a bit at a time.
fn plus(a: &Words, b: &Words) -> Words {
    let (sum, carry) = add(a, b);
    let (less, borrow) = sub(&sum, &P);
    if carry || !borrow { less } else { sum }
}

fn minus(a: &Words, b: &Words) -> Words {
    let (difference, borrow) = sub(a, b);
    if borrow { add(&difference, &P).0 } else { difference }
}

fn times(a: &Words, b: &Words) -> Words {
    (0..256).rev().fold([0; 4], |sum, i| {
        let sum = plus(&sum, &sum);
        if b[i / 64] >> (i % 64) & 1 == 1 {
            plus(&sum, a)
        } else {
            sum
        }
    })
}

fn shift(a: &Words, bits: usize) -> Words {
    (0..bits).fold(*a, |x, _| plus(&x, &x))
}

fn value(limbs: &Limbs) -> Words {
    limbs
        .iter()
        .rev()
        .fold([0; 4], |sum, &limb| plus(&shift(&sum, 52), &[limb, 0, 0, 0]))
}

fn power(a: &Words, exponent: &Words) -> Words {
    (0..256).rev().fold([1, 0, 0, 0], |x, i| {
        let x = times(&x, &x);
        if exponent[i / 64] >> (i % 64) & 1 == 1 {
            times(&x, a)
        } else {
            x
        }
    })
}

fn load_limbs(lanes: &[Limbs; 8]) -> Fe {
    Fe(std::array::from_fn(|i| {
        let limb: [u64; 8] = std::array::from_fn(|lane| lanes[lane][i]);
        // SAFETY: only called where the features are, on 64 bytes.
        unsafe { _mm512_loadu_si512(limb.as_ptr().cast()) }
    }))
}

fn lanes_of<const N: usize>(v: &[V; N]) -> [[u64; N]; 8] {
    let mut out = [[0; N]; 8];
    for (i, v) in v.iter().enumerate() {
        let mut limb = [0u64; 8];
        // SAFETY: only called where the features are, on 64 bytes.
        unsafe { _mm512_storeu_si512(limb.as_mut_ptr().cast(), *v) };
        for (lane, limb) in out.iter_mut().zip(limb) {
            lane[i] = limb;
        }
    }
    out
}

/// The lanes' values mod p; fails if a limb is not normalised or the value not below `[bound]`.
fn values(fe: &Fe, bound: u64) -> [Words; 8] {
    lanes_of(&fe.0).map(|limbs| {
        assert!(limbs.iter().all(|&l| l <= MASK), "limbs {limbs:x?}");
        assert!(limbs[4] <= bound << 48, "above [{bound}]: {limbs:x?}");
        value(&limbs)
    })
}

/// Everything, on two sets of eight values below `[14]`.
fn check(a: &[Limbs; 8], b: &[Limbs; 8]) {
    let (fa, fb) = (load_limbs(a), load_limbs(b));
    let (va, vb) = (a.map(|x| value(&x)), b.map(|x| value(&x)));
    // SAFETY: the callers looked for the features.
    let results = unsafe { compute(&fa, &fb) };
    for i in 0..8 {
        let (a, b) = (&va[i], &vb[i]);
        let unmont = |x: &Words| shift(x, 260); // what a Montgomery product is times R
        assert_eq!(unmont(&results.mul[i]), times(a, b), "mul {i}");
        assert_eq!(unmont(&results.sqr[i]), times(a, a), "sqr {i}");
        let aa_bb = minus(&times(a, a), &times(b, b));
        assert_eq!(unmont(&results.mul_sub[i]), aa_bb, "mul_sub {i}");
        assert_eq!(results.half_sum[i], plus(a, b), "fold of a sum {i}");
        assert_eq!(results.difference[i], minus(a, b), "difference {i}");
        assert_eq!(
            results.negated[i],
            if i % 2 == 0 { minus(&[0; 4], a) } else { *a },
            "negate {i}"
        );
        assert_eq!(unmont(&results.words[i]), *a, "to_words {i}");
        assert_eq!(results.zero >> i & 1 == 1, *a == [0; 4], "is_zero {i}");
        assert_eq!(results.round_trip[i], results.words[i], "from_words {i}");
    }
}

struct Results {
    mul: [Words; 8],
    sqr: [Words; 8],
    mul_sub: [Words; 8],
    half_sum: [Words; 8],
    difference: [Words; 8],
    negated: [Words; 8],
    words: [Words; 8],
    round_trip: [Words; 8],
    zero: u8,
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
fn compute(a: &Fe, b: &Fe) -> Results {
    // a small form of each, so that sums stay within bounds
    let (small_a, small_b) = (a.loose().fold(), b.loose().fold());
    let words = a.to_words();
    Results {
        mul: values(&a.mul(b), 14),
        sqr: values(&a.sqr(), 14),
        mul_sub: values(&Fe::mul_sub(&small_a, a, &small_b, b).plus_p(1).fold(), 2),
        half_sum: values(&small_a.loose().add(&small_b.loose()).fold(), 2),
        difference: values(&a.loose().sub(&small_b.loose()).plus_p(2).fold(), 2),
        negated: values(&small_a.loose().negate(0x55).plus_p(2).carry(), 4),
        words: lanes_of(&words),
        round_trip: lanes_of(&Fe::from_words(&words).to_words()),
        zero: a.is_zero(),
    }
}

fn limbs_of(x: &Words) -> Limbs {
    std::array::from_fn(|i| {
        let (word, bit) = (52 * i / 64, 52 * i % 64);
        let high = if bit > 12 && word < 3 {
            x[word + 1] << (64 - bit)
        } else {
            0
        };
        (x[word] >> bit | high) & MASK
    })
}

fn edges() -> Vec<Limbs> {
    let p = limbs_of(&P);
    let less = |k: u64| limbs_of(&sub(&P, &[k, 0, 0, 0]).0);
    let more = |k: u64| limbs_of(&add(&P, &[k, 0, 0, 0]).0);
    let mut out = vec![
        [0; 5],
        [1, 0, 0, 0, 0],
        p,
        less(1),
        less(2),
        more(1),
        [MASK, MASK, MASK, MASK, TOP],
    ];
    out.push([MASK, MASK, MASK, MASK, (1 << 48) - 1]); // 2^256 - 1
    out.push([0, 0, 0, 0, 1 << 48]); // 2^256
    out.push([0, 0, 0, 0, 13 << 48]);
    out.push(p.map(|_| 1));
    for i in 0..4 {
        out.push(std::array::from_fn(|j| if i == j { MASK } else { 0 }));
        out.push(std::array::from_fn(|j| {
            if i == j {
                0
            } else {
                MASK.min(if j == 4 { TOP } else { MASK })
            }
        }));
    }
    // 2 p, 3 p, ... 13 p: zero in other clothes
    for k in 2..14 {
        let mut carry = 0;
        out.push(p.map(|limb| {
            let x = limb * k + carry; // below 2^56
            carry = x >> 52;
            x & MASK
        }));
    }
    out
}

#[test]
fn edge_values_against_schoolbook() {
    if !runs_here("field") {
        return;
    }
    let edges = edges();
    for a in &edges {
        for chunk in edges.chunks(8) {
            let b = std::array::from_fn(|i| chunk[i % chunk.len()]);
            check(&[*a; 8], &b);
            check(&b, &[*a; 8]);
        }
    }
}

#[test]
fn inverses() {
    if !runs_here("inverse") {
        return;
    }
    let chosen: [Words; 8] = [
        [0; 4],
        [1, 0, 0, 0],
        sub(&P, &[1, 0, 0, 0]).0,
        [2, 0, 0, 0],
        [7; 4],
        [u64::MAX, 0, 1, 2],
        [0, 0, 0, 1],
        [5, 6, 7, 8],
    ];
    #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
    fn run(x: &[Words; 8]) -> [Words; 8] {
        lanes_of(&inverse_square(&Fe::from_words(&load(x))).to_words())
    }
    // SAFETY: the features are there.
    let got = unsafe { run(&chosen) };
    let exponent = sub(&P, &[3, 0, 0, 0]).0;
    for (x, got) in chosen.iter().zip(got) {
        assert_eq!(got, power(x, &exponent), "{x:x?}");
    }
}

fn limb() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0..=MASK, 1 => Just(0), 1 => Just(MASK), 1 => (MASK - 9)..=MASK]
}

fn element() -> impl Strategy<Value = Limbs> {
    (
        limb(),
        limb(),
        limb(),
        limb(),
        prop_oneof![3 => 0..=TOP, 1 => Just(0), 1 => Just(TOP)],
    )
        .prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
}

proptest! {
    #[test]
    fn any_values_against_schoolbook(
        a in proptest::array::uniform8(element()),
        b in proptest::array::uniform8(element()),
    ) {
        if runs_here("field") {
            check(&a, &b);
        }
    }
}
