package org.sealcore;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * A private key of a Java provider as the library wants it. Digests are signed where the provider can do that:
 * NONEwithRSA over the DigestInfo, NONEwithECDSA. Else the provider gets the message, as always with SM2.
 */
final class JcaKey {
    /** The length of what stands before the digest in a DigestInfo of SHA-256, -384, -512. */
    static final int INFO_LENGTH = 19;

    private final PrivateKey key;
    private final Provider provider;
    private final PublicKeyInfo.Kind kind;
    private final boolean digests;
    private final String algorithm;

    JcaKey(PrivateKey key, Provider provider, X509Certificate certificate) throws GeneralSecurityException {
        this.key = key;
        this.provider = provider;
        kind = PublicKeyInfo.of(certificate.getEncoded()).kind();
        String byDigest = byDigest(kind);
        digests = byDigest != null && canSign(byDigest);
        algorithm = digests ? byDigest : byMessage(kind, certificate);
        if (!digests) {
            begin();
        }
    }

    /** Whether this very provider signs with the key. */
    static boolean signsWith(PrivateKey key, Provider provider, X509Certificate certificate) {
        try {
            return new JcaKey(key, provider, certificate).algorithm != null;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    /** What stands before a digest of SHA-2 in its DigestInfo, RFC 8017, 9.2. */
    static byte[] info(int bits) {
        int algorithm = bits == 256 ? 1 : bits == 384 ? 2 : 3;
        int length = bits / 8;
        return new byte[] {
            0x30, (byte) (17 + length), 0x30, 0x0d, 0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            (byte) algorithm, 0x05, 0x00, 0x04, (byte) length
        };
    }

    boolean takesDigests() {
        return digests;
    }

    byte[] sign(byte[] input) throws GeneralSecurityException {
        Signature signature = begin();
        if (digests && kind == PublicKeyInfo.Kind.RSA) {
            signature.update(info(8 * input.length));
        }
        signature.update(input);
        return signature.sign();
    }

    private Signature begin() throws GeneralSecurityException {
        Signature signature = instance(algorithm);
        if (kind == PublicKeyInfo.Kind.RSASSA_PSS) {
            AlgorithmParameterSpec usual = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
            signature.setParameter(usual);
        }
        signature.initSign(key);
        return signature;
    }

    private Signature instance(String name) throws NoSuchAlgorithmException {
        return provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
    }

    private boolean canSign(String name) {
        try {
            instance(name).initSign(key);
            return true;
        } catch (NoSuchAlgorithmException | InvalidKeyException | RuntimeException e) {
            return false;
        }
    }

    private static String byDigest(PublicKeyInfo.Kind kind) {
        switch (kind) {
            case RSA:
                return "NONEwithRSA";
            case EC:
                return "NONEwithECDSA";
            default:
                return null;
        }
    }

    /** With the digest that the library takes by default: of an EC key by its size. */
    private static String byMessage(PublicKeyInfo.Kind kind, X509Certificate certificate) {
        switch (kind) {
            case SM2:
                return "SM3withSM2";
            case RSA:
                return "SHA256withRSA";
            case RSASSA_PSS:
                return "RSASSA-PSS";
            default:
                int bits = ((ECPublicKey) certificate.getPublicKey()).getParams().getOrder().bitLength();
                return bits > 384 ? "SHA512withECDSA" : bits > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
        }
    }
}
