//! One stream on x86-64 with BMI2 and AVX: the rounds in general registers, the message expansion beside them in vector
//! registers, three words at a time.
//!
//! The rounds of one stream are a chain of dependent instructions, so what counts is its length. It is six cycles a round
//! here: `choose(e, f, g)` is begun from the two halves of `e` before they are put together, and whatever is known early
//! is added early. Compilers reorder such sums, hence assembly. The expansion runs twelve rounds ahead. It takes three words
//! at a time, since the fourth needs the first. No branch and no address depends on the message.
#![allow(unsafe_code)] // assembly

use std::arch::asm;

use super::compress::BLOCK;
use super::rounds::T;

/// Proof that this processor has BMI2 and AVX: there is no other way to get one than [`Bmi2Avx::detect`].
#[derive(Clone, Copy)]
pub(super) struct Bmi2Avx(());

impl Bmi2Avx {
    pub(super) fn detect() -> Option<Self> {
        let found = std::is_x86_feature_detected!("avx") && std::is_x86_feature_detected!("bmi2");
        found.then_some(Self(()))
    }

    /// Blocks into `state`, in order.
    pub(super) fn compress(self, state: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
        let mut schedule = Schedule::new();
        for block in blocks {
            // SAFETY: `self` exists, so BMI2 and AVX were found.
            unsafe { compress(state, block, &mut schedule) }
        }
    }
}

/// Where the vector instructions leave the expanded message for the rounds, and their constants. The assembly knows the
/// offsets: 0, 288, 576 and 592 bytes.
#[repr(C, align(16))]
struct Schedule {
    /// The expanded message, and what the last store writes beyond it.
    words: [u32; 72],
    /// Each word xor the one four after it.
    sums: [u32; 72],
    /// Rotates each word left by eight.
    rotate_byte: [u8; 16],
    /// Turns big-endian words into numbers.
    swap: [u8; 16],
}

impl Schedule {
    fn new() -> Self {
        Self {
            words: [0; 72],
            sums: [0; 72],
            rotate_byte: [3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14],
            swap: [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12],
        }
    }
}

/// A general register by the name of its operand.
macro_rules! r {
    ($name:ident) => {
        concat!("{", stringify!($name), ":e}")
    };
}

/// Instructions, one a line.
macro_rules! lines {
    ($($($part:expr)+;)+) => {
        concat!($($($part,)+ "\n",)+)
    };
}

/// Words `16 + 3 * $step` to `18 + 3 * $step`. `$v1` to `$v3` hold the last nine words, three each, the newest in `$v1`; `$p1`,
/// `$p4` and `$p5` hold such threes one word earlier, and there are the two between. The new ones replace `$v3` and `$p5`.
macro_rules! expand {
    ($step:literal, $v1:literal $v2:literal $v3:literal, $p1:literal $p4:literal $p5:literal) => {
        lines!(
            "vpslld xmm12, " $v1 ", 15";
            "vpsrld xmm13, " $v1 ", 17";
            "vpxor xmm14, " $p5 ", " $v3;
            "vpxor xmm12, xmm12, xmm13";
            "vpxor xmm12, xmm12, xmm14"; // what P1 is applied to
            "vpslld xmm13, " $p4 ", 7";
            "vpsrld xmm14, " $p4 ", 25";
            "vpxor xmm13, xmm13, " $v2;
            "vpxor xmm13, xmm13, xmm14";
            "vpxor xmm13, xmm13, xmm12";
            "vpshufb xmm14, xmm12, xmm15"; // P1 rotates by 15 and by 8 more
            "vpxor xmm12, xmm12, xmm14";
            "vpslld xmm14, xmm12, 15";
            "vpsrld xmm12, xmm12, 17";
            "vpxor xmm13, xmm13, xmm14";
            "vpxor " $v3 ", xmm13, xmm12";
            "vpshufd xmm14, " $v1 ", 0x80";
            "vpxor xmm12, " $p1 ", " $v3;
            "vpalignr " $p5 ", " $v3 ", xmm14, 12";
            "vmovdqu xmmword ptr [{schedule} + 4*16 + 12*" $step "], " $v3;
            "vmovdqu xmmword ptr [{schedule} + 288 + 4*12 + 12*" $step "], xmm12";
        )
    };
}

