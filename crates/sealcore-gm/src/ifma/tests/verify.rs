use super::super::verify8;
use super::*;
use proptest::prelude::*;
use sm2::dsa::signature::hazmat::PrehashVerifier;
use sm2::elliptic_curve::ops::Reduce;

/// A public key and what is claimed to be a signature of e.
#[derive(Clone, Copy, Debug)]
struct Case {
    q: ProjectivePoint,
    r: Scalar,
    s: Scalar,
    e: [u8; 32],
}

impl Case {
    /// The digest for which (t - s, s) holds under q; any e if the sum is infinity, where nothing holds.
    fn valid(q: ProjectivePoint, s: Scalar, t: Scalar) -> Self {
        let r = t - s;
        let sum = times_generator(&s) + q * t;
        let x1 = if bool::from(sum.is_identity()) {
            Scalar::ONE
        } else {
            reduced(affine(&sum).0)
        };
        Self {
            q,
            r,
            s,
            e: bytes(&(r - x1)),
        }
    }

    /// The verdict by RustCrypto.
    fn expected(&self) -> bool {
        let key = sm2::dsa::VerifyingKey::from_affine("", self.q.to_affine()).unwrap();
        sm2::dsa::Signature::from_scalars(self.r.to_repr(), self.s.to_repr())
            .is_ok_and(|signature| key.verify_prehash(&self.e, &signature).is_ok())
    }
}

fn reduced(x: [u8; 32]) -> Scalar {
    <Scalar as Reduce<sm2::FieldBytes>>::reduce(&x.into())
}

fn run(cases: &[Case; 8]) -> u8 {
    verify8(
        &cases.map(|c| affine(&c.q)),
        &cases.map(|c| bytes(&c.r)),
        &cases.map(|c| bytes(&c.s)),
        &cases.map(|c| c.e),
    )
}

fn check(cases: &[Case; 8]) {
    let got = run(cases);
    for (i, case) in cases.iter().enumerate() {
        assert_eq!(got >> i & 1 == 1, case.expected(), "lane {i} of {cases:x?}");
    }
}

/// Each case among its neighbours, in every lane, and each with one bit changed.
fn check_all(cases: &[Case]) {
    let cases: Vec<Case> = cases
        .iter()
        .copied()
        .filter(|c| c.r != Scalar::ZERO && c.s != Scalar::ZERO)
        .collect();
    for at in 0..cases.len() {
        let eight: [Case; 8] = std::array::from_fn(|i| cases[(at + i) % cases.len()]);
        check(&eight);
        let mut bit = 0;
        check(&eight.map(|mut c| {
            bit += 1;
            c.e[31 - bit % 32] ^= 1 << (bit % 8);
            c
        }));
    }
}

fn keys() -> Vec<(ProjectivePoint, Scalar)> {
    [
        Scalar::ONE,
        -Scalar::ONE,
        Scalar::from(2u64),
        -Scalar::from(2u64),
        reduced([0x37; 32]),
    ]
    .map(|d| (times_generator(&d), d))
    .to_vec()
}

#[test]
fn edges_of_r_s_and_t() {
    if !runs_here("verification") {
        return;
    }
    let mut near: Vec<Scalar> = (1..=34u64).flat_map(|i| [Scalar::from(i), -Scalar::from(i)]).collect();
    near.push(reduced([0x5a; 32]));
    let mut cases = Vec::new();
    for (q, _) in keys() {
        for (i, &x) in near.iter().enumerate() {
            cases.push(Case::valid(q, x, near[(i * 7 + 3) % near.len()])); // s and t at the edges
            cases.push(Case::valid(
                q,
                near[(i * 5 + 1) % near.len()] - x,
                near[(i * 5 + 1) % near.len()],
            )); // r and t
            cases.push(Case::valid(q, reduced([0xc3; 32]), x));
        }
    }
    check_all(&cases);
}

#[test]
fn sums_that_double_or_cancel() {
    if !runs_here("verification") {
        return;
    }
    let mut cases = Vec::new();
    for (q, d) in keys() {
        for t in [
            Scalar::from(5u64),
            Scalar::from(6u64),
            -Scalar::from(9u64),
            reduced([0x91; 32]),
            reduced([0xf1; 32]),
        ] {
            let double = Case::valid(q, t * d, t);
            let cancel = Case::valid(q, -(t * d), t);
            cases.extend([double, cancel]);
            if double.r != Scalar::ZERO && double.s != Scalar::ZERO {
                assert!(double.expected());
            }
        }
    }
    check_all(&cases);
}

