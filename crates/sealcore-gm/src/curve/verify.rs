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
    #[cfg(target_arch = "x86_64")]
    Lanes(&'a crate::ifma::Table, &'a AffinePoint),
}

/// A public key's multiples.
pub(crate) enum Table {
    Windows(Vec<Window>),
    /// With the point itself, for the sums that the lanes leave alone.
    #[cfg(target_arch = "x86_64")]
    Lanes(Box<crate::ifma::Table>, AffinePoint),
}

impl Table {
    pub(crate) fn new<A: Arithmetic>(point: &AffinePoint) -> Self {
        #[cfg(target_arch = "x86_64")]
        if crate::ifma::available() {
            let table = crate::ifma::table(&point.x.to_integer::<A>(), &point.y.to_integer::<A>());
            return Self::Lanes(table, *point);
        }
        Self::Windows(comb::table::<A>(point))
    }

    pub(crate) fn key(&self) -> Key<'_> {
        match self {
            Self::Windows(windows) => Key::Table(windows),
            #[cfg(target_arch = "x86_64")]
            Self::Lanes(table, point) => Key::Lanes(table, point),
        }
    }
}

/// Whether the x coordinate of `s G + t P`, taken as an integer modulo n, is `x`. Infinity has none.
#[inline(always)]
pub(crate) fn has_x<A: Arithmetic>(s: &Scalar, t: &Scalar, key: &Key<'_>, x: &Scalar) -> bool {
    let sum = match key {
        Key::Point(point) => multiply::<A>(point, t.limbs()),
        Key::Table(table) => comb::multiply_add_vartime::<A>(table, t.limbs(), JacobianPoint::INFINITY),
        #[cfg(target_arch = "x86_64")]
        Key::Lanes(table, point) => {
            if let Some(sum) = crate::ifma::double_mul_x(s.limbs(), t.limbs(), table) {
                let [sum_x, sum_z] = sum.map(FieldElement);
                return is_x::<A>(&sum_x, &sum_z, x);
            }
            multiply::<A>(point, t.limbs())
        }
    };
    let sum = comb::multiply_add_vartime::<A>(&comb::GENERATOR, s.limbs(), sum);
    !sum.is_infinity_vartime() && is_x::<A>(&sum.x, &sum.z, x)
}

/// Whether `X / Z^2`, without a division, is x; since p > n, x + n may be meant as well.
fn is_x<A: Arithmetic>(sum_x: &FieldElement, sum_z: &FieldElement, x: &Scalar) -> bool {
    let zz = A::square(sum_z);
    let is = |x: &Limbs| A::mul(&FieldElement::from_integer::<A>(x), &zz) == *sum_x;
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
