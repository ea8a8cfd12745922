//! Key derivation of PKCS#12, RFC 7292, B.2.

use digest::{Digest, common::BlockSizeUser};
use zeroize::Zeroizing;

use super::pbe::{Hash, with_hash};

/// What is derived: the ID of RFC 7292, B.3.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Fills `out`. The password is in UTF-16 with a final zero, or empty.
pub(super) fn derive(hash: Hash, purpose: Purpose, password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) {
    with_hash!(hash, D => derive_with::<D>(purpose, password, salt, rounds, out));
}

fn derive_with<D: Digest + BlockSizeUser>(purpose: Purpose, password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) {
    let v = D::block_size();
    let diversifier = vec![purpose as u8; v];
    // S and P: the input again and again up to a whole number of blocks.
    let filled = |input: &[u8]| input.len().div_ceil(v) * v;
    let (salt_len, password_len) = (filled(salt), filled(password));
    let mut blocks = Zeroizing::new(Vec::with_capacity(salt_len + password_len));
    blocks.extend(salt.iter().cycle().take(salt_len));
    blocks.extend(password.iter().cycle().take(password_len));
    for chunk in out.chunks_mut(<D as Digest>::output_size()) {
        let mut a = D::new_with_prefix(&diversifier).chain_update(&blocks[..]).finalize();
        for _ in 1..rounds {
            a = D::digest(&a);
        }
        for (to, from) in chunk.iter_mut().zip(&a) {
            *to = *from;
        }
        // I_j = (I_j + B + 1) mod 2^v
        for block in blocks.chunks_mut(v) {
            let mut carry = 1_u16;
            for (index, octet) in block.iter_mut().enumerate().rev() {
                let b = a.get(index % a.len()).copied().unwrap_or(0);
                let sum = u16::from(*octet) + u16::from(b) + carry;
                let [high, low] = sum.to_be_bytes();
                (carry, *octet) = (u16::from(high), low);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::pbe::bmp_string;

    /// Made with OpenSSL 3.0: `openssl kdf -keylen 40 -kdfopt digest:SHA256 -kdfopt hexpass:... -kdfopt hexsalt:0102030405060708
    /// -kdfopt iter:3 -kdfopt id:1 PKCS12KDF`, the password being "密码a" in UTF-16 with a final zero.
    #[test]
    fn as_openssl() {
        let mut key = [0; 40];
        let password = bmp_string("密码a");
        for (hash, purpose, expected) in [
            (
                Hash::Sha256,
                Purpose::Key,
                "98748a273259744d669af1525b27729aa55e8f3279f462dd0675e31f13ac72ddc0d2a4829cac1023",
            ),
            (
                Hash::Sha1,
                Purpose::Mac,
                "5a1155504cecf88cc2b5062e2462de1539663864f5ef90be622fb69c557a97989c3d04793a54572a",
            ),
            (
                Hash::Sha512,
                Purpose::Iv,
                "e033058b195ad376ed4ee8896e7601be706c4f8089bc67050a9e3d4180483942045d312c1513417d",
            ),
            (
                Hash::Sm3,
                Purpose::Mac,
                "05beaae8ccc416fb40a5d8c92df2a4ca5f6f1dcf07c66dd63a09a2d21c0ac453bb40d189c798c594",
            ),
        ] {
            derive(hash, purpose, &password, &[1, 2, 3, 4, 5, 6, 7, 8], 3, &mut key);
            let hex: String = key.iter().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(hex, expected, "{hash:?}");
        }
    }
}
