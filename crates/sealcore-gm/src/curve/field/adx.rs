//! Multiplication with MULX, ADCX and ADOX: two carry chains at once, which the compiler does not form by itself.
//!
//! Straight-line code without a branch or an address that depends on a value.
#![allow(unsafe_code)] // inline assembly

use core::arch::asm;

use super::{Arithmetic, FieldElement};

/// The arithmetic of x86-64 processors with BMI2 and ADX. Only [`Self::available`] makes its use sound to the processor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adx;

impl Adx {
    /// Whether this processor has the instructions.
    pub(crate) fn available() -> bool {
        !cfg!(sealcore_gm = "portable") && std::is_x86_feature_detected!("bmi2") && std::is_x86_feature_detected!("adx")
    }
}

/// One step of the reduction: the lowest limb `$m` is the multiple of p to add, and becomes the highest limb. See
/// `portable::reduce`.
macro_rules! round {
    ($m:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            "mov {l}, ",
            $m,
            "\n",
            "mov {h}, ",
            $m,
            "\n",
            "mov {a}, ",
            $m,
            "\n",
            "shl {l}, 32\n",
            "shr {h}, 32\n",
            "mov {b}, 0\n",
            "mov edx, 0\n",
            "sub {a}, {l}\n",
            "sbb {b}, {h}\n",
            "sbb rdx, {l}\n",
            "sbb ",
            $m,
            ", {h}\n",
            "add ",
            $t1,
            ", {a}\n",
            "adc ",
            $t2,
            ", {b}\n",
            "adc ",
            $t3,
            ", rdx\n",
            "adc ",
            $m,
            ", 0\n",
        )
    };
}

/// From the eight limbs of a product below p^2 to its Montgomery reduction, in `{t4}` to `{t7}`.
macro_rules! reduction {
    () => {
        concat!(
            round!("{t0}", "{t1}", "{t2}", "{t3}"),
            round!("{t1}", "{t2}", "{t3}", "{t0}"),
            round!("{t2}", "{t3}", "{t0}", "{t1}"),
            round!("{t3}", "{t0}", "{t1}", "{t2}"),
            "mov {a}, 0xffffffff00000000\n",
            "mov {b}, 0xfffffffeffffffff\n",
            "xor edx, edx\n",
            "add {t4}, {t0}\n",
            "adc {t5}, {t1}\n",
            "adc {t6}, {t2}\n",
            "adc {t7}, {t3}\n",
            "adc rdx, 0\n",
            "mov {t0}, {t4}\n",
            "sub {t4}, -1\n",
            "mov {t1}, {t5}\n",
            "sbb {t5}, {a}\n",
            "mov {t2}, {t6}\n",
            "sbb {t6}, -1\n",
            "mov {t3}, {t7}\n",
            "sbb {t7}, {b}\n",
            "sbb rdx, 0\n",
            "cmovc {t4}, {t0}\n",
            "cmovc {t5}, {t1}\n",
            "cmovc {t6}, {t2}\n",
            "cmovc {t7}, {t3}\n",
        )
    };
}