/// A round. `{next}` comes with GG of this round and leaves with that of the next one.
macro_rules! round {
    ($j:literal, $ff:ident $gg:ident, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
        concat!(
            lines!(
                "rorx {t0:e}, " r!($a) ", 20";
                "add " r!($h) ", dword ptr [{schedule} + 4*" $j "]";
                "lea {t1:e}, [{t0:r} + {" $j "}]";
                "add {t1:e}, " r!($e);
                "add " r!($h) ", {next:e}";
                "rorx {t1:e}, {t1:e}, 25"; // SS1
                "add " r!($d) ", dword ptr [{schedule} + 288 + 4*" $j "]";
            ),
            $ff!($a $b $c $d),
            lines!(
                "add " r!($h) ", {t1:e}"; // TT2
                "xor {t0:e}, {t1:e}";
                "add " r!($d) ", {t0:e}"; // TT1
                "rorx " r!($f) ", " r!($f) ", 13";
                "rorx {next:e}, " r!($h) ", 23";
                "rorx {t1:e}, " r!($h) ", 15";
                "xor " r!($h) ", {next:e}";
                "mov {t2:e}, " r!($e);
                "xor {t2:e}, " r!($f);
            ),
            $gg!($f $h),
            lines!("rorx " r!($b) ", " r!($b) ", 23";),
        )
    };
}

/// FF of the first sixteen rounds, added to `$d`.
macro_rules! parity {
    ($a:ident $b:ident $c:ident $d:ident) => {
        lines!(
            "mov {t2:e}, " r!($b);
            "xor {t2:e}, " r!($c);
            "xor {t2:e}, " r!($a);
            "add " r!($d) ", {t2:e}";
        )
    };
}

/// FF of the others: two summands that have no bit in common, of which one does not wait for `$a`.
macro_rules! majority {
    ($a:ident $b:ident $c:ident $d:ident) => {
        lines!(
            "mov {t2:e}, " r!($b);
            "and {t2:e}, " r!($c);
            "add " r!($d) ", {t2:e}";
            "mov {t2:e}, " r!($b);
            "xor {t2:e}, " r!($c);
            "and {t2:e}, " r!($a);
            "add " r!($d) ", {t2:e}";
        )
    };
}

/// Puts the new `e` together, which is `$h` xor `{t1}`, and prepares GG of a round among the first sixteen.
macro_rules! then_parity {
    ($f:ident $h:ident) => {
        lines!(
            "xor " r!($h) ", {t1:e}";
            "mov {next:e}, {t2:e}";
            "xor {next:e}, " r!($h);
        )
    };
}

/// Puts the new `e` together, and prepares GG of a later round from its halves.
macro_rules! then_choose {
    ($f:ident $h:ident) => {
        lines!(
            "mov {next:e}, " r!($h);
            "xor " r!($h) ", {t1:e}";
            "and {t1:e}, {t2:e}";
            "xor {t1:e}, " r!($f);
            "and {next:e}, {t2:e}";
            "xor {next:e}, {t1:e}";
        )
    };
}

