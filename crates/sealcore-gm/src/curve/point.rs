//! Points of the curve `y^2 = x^3 - 3x + b`, affine and in Jacobian coordinates `(X / Z^2, Y / Z^3)`.
//!
//! Constant-time but for what is called `vartime`.

use zeroize::Zeroize;

use super::field::{Arithmetic, FieldElement};

/// The curve's b, times `2^256` modulo p.
pub(crate) const B: FieldElement = FieldElement([
    0x90d2_3063_2bc0_dd42,
    0x71cf_379a_e9b5_37ab,
    0x5279_8150_5ea5_1c3c,
    0x240f_e188_ba20_e2c8,
]);

/// The base point, from which the committed table is made.
#[cfg(test)]
pub(crate) const G: AffinePoint = AffinePoint {
    x: FieldElement([
        0x6132_8990_f418_029e,
        0x3e79_81ed_dca6_c050,
        0xd6a1_ed99_ac24_c3c3,
        0x9116_7a5e_e1c1_3b05,
    ]),
    y: FieldElement([
        0xc135_4e59_3c2d_0ddd,
        0xc1f5_e578_8d32_95fa,
        0x8d4c_fb06_6e2a_48f8,
        0x63cd_65d4_81d7_35bd,
    ]),
};

/// A point that is not at infinity, or (0, 0), which is no point of the curve, where a table is read at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
#[repr(C, align(64))]
pub(crate) struct AffinePoint {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
}

/// Any point; infinity where `z` is zero.
#[derive(Clone, Copy, Debug, Zeroize)]
pub(crate) struct JacobianPoint {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
    pub(crate) z: FieldElement,
}

impl AffinePoint {
    pub(crate) const ZERO: Self = Self {
        x: FieldElement::ZERO,
        y: FieldElement::ZERO,
    };

    pub(crate) fn is_on_curve<A: Arithmetic>(&self) -> bool {
        A::square(&self.y) == right_side::<A>(&self.x)
    }

    /// The point with this x, and a y whose integer is odd or even as asked, if the curve has one.
    pub(crate) fn decompress<A: Arithmetic>(x: FieldElement, odd: bool) -> Option<Self> {
        let y = right_side::<A>(&x).sqrt::<A>()?;
        // No point has y = 0, since the order of the group is odd.
        let is_odd = y.to_integer::<A>().first().is_some_and(|limb| limb & 1 == 1);
        let y = if is_odd == odd { y } else { y.negate() };
        Some(Self { x, y })
    }

    #[inline(always)]
    pub(crate) fn negate(&self) -> Self {
        Self {
            x: self.x,
            y: self.y.negate(),
        }
    }

    /// The negative where `mask` is all ones.
    #[inline(always)]
    pub(crate) fn negate_if(&self, mask: u64) -> Self {
        Self {
            x: self.x,
            y: FieldElement::select(mask, &self.y.negate(), &self.y),
        }
    }
}

/// `x^3 - 3x + b`.
fn right_side<A: Arithmetic>(x: &FieldElement) -> FieldElement {
    A::mul(&A::square(x), x).sub(&x.double().add(x)).add(&B)
}

impl JacobianPoint {
    pub(crate) const INFINITY: Self = Self {
        x: FieldElement::ONE,
        y: FieldElement::ONE,
        z: FieldElement::ZERO,
    };

