//! The recommended curve of GB/T 32918.5: its field, its scalars, its points.
//!
//! Each operation here chooses the processor's arithmetic once and runs on it to its end. What multiplies the base point is
//! constant-time; verification, decompression and the tables of public keys are not.

pub(crate) mod barrier;
mod comb;
mod field;
mod inverse;
mod limbs;
mod point;
mod scalar;
mod table;
mod verify;
mod window;

#[cfg(test)]
mod tests;

pub(crate) use scalar::{Factor, Scalar};
pub(crate) use verify::{Key, Table};

use field::{Arithmetic, FieldElement, Portable};
use limbs::Limbs;
pub(crate) use point::AffinePoint;
use zeroize::Zeroize as _;

/// Evaluates an expression with `$a` as the fastest arithmetic that this processor has.
macro_rules! with_arithmetic {
    ($a:ident => $work:expr) => {{
        #[cfg(target_arch = "x86_64")]
        if field::Adx::available() {
            type $a = field::Adx;
            return $work;
        }
        type $a = Portable;
        $work
    }};
}

/// The public point `k G` as big-endian coordinates, for `k` in `[1, n-1]`.
pub(crate) fn base_multiple(k: &Scalar) -> ([u8; 32], [u8; 32]) {
    with_arithmetic!(A => {
        let mut point = generator_multiple::<A>(k);
        let mut inverse = point.z.invert::<A>();
        let square = A::square(&inverse);
        let x = A::mul(&point.x, &square).to_integer::<A>();
        let y = A::mul(&point.y, &A::mul(&square, &inverse)).to_integer::<A>();
        point.zeroize();
        inverse.zeroize();
        (limbs::to_be_bytes(&x), limbs::to_be_bytes(&y))
    })
}

/// The x coordinate of `k G` modulo n, for `k` in `[1, n-1]`.
pub(crate) fn base_multiple_x(k: &Scalar) -> Scalar {
    with_arithmetic!(A => {
        let mut point = generator_multiple::<A>(k);
        // Z says something about k that x does not.
        let mut inverse = point.z.invert::<A>();
        let x = A::mul(&point.x, &A::square(&inverse));
        point.zeroize();
        inverse.zeroize();
        Scalar::reduced(&x.to_integer::<A>())
    })
}

/// As [`base_multiple`], for many, with one inversion.
pub(crate) fn base_multiples(scalars: &[Scalar]) -> Vec<([u8; 32], [u8; 32])> {
    with_arithmetic!(A => {
        let mut points = jacobian_multiples::<A>(scalars);
        let affine = point::to_affine_many::<A>(&points);
        points.zeroize();
        affine.iter().map(to_bytes::<A>).collect()
    })
}

/// As [`base_multiple_x`], for many, with one inversion.
pub(crate) fn base_multiples_x(scalars: &[Scalar]) -> Vec<Scalar> {
    with_arithmetic!(A => {
        let mut points = jacobian_multiples::<A>(scalars);
        let x = point::to_x_many::<A>(&points);
        points.zeroize();
        x.iter().map(|x| Scalar::reduced(&x.to_integer::<A>())).collect()
    })
}

fn jacobian_multiples<A: Arithmetic>(scalars: &[Scalar]) -> Vec<point::JacobianPoint> {
    scalars.iter().map(generator_multiple::<A>).collect()
}

/// `k G` in constant time, for `k` in `[1, n-1]`.
fn generator_multiple<A: Arithmetic>(k: &Scalar) -> point::JacobianPoint {
    #[cfg(target_arch = "x86_64")]
    if crate::ifma::available() {
        let [x, y, z] = crate::ifma::base_mul(k.limbs()).map(FieldElement);
        return point::JacobianPoint { x, y, z };
    }
    comb::multiply::<A>(&comb::GENERATOR, k.limbs(), table::fastest())
}

/// The point with these big-endian coordinates, if both are below p and it is on the curve.
pub(crate) fn point_from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<AffinePoint> {
    with_arithmetic!(A => {
        let x = FieldElement::from_be_bytes::<A>(x)?;
        let y = FieldElement::from_be_bytes::<A>(y)?;
        Some(AffinePoint { x, y }).filter(AffinePoint::is_on_curve::<A>)
    })
}

/// The point of a compressed form, if there is one.
pub(crate) fn point_from_x(x: &[u8; 32], y_is_odd: bool) -> Option<AffinePoint> {
    with_arithmetic!(A => AffinePoint::decompress::<A>(FieldElement::from_be_bytes::<A>(x)?, y_is_odd))
}

/// Big-endian coordinates.
pub(crate) fn coordinates(point: &AffinePoint) -> ([u8; 32], [u8; 32]) {
    with_arithmetic!(A => to_bytes::<A>(point))
}

fn to_bytes<A: Arithmetic>(point: &AffinePoint) -> ([u8; 32], [u8; 32]) {
    let bytes = |element: &FieldElement| -> [u8; 32] {
        let integer: Limbs = element.to_integer::<A>();
        limbs::to_be_bytes(&integer)
    };
    (bytes(&point.x), bytes(&point.y))
}

/// The multiples of a public point with which [`has_x`] is faster.
pub(crate) fn table(point: &AffinePoint) -> Table {
    with_arithmetic!(A => Table::new::<A>(point))
}

/// Whether the x coordinate of `s G + t P`, as an integer modulo n, is `x`. Infinity has none.
pub(crate) fn has_x(s: &Scalar, t: &Scalar, key: &Key<'_>, x: &Scalar) -> bool {
    with_arithmetic!(A => verify::has_x::<A>(s, t, key, x))
}