#[target_feature(enable = "avx,bmi2")]
fn compress(state: &mut [u32; 8], block: &[u8; BLOCK], schedule: &mut Schedule) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    // SAFETY: reads the 64 bytes of `block`, and writes `schedule` up to word 71 of its two arrays and reads it, all without
    // need of alignment; changes the registers that are named, and touches no stack.
    unsafe {
        asm!(
            "vmovdqu xmm14, xmmword ptr [{schedule} + 592]",
            "vmovdqu xmm15, xmmword ptr [{schedule} + 576]",
            "vmovdqu xmm0, xmmword ptr [{t2} + 0]",
            "vmovdqu xmm1, xmmword ptr [{t2} + 16]",
            "vmovdqu xmm2, xmmword ptr [{t2} + 32]",
            "vmovdqu xmm3, xmmword ptr [{t2} + 48]",
            "vpshufb xmm0, xmm0, xmm14",
            "vpshufb xmm1, xmm1, xmm14",
            "vpshufb xmm2, xmm2, xmm14",
            "vpshufb xmm3, xmm3, xmm14",
            "vmovdqu xmmword ptr [{schedule} + 0], xmm0",
            "vmovdqu xmmword ptr [{schedule} + 16], xmm1",
            "vmovdqu xmmword ptr [{schedule} + 32], xmm2",
            "vmovdqu xmmword ptr [{schedule} + 48], xmm3",
            "vpxor xmm12, xmm0, xmm1",
            "vmovdqu xmmword ptr [{schedule} + 288 + 0], xmm12",
            "vpxor xmm12, xmm1, xmm2",
            "vmovdqu xmmword ptr [{schedule} + 288 + 16], xmm12",
            "vpxor xmm12, xmm2, xmm3",
            "vmovdqu xmmword ptr [{schedule} + 288 + 32], xmm12",
            "vpsrldq xmm4, xmm3, 4",
            "vpalignr xmm5, xmm3, xmm2, 8",
            "vpalignr xmm6, xmm2, xmm1, 12",
            "vpalignr xmm7, xmm1, xmm0, 12",
            "vpalignr xmm8, xmm2, xmm1, 8",
            "vpalignr xmm9, xmm3, xmm2, 4",
            "mov {next:e}, {f:e}",
            "xor {next:e}, {g:e}",
            "xor {next:e}, {e:e}",
            expand!(0, "xmm4" "xmm5" "xmm6", "xmm3" "xmm7" "xmm0"),
            round!(0, parity then_parity, a b c d e f g h),
            round!(1, parity then_parity, d a b c h e f g),
            round!(2, parity then_parity, c d a b g h e f),
            expand!(1, "xmm6" "xmm4" "xmm5", "xmm0" "xmm8" "xmm7"),
            round!(3, parity then_parity, b c d a f g h e),
            round!(4, parity then_parity, a b c d e f g h),
            round!(5, parity then_parity, d a b c h e f g),
            expand!(2, "xmm5" "xmm6" "xmm4", "xmm7" "xmm9" "xmm8"),
            round!(6, parity then_parity, c d a b g h e f),
            round!(7, parity then_parity, b c d a f g h e),
            round!(8, parity then_parity, a b c d e f g h),
            expand!(3, "xmm4" "xmm5" "xmm6", "xmm8" "xmm3" "xmm9"),
            round!(9, parity then_parity, d a b c h e f g),
            round!(10, parity then_parity, c d a b g h e f),
            round!(11, parity then_parity, b c d a f g h e),
            expand!(4, "xmm6" "xmm4" "xmm5", "xmm9" "xmm0" "xmm3"),
            round!(12, parity then_parity, a b c d e f g h),
            round!(13, parity then_parity, d a b c h e f g),
            round!(14, parity then_parity, c d a b g h e f),
            expand!(5, "xmm5" "xmm6" "xmm4", "xmm3" "xmm7" "xmm0"),
            round!(15, parity then_choose, b c d a f g h e),
            round!(16, majority then_choose, a b c d e f g h),
            round!(17, majority then_choose, d a b c h e f g),
            expand!(6, "xmm4" "xmm5" "xmm6", "xmm0" "xmm8" "xmm7"),
            round!(18, majority then_choose, c d a b g h e f),
            round!(19, majority then_choose, b c d a f g h e),
            round!(20, majority then_choose, a b c d e f g h),
            expand!(7, "xmm6" "xmm4" "xmm5", "xmm7" "xmm9" "xmm8"),
            round!(21, majority then_choose, d a b c h e f g),
            round!(22, majority then_choose, c d a b g h e f),
            round!(23, majority then_choose, b c d a f g h e),
            expand!(8, "xmm5" "xmm6" "xmm4", "xmm8" "xmm3" "xmm9"),
            round!(24, majority then_choose, a b c d e f g h),
            round!(25, majority then_choose, d a b c h e f g),
            round!(26, majority then_choose, c d a b g h e f),
            expand!(9, "xmm4" "xmm5" "xmm6", "xmm9" "xmm0" "xmm3"),
            round!(27, majority then_choose, b c d a f g h e),
            round!(28, majority then_choose, a b c d e f g h),
            round!(29, majority then_choose, d a b c h e f g),
            expand!(10, "xmm6" "xmm4" "xmm5", "xmm3" "xmm7" "xmm0"),
            round!(30, majority then_choose, c d a b g h e f),
            round!(31, majority then_choose, b c d a f g h e),
            round!(32, majority then_choose, a b c d e f g h),
            expand!(11, "xmm5" "xmm6" "xmm4", "xmm0" "xmm8" "xmm7"),
            round!(33, majority then_choose, d a b c h e f g),
            round!(34, majority then_choose, c d a b g h e f),
            round!(35, majority then_choose, b c d a f g h e),
            expand!(12, "xmm4" "xmm5" "xmm6", "xmm7" "xmm9" "xmm8"),
            round!(36, majority then_choose, a b c d e f g h),
            round!(37, majority then_choose, d a b c h e f g),
            round!(38, majority then_choose, c d a b g h e f),
            expand!(13, "xmm6" "xmm4" "xmm5", "xmm8" "xmm3" "xmm9"),
            round!(39, majority then_choose, b c d a f g h e),
            round!(40, majority then_choose, a b c d e f g h),
            round!(41, majority then_choose, d a b c h e f g),
            expand!(14, "xmm5" "xmm6" "xmm4", "xmm9" "xmm0" "xmm3"),
            round!(42, majority then_choose, c d a b g h e f),
            round!(43, majority then_choose, b c d a f g h e),
            round!(44, majority then_choose, a b c d e f g h),
            expand!(15, "xmm4" "xmm5" "xmm6", "xmm3" "xmm7" "xmm0"),
            round!(45, majority then_choose, d a b c h e f g),
            round!(46, majority then_choose, c d a b g h e f),
            round!(47, majority then_choose, b c d a f g h e),
            expand!(16, "xmm6" "xmm4" "xmm5", "xmm0" "xmm8" "xmm7"),
            round!(48, majority then_choose, a b c d e f g h),
            round!(49, majority then_choose, d a b c h e f g),
            round!(50, majority then_choose, c d a b g h e f),
            expand!(17, "xmm5" "xmm6" "xmm4", "xmm7" "xmm9" "xmm8"),
            round!(51, majority then_choose, b c d a f g h e),
            round!(52, majority then_choose, a b c d e f g h),
            round!(53, majority then_choose, d a b c h e f g),
            round!(54, majority then_choose, c d a b g h e f),
            round!(55, majority then_choose, b c d a f g h e),
            round!(56, majority then_choose, a b c d e f g h),
            round!(57, majority then_choose, d a b c h e f g),
            round!(58, majority then_choose, c d a b g h e f),
            round!(59, majority then_choose, b c d a f g h e),
            round!(60, majority then_choose, a b c d e f g h),
            round!(61, majority then_choose, d a b c h e f g),
            round!(62, majority then_choose, c d a b g h e f),
            round!(63, majority then_choose, b c d a f g h e),
            const T[0].cast_signed(), const T[1].cast_signed(), const T[2].cast_signed(), const T[3].cast_signed(),
            const T[4].cast_signed(), const T[5].cast_signed(), const T[6].cast_signed(), const T[7].cast_signed(),
            const T[8].cast_signed(), const T[9].cast_signed(), const T[10].cast_signed(), const T[11].cast_signed(),
            const T[12].cast_signed(), const T[13].cast_signed(), const T[14].cast_signed(), const T[15].cast_signed(),
            const T[16].cast_signed(), const T[17].cast_signed(), const T[18].cast_signed(), const T[19].cast_signed(),
            const T[20].cast_signed(), const T[21].cast_signed(), const T[22].cast_signed(), const T[23].cast_signed(),
            const T[24].cast_signed(), const T[25].cast_signed(), const T[26].cast_signed(), const T[27].cast_signed(),
            const T[28].cast_signed(), const T[29].cast_signed(), const T[30].cast_signed(), const T[31].cast_signed(),
            const T[32].cast_signed(), const T[33].cast_signed(), const T[34].cast_signed(), const T[35].cast_signed(),
            const T[36].cast_signed(), const T[37].cast_signed(), const T[38].cast_signed(), const T[39].cast_signed(),
            const T[40].cast_signed(), const T[41].cast_signed(), const T[42].cast_signed(), const T[43].cast_signed(),
            const T[44].cast_signed(), const T[45].cast_signed(), const T[46].cast_signed(), const T[47].cast_signed(),
            const T[48].cast_signed(), const T[49].cast_signed(), const T[50].cast_signed(), const T[51].cast_signed(),
            const T[52].cast_signed(), const T[53].cast_signed(), const T[54].cast_signed(), const T[55].cast_signed(),
            const T[56].cast_signed(), const T[57].cast_signed(), const T[58].cast_signed(), const T[59].cast_signed(),
            const T[60].cast_signed(), const T[61].cast_signed(), const T[62].cast_signed(), const T[63].cast_signed(),
            schedule = in(reg) schedule,
            t2 = inout(reg) block.as_ptr() => _,
            a = inout(reg) a, b = inout(reg) b, c = inout(reg) c, d = inout(reg) d,
            e = inout(reg) e, f = inout(reg) f, g = inout(reg) g, h = inout(reg) h,
            t0 = out(reg) _, t1 = out(reg) _, next = out(reg) _,
            out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
            out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
            out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
            out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            options(nostack),
        );
    }
    for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word ^= new;
    }
}