impl Arithmetic for Adx {
    #[inline(always)]
    fn mul(a: &FieldElement, b: &FieldElement) -> FieldElement {
        let (t4, t5, t6, t7);
        // SAFETY: `a` and `b` point to four limbs each, which are only read; every register that changes is declared. The
        // processor has BMI2 and ADX, since only `Adx::available` leads here.
        unsafe {
            asm!(
                "mov rdx, [{b}]",
                "mulx {t1}, {t0}, [{a}]",
                "mulx {t2}, {l}, [{a} + 8]",
                "mulx {t3}, {h}, [{a} + 16]",
                "mulx {t4}, {t5}, [{a} + 24]",
                "mov rdx, [{b} + 8]",
                "add {t1}, {l}",
                "adc {t2}, {h}",
                "adc {t3}, {t5}",
                "adc {t4}, 0",
                "xor {t5:e}, {t5:e}",
                "mulx {h}, {l}, [{a}]",
                "adcx {t1}, {l}",
                "adox {t2}, {h}",
                "mulx {h}, {l}, [{a} + 8]",
                "adcx {t2}, {l}",
                "adox {t3}, {h}",
                "mulx {h}, {l}, [{a} + 16]",
                "adcx {t3}, {l}",
                "adox {t4}, {h}",
                "mulx {h}, {l}, [{a} + 24]",
                "mov rdx, [{b} + 16]",
                "adcx {t4}, {l}",
                "adox {t5}, {h}",
                "adc {t5}, 0",
                "xor {t6:e}, {t6:e}",
                "mulx {h}, {l}, [{a}]",
                "adcx {t2}, {l}",
                "adox {t3}, {h}",
                "mulx {h}, {l}, [{a} + 8]",
                "adcx {t3}, {l}",
                "adox {t4}, {h}",
                "mulx {h}, {l}, [{a} + 16]",
                "adcx {t4}, {l}",
                "adox {t5}, {h}",
                "mulx {h}, {l}, [{a} + 24]",
                "mov rdx, [{b} + 24]",
                "adcx {t5}, {l}",
                "adox {t6}, {h}",
                "adc {t6}, 0",
                "xor {t7:e}, {t7:e}",
                "mulx {h}, {l}, [{a}]",
                "adcx {t3}, {l}",
                "adox {t4}, {h}",
                "mulx {h}, {l}, [{a} + 8]",
                "adcx {t4}, {l}",
                "adox {t5}, {h}",
                "mulx {h}, {l}, [{a} + 16]",
                "adcx {t5}, {l}",
                "adox {t6}, {h}",
                "mulx {h}, {l}, [{a} + 24]",
                "adcx {t6}, {l}",
                "adox {t7}, {h}",
                "adc {t7}, 0",
                reduction!(),
                a = inout(reg) a.0.as_ptr() => _,
                b = inout(reg) b.0.as_ptr() => _,
                l = out(reg) _,
                h = out(reg) _,
                t0 = out(reg) _,
                t1 = out(reg) _,
                t2 = out(reg) _,
                t3 = out(reg) _,
                t4 = out(reg) t4,
                t5 = out(reg) t5,
                t6 = out(reg) t6,
                t7 = out(reg) t7,
                out("rdx") _,
                options(pure, readonly, nostack),
            );
        }
        FieldElement([t4, t5, t6, t7])
    }

    #[inline(always)]
    fn square(a: &FieldElement) -> FieldElement {
        let (t4, t5, t6, t7);
        // SAFETY: as in `mul`.
        unsafe {
            asm!(
                "mov rdx, [{a}]",
                "mulx {t2}, {t1}, [{a} + 8]",
                "mulx {t3}, {l}, [{a} + 16]",
                "mulx {t4}, {h}, [{a} + 24]",
                "mov rdx, [{a} + 8]",
                "add {t2}, {l}",
                "adc {t3}, {h}",
                "adc {t4}, 0",
                "xor {t5:e}, {t5:e}",
                "mulx {h}, {l}, [{a} + 16]",
                "adcx {t3}, {l}",
                "adox {t4}, {h}",
                "mulx {h}, {l}, [{a} + 24]",
                "mov rdx, [{a} + 16]",
                "adcx {t4}, {l}",
                "adox {t5}, {h}",
                "adc {t5}, 0",
                "mulx {t6}, {l}, [{a} + 24]",
                "mov rdx, [{a}]",
                "add {t5}, {l}",
                "adc {t6}, 0",
                "mulx {h}, {t0}, rdx",
                "mov rdx, [{a} + 8]",
                "xor {t7:e}, {t7:e}",
                "adcx {t1}, {t1}",
                "adox {t1}, {h}",
                "mulx {h}, {l}, rdx",
                "mov rdx, [{a} + 16]",
                "adcx {t2}, {t2}",
                "adox {t2}, {l}",
                "adcx {t3}, {t3}",
                "adox {t3}, {h}",
                "mulx {h}, {l}, rdx",
                "mov rdx, [{a} + 24]",
                "adcx {t4}, {t4}",
                "adox {t4}, {l}",
                "adcx {t5}, {t5}",
                "adox {t5}, {h}",
                "mulx {h}, {l}, rdx",
                "adcx {t6}, {t6}",
                "adox {t6}, {l}",
                "adcx {t7}, {t7}",
                "adox {t7}, {h}",
                reduction!(),
                a = inout(reg) a.0.as_ptr() => _,
                b = out(reg) _,
                l = out(reg) _,
                h = out(reg) _,
                t0 = out(reg) _,
                t1 = out(reg) _,
                t2 = out(reg) _,
                t3 = out(reg) _,
                t4 = out(reg) t4,
                t5 = out(reg) t5,
                t6 = out(reg) t6,
                t7 = out(reg) t7,
                out("rdx") _,
                options(pure, readonly, nostack),
            );
        }
        FieldElement([t4, t5, t6, t7])
    }
}