#[test]
fn t_zero_is_refused() {
    if !runs_here("verification") {
        return;
    }
    let (q, _) = keys()[4];
    let s = reduced([0x44; 32]);
    // what would hold if t = 0 were let through: x1 of s G
    let case = Case {
        q,
        r: -s,
        s,
        e: bytes(&(-s - reduced(affine(&times_generator(&s)).0))),
    };
    // and if it were replaced by 1
    let one = Case {
        e: bytes(&(-s - reduced(affine(&(times_generator(&s) + q)).0))),
        ..case
    };
    let good = Case::valid(q, s, Scalar::from(77u64));
    assert_eq!(run(&[case, one, good, case, one, good, case, one]), 0b0010_0100);
}

/// The point whose x is n plus this, where there is one, and a key under which it is the sum for s and t.
fn sum_at(offset: i16, s: Scalar, t: Scalar) -> Option<ProjectivePoint> {
    let mut encoded = [2; 33];
    encoded[1..].copy_from_slice(&n_plus(offset));
    let sum = sm2::PublicKey::from_sec1_bytes(&encoded).ok()?.to_projective();
    let inverse: Scalar = Option::from(t.invert())?;
    Some((sum - times_generator(&s)) * inverse)
}

fn n_plus(offset: i16) -> [u8; 32] {
    let mut out = bytes(&-Scalar::ONE);
    let low = u64::from_be_bytes(out[24..].try_into().unwrap());
    out[24..].copy_from_slice(&low.wrapping_add_signed(i64::from(offset) + 1).to_be_bytes());
    out
}

/// Sums whose x is in [n, p): r - e is x - n.
#[test]
fn x1_above_n() {
    if !runs_here("verification") {
        return;
    }
    let mut cases = Vec::new();
    for above in 0..64 {
        let (s, t) = (Scalar::from(3 + above as u64), reduced([0x66; 32]));
        if let Some(q) = sum_at(above, s, t) {
            let case = Case::valid(q, s, t);
            assert!(case.expected());
            cases.push(case);
        }
    }
    assert!(cases.len() > 8);
    check_all(&cases);
}

/// e and e + n name the same digest where both fit 256 bits; r - e - n is below -n for the small r of these.
#[test]
fn e_above_n() {
    if !runs_here("verification") {
        return;
    }
    let mut cases = 0;
    for below in 1..40 {
        for r in [1, 2, 5000] {
            let s = reduced([0x1d; 32]);
            let Some(q) = sum_at(-below, s, s + Scalar::from(r as u64)) else {
                continue;
            };
            let small = Case {
                q,
                r: Scalar::from(r as u64),
                s,
                e: bytes(&Scalar::from((r + below) as u64)),
            };
            let great = Case {
                e: n_plus(r + below),
                ..small
            };
            let wrong = Case {
                e: n_plus(r + below + 1),
                ..small
            };
            assert!(small.expected());
            assert_eq!(
                run(&[small, great, wrong, small, great, wrong, wrong, great]),
                0b1001_1011
            );
            cases += 1;
        }
    }
    assert!(cases > 30);
}

proptest! {
    #[test]
    fn any_mix_of_verdicts(
        d in proptest::array::uniform8(any::<[u8; 32]>()),
        s in proptest::array::uniform8(any::<[u8; 32]>()),
        t in proptest::array::uniform8(any::<[u8; 32]>()),
        broken in proptest::array::uniform8(0..6u8),
        bit in proptest::array::uniform8(0..256usize),
    ) {
        if !runs_here("verification") {
            return Ok(());
        }
        let cases: [Case; 8] = std::array::from_fn(|i| {
            let mut case = Case::valid(times_generator(&nonzero(d[i])), nonzero(s[i]), nonzero(t[i]));
            let mut change = [0; 32];
            change[bit[i] / 8] = 1 << (bit[i] % 8);
            match broken[i] {
                0 => case.e[bit[i] / 8] ^= 1 << (bit[i] % 8),
                1 => case.r += reduced(change),
                2 => case.s += reduced(change),
                _ => {}
            }
            case
        });
        prop_assume!(cases.iter().all(|c| c.r != Scalar::ZERO && c.s != Scalar::ZERO));
        check(&cases);
    }
}
