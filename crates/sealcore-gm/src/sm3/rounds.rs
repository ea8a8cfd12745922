//! The compression function once for everything that has 32-bit words: one word, or a vector with a stream in each lane.
#![allow(clippy::indexing_slicing)] // constant indices into arrays of constant length

/// Words in a block.
pub(super) const WORDS: usize = 16;

/// The initial value, GB/T 32905 clause 4.1.
pub(crate) const INITIAL: [u32; 8] = [
    0x7380_166f,
    0x4914_b2b9,
    0x1724_42d7,
    0xda8a_0600,
    0xa96f_30bc,
    0x1631_38aa,
    0xe38d_ee4d,
    0xb0fb_0e4e,
];

/// Round constants, each rotated by its round's number.
pub(super) const T: [u32; 64] = {
    let mut all = [0; 64];
    let mut round = 0;
    while round < 64 {
        let constant: u32 = if round < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        #[allow(clippy::cast_possible_truncation)] // below 64
        let by = round as u32 % 32;
        all[round] = constant.rotate_left(by);
        round += 1;
    }
    all
};

/// A 32-bit word, or several side by side.
pub(super) trait Word: Copy {
    /// `value` in each lane.
    fn splat(value: u32) -> Self;
    /// The sum modulo 2^32.
    fn add(self, other: Self) -> Self;
    /// As [`Self::add`], where it matters that this sum is made before others are added: compilers add constants last.
    #[inline(always)]
    fn add_first(self, other: Self) -> Self {
        self.add(other)
    }
    fn xor(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    /// Rotates left by `L`; `R` is `32 - L`.
    fn rotate<const L: i32, const R: i32>(self) -> Self;

    #[inline(always)]
    fn xor3(self, y: Self, z: Self) -> Self {
        self.xor(y).xor(z)
    }

    /// The bits that at least two have.
    #[inline(always)]
    fn majority(self, y: Self, z: Self) -> Self {
        // The two summands have no bit in common.
        self.and(y.xor(z)).add(y.and(z))
    }

    /// The bits of `y` where `self` has ones, else those of `z`.
    #[inline(always)]
    fn choose(self, y: Self, z: Self) -> Self {
        y.xor(z).and(self).xor(z)
    }

    #[inline(always)]
    fn p0(self) -> Self {
        self.xor3(self.rotate::<9, 23>(), self.rotate::<17, 15>())
    }

    #[inline(always)]
    fn p1(self) -> Self {
        self.xor3(self.rotate::<15, 17>(), self.rotate::<23, 9>())
    }
}

macro_rules! round {
    ($j:expr, $ff:ident $gg:ident, $w:ident, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
        if $j >= 12 {
            $w[($j + 4) % 16] = expand(&$w, $j + 4);
        }
        let (word, later) = ($w[$j % 16], $w[($j + 4) % 16]);
        let a12 = $a.rotate::<12, 20>();
        let ss1 = a12.add_first(W::splat(T[$j])).add($e).rotate::<7, 25>();
        $d = $a.$ff($b, $c).add($d).add(word.xor(later)).add(ss1.xor(a12));
        $h = $e.$gg($f, $g).add($h).add(word).add(ss1).p0();
        $b = $b.rotate::<9, 23>();
        $f = $f.rotate::<19, 13>();
    };
}

macro_rules! rounds {
    ($ff:ident $gg:ident, $w:ident, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $($j:literal)*) => {$(
        round!($j, $ff $gg, $w, $a $b $c $d $e $f $g $h);
        round!($j + 1, $ff $gg, $w, $d $a $b $c $h $e $f $g);
        round!($j + 2, $ff $gg, $w, $c $d $a $b $g $h $e $f);
        round!($j + 3, $ff $gg, $w, $b $c $d $a $f $g $h $e);
    )*};
}

/// One block, given as words, into `state`.
#[inline(always)]
#[allow(clippy::many_single_char_names)] // the standard's names
pub(super) fn compress<W: Word>(state: &mut [W; 8], block: [W; WORDS]) {
    let mut w = block;
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    rounds!(xor3 xor3, w, a b c d e f g h, 0 4 8 12);
    rounds!(majority choose, w, a b c d e f g h, 16 20 24 28 32 36 40 44 48 52 56 60);
    for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.xor(new);
    }
}

/// The word number `j` of the expanded message, out of the 16 before it.
#[inline(always)]
fn expand<W: Word>(w: &[W; WORDS], j: usize) -> W {
    let word = |back: usize| w[(j - back) % 16];
    word(16)
        .xor3(word(9), word(3).rotate::<15, 17>())
        .p1()
        .xor3(word(13).rotate::<7, 25>(), word(6))
}

impl Word for u32 {
    #[inline(always)]
    fn splat(value: u32) -> Self {
        value
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }

    #[inline(always)]
    fn rotate<const L: i32, const R: i32>(self) -> Self {
        (self << L) | (self >> R)
    }
}
