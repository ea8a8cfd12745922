//! `s G + t P` for verification. Public values only: nothing here is constant-time.

use super::comb::{self, Window};
use super::field::{Arithmetic, FieldElement, P};
use super::limbs::{self, Limbs};
use super::point::{AffinePoint, JacobianPoint, to_affine_many};
use super::scalar::{N, Scalar};
use super::window::non_adjacent;

/// Width of the non-adjacent form of t: faster by 2 % than 4 and 6.
const WIDTH: u32 = 5;
/// Odd multiples `P, 3P, ..., 15P`.
const ODD_MULTIPLES: usize = 1 << (WIDTH - 2);

/// The public key's part in `s G + t P`.
pub(crate) enum Key<'a> {
    Point(&'a AffinePoint),
    Table(&'a [Window]),
}

/// Whether the x coordinate of `s G + t P`, taken as an integer modulo n, is `x`. Infinity has none.
#[inline(always)]
pub(crate) fn has_x<A: Arithmetic>(s: &Scalar, t: &Scalar, key: &Key<'_>, x: &Scalar) -> bool {
    let sum = match key {
        Key::Point(point) => multiply::<A>(point, t.limbs()),
        Key::Table(table) => comb::multiply_add_vartime::<A>(table, t.limbs(), JacobianPoint::INFINITY),
    };
    let sum = comb::multiply_add_vartime::<A>(&comb::GENERATOR, s.limbs(), sum);
    if sum.is_infinity_vartime() {
        return false;
    }
    // X / Z^2 = x without a division; since p > n, x + n may be meant as well.
    let zz = A::square(&sum.z);
    let is = |x: &Limbs| A::mul(&FieldElement::from_integer::<A>(x), &zz) == sum.x;
    is(x.limbs()) || {
        let (second, carry) = limbs::add(x.limbs(), &N);
        let below_p = carry == 0 && limbs::sub(&second, &P).1 == 1;
        below_p && is(&second)
    }
}

/// `k P`.
fn multiply<A: Arithmetic>(point: &AffinePoint, k: &Limbs) -> JacobianPoint {
    let (digits, length) = non_adjacent::<WIDTH>(k);
    let multiples = odd_multiples::<A>(point);
    let mut sum = JacobianPoint::INFINITY;
    for digit in digits.iter().take(length).rev() {
        sum = sum.double::<A>();
        if let (1.., Some(multiple)) = (
            digit.unsigned_abs(),
            multiples.get(usize::from(digit.unsigned_abs() / 2)),
        ) {
            sum = sum.add_affine_vartime::<A>(&if *digit > 0 { *multiple } else { multiple.negate() });
        }
    }
    sum
}

/// One inversion for all makes 43 additions cheaper by more than it costs.
fn odd_multiples<A: Arithmetic>(point: &AffinePoint) -> Vec<AffinePoint> {
    let mut multiple = JacobianPoint::from_affine(point);
    let double = multiple.double::<A>();
    let mut multiples = [JacobianPoint::INFINITY; ODD_MULTIPLES];
    for place in &mut multiples {
        *place = multiple;
        multiple = multiple.add_vartime::<A>(&double);
    }
    to_affine_many::<A>(&multiples)
}