    #[inline(always)]
    pub(crate) fn from_affine(point: &AffinePoint) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: FieldElement::ONE,
        }
    }

    #[inline(always)]
    pub(crate) fn is_infinity_vartime(&self) -> bool {
        self.z.is_zero_vartime()
    }

    /// Twice the point: 4 multiplications and 4 squarings. Infinity gives infinity; no other point of this curve doubles to it.
    #[inline(always)]
    pub(crate) fn double<A: Arithmetic>(&self) -> Self {
        let zz = A::square(&self.z);
        let y2 = self.y.double();
        let z = A::mul(&self.z, &y2);
        let yy4 = A::square(&y2);
        let t = A::mul(&self.x.add(&zz), &self.x.sub(&zz));
        let slope = t.double().add(&t);
        let s = A::mul(&yy4, &self.x);
        let yyyy8 = A::square(&yy4).halve();
        let x = A::square(&slope).sub(&s.double());
        let y = A::mul(&slope, &s.sub(&x)).sub(&yyyy8);
        Self { x, y, z }
    }

    /// The sum with an affine point, where they are neither equal nor opposite. Infinity here, and (0, 0) there, are handled.
    /// 8 multiplications and 3 squarings.
    #[inline(always)]
    pub(crate) fn add_affine_unequal<A: Arithmetic>(&self, other: &AffinePoint, other_is_zero: u64) -> Self {
        let (sum, _, _) = self.add_affine_generic::<A>(other);
        let self_is_infinity = self.z.zero_mask();
        let one = FieldElement::select(!other_is_zero, &FieldElement::ONE, &FieldElement::ZERO);
        let select = |if_zero: &FieldElement, if_infinity: &FieldElement, generic: &FieldElement| {
            let chosen = FieldElement::select(other_is_zero, if_zero, generic);
            FieldElement::select(self_is_infinity, if_infinity, &chosen)
        };
        Self {
            x: select(&self.x, &other.x, &sum.x),
            y: select(&self.y, &other.y, &sum.y),
            z: select(&self.z, &one, &sum.z),
        }
    }

    /// The sum with a point of the curve, for public points: exceptional cases branch.
    #[inline(always)]
    pub(crate) fn add_affine_vartime<A: Arithmetic>(&self, other: &AffinePoint) -> Self {
        if self.is_infinity_vartime() {
            return Self::from_affine(other);
        }
        let (sum, h, r) = self.add_affine_generic::<A>(other);
        match (h.is_zero_vartime(), r.is_zero_vartime()) {
            (true, true) => self.double::<A>(),
            (true, false) => Self::INFINITY,
            (false, _) => sum,
        }
    }

    /// The sum of public points: exceptional cases branch. 12 multiplications and 4 squarings.
    pub(crate) fn add_vartime<A: Arithmetic>(&self, other: &Self) -> Self {
        if self.is_infinity_vartime() {
            return *other;
        }
        if other.is_infinity_vartime() {
            return *self;
        }
        let zz1 = A::square(&self.z);
        let zz2 = A::square(&other.z);
        let u1 = A::mul(&self.x, &zz2);
        let h = A::mul(&other.x, &zz1).sub(&u1);
        let s1 = A::mul(&self.y, &A::mul(&zz2, &other.z));
        let r = A::mul(&other.y, &A::mul(&zz1, &self.z)).sub(&s1);
        if h.is_zero_vartime() {
            return if r.is_zero_vartime() {
                self.double::<A>()
            } else {
                Self::INFINITY
            };
        }
        chord::<A>(&u1, &s1, &A::mul(&self.z, &other.z), &h, &r)
    }

    /// The formula without its exceptions: the sum, and the differences of x and of y that are zero in them.
    #[inline(always)]
    fn add_affine_generic<A: Arithmetic>(&self, other: &AffinePoint) -> (Self, FieldElement, FieldElement) {
        let zz = A::square(&self.z);
        let h = A::mul(&other.x, &zz).sub(&self.x);
        let zzz = A::mul(&zz, &self.z);
        let r = A::mul(&other.y, &zzz).sub(&self.y);
        (chord::<A>(&self.x, &self.y, &self.z, &h, &r), h, r)
    }
}

/// The third point of a chord: `(x1, y1)` scaled to a common denominator `z`, and the differences `h` and `r` of the
/// coordinates on it.
#[inline(always)]
fn chord<A: Arithmetic>(
    x1: &FieldElement,
    y1: &FieldElement,
    z: &FieldElement,
    h: &FieldElement,
    r: &FieldElement,
) -> JacobianPoint {
    let hh = A::square(h);
    let z = A::mul(z, h);
    let rr = A::square(r);
    let hhh = A::mul(&hh, h);
    let v = A::mul(x1, &hh);
    let x = rr.sub(&hhh).sub(&v.double());
    let y = A::mul(r, &v.sub(&x)).sub(&A::mul(y1, &hhh));
    JacobianPoint { x, y, z }
}

/// The affine forms of points of which none is at infinity, with one inversion for all. What is at infinity comes out as (0, 0),
/// and spoils no other.
pub(crate) fn to_affine_many<A: Arithmetic>(points: &[JacobianPoint]) -> Vec<AffinePoint> {
    with_inverses::<A, _>(points, |point, inverse| {
        let square = A::square(inverse);
        AffinePoint {
            x: A::mul(&point.x, &square),
            y: A::mul(&point.y, &A::mul(&square, inverse)),
        }
    })
}

/// As [`to_affine_many`], for callers that need only x.
pub(crate) fn to_x_many<A: Arithmetic>(points: &[JacobianPoint]) -> Vec<FieldElement> {
    with_inverses::<A, _>(points, |point, inverse| A::mul(&point.x, &A::square(inverse)))
}

/// Montgomery's trick: products of all z up to each, one inversion, and back.
fn with_inverses<A: Arithmetic, T>(
    points: &[JacobianPoint],
    mut finish: impl FnMut(&JacobianPoint, &FieldElement) -> T,
) -> Vec<T> {
    let mut product = FieldElement::ONE;
    let mut before = Vec::with_capacity(points.len());
    for point in points {
        before.push(product);
        product = A::mul(&product, &denominator(point));
    }
    let mut inverse = product.invert::<A>();
    let mut results: Vec<T> = points
        .iter()
        .zip(&before)
        .rev()
        .map(|(point, before)| {
            let own = A::mul(&inverse, before);
            inverse = A::mul(&inverse, &denominator(point));
            // Zero for infinity, whose stand-in denominator is one.
            finish(
                point,
                &FieldElement::select(point.z.zero_mask(), &FieldElement::ZERO, &own),
            )
        })
        .collect();
    results.reverse();
    before.zeroize();
    results
}

#[inline(always)]
fn denominator(point: &JacobianPoint) -> FieldElement {
    FieldElement::select(point.z.zero_mask(), &FieldElement::ONE, &point.z)
}
