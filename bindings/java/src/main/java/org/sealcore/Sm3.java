package org.sealcore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * SM3, GB/T 32905, which the JDK does not have; for {@link SealcoreProvider}, whose callers bring messages where the
 * library's signers take digests. Messages are not secret: nothing here is made for constant time.
 */
final class Sm3 extends MessageDigest {
    private static final int[] START = {
        0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e
    };
    private static final byte[] IDENTITY = "1234567812345678".getBytes(StandardCharsets.US_ASCII);
    /** a, b, and the base point of the SM2 curve, GB/T 32918.5. */
    private static final String CURVE = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
            + "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
            + "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
            + "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";
    private static final int BLOCK = 64;

    private final int[] state = new int[8];
    private final byte[] block = new byte[BLOCK];
    private final int[] words = new int[68];
    private long length;

    Sm3() {
        super("SM3");
        engineReset();
    }

    /** Z of a signer with the usual identity, GB/T 32918.2, 5.5: what goes before the message. */
    static byte[] z(byte[] point) {
        Sm3 digest = new Sm3();
        digest.update((byte) 0);
        digest.update((byte) (8 * IDENTITY.length));
        digest.update(IDENTITY);
        for (int i = 0; i < CURVE.length(); i += 2) {
            digest.update((byte) Integer.parseInt(CURVE.substring(i, i + 2), 16));
        }
        return digest.digest(point);
    }

    @Override
    protected int engineGetDigestLength() {
        return 32;
    }

    @Override
    protected void engineReset() {
        System.arraycopy(START, 0, state, 0, START.length);
        length = 0;
    }

    @Override
    protected void engineUpdate(byte input) {
        block[(int) (length++ % BLOCK)] = input;
        if (length % BLOCK == 0) {
            compress();
        }
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int count) {
        for (int done = 0; done < count; ) {
            int at = (int) (length % BLOCK);
            int part = Math.min(BLOCK - at, count - done);
            System.arraycopy(input, offset + done, block, at, part);
            length += part;
            done += part;
            if (at + part == BLOCK) {
                compress();
            }
        }
    }

    @Override
    protected byte[] engineDigest() {
        long bits = 8 * length;
        engineUpdate((byte) 0x80);
        while (length % BLOCK != BLOCK - 8) {
            engineUpdate((byte) 0);
        }
        engineUpdate(ByteBuffer.allocate(8).putLong(bits).array(), 0, 8);
        ByteBuffer digest = ByteBuffer.allocate(32);
        for (int word : state) {
            digest.putInt(word);
        }
        Arrays.fill(block, (byte) 0);
        engineReset();
        return digest.array();
    }

    private void compress() {
        ByteBuffer input = ByteBuffer.wrap(block);
        for (int j = 0; j < 16; j++) {
            words[j] = input.getInt();
        }
        for (int j = 16; j < 68; j++) {
            int x = words[j - 16] ^ words[j - 9] ^ Integer.rotateLeft(words[j - 3], 15);
            words[j] = p1(x) ^ Integer.rotateLeft(words[j - 13], 7) ^ words[j - 6];
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int j = 0; j < 64; j++) {
            boolean early = j < 16;
            int constant = Integer.rotateLeft(early ? 0x79cc4519 : 0x7a879d8a, j);
            int ss1 = Integer.rotateLeft(Integer.rotateLeft(a, 12) + e + constant, 7);
            int ss2 = ss1 ^ Integer.rotateLeft(a, 12);
            int ff = early ? a ^ b ^ c : a & b | a & c | b & c;
            int gg = early ? e ^ f ^ g : e & f | ~e & g;
            int tt1 = ff + d + ss2 + (words[j] ^ words[j + 4]);
            int tt2 = gg + h + ss1 + words[j];
            d = c;
            c = Integer.rotateLeft(b, 9);
            b = a;
            a = tt1;
            h = g;
            g = Integer.rotateLeft(f, 19);
            f = e;
            e = p0(tt2);
        }
        int[] end = {a, b, c, d, e, f, g, h};
        for (int i = 0; i < end.length; i++) {
            state[i] ^= end[i];
        }
    }

    private static int p0(int x) {
        return x ^ Integer.rotateLeft(x, 9) ^ Integer.rotateLeft(x, 17);
    }

    private static int p1(int x) {
        return x ^ Integer.rotateLeft(x, 15) ^ Integer.rotateLeft(x, 23);
    }
}
