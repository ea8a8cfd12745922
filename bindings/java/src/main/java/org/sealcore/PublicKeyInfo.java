package org.sealcore;

import java.security.cert.CertificateException;
import java.util.Arrays;

/**
 * The public key of a certificate as it stands there: enough to know what it is, and the point of an SM2 key, whose Z
 * goes into what is signed. The JDK itself knows nothing of SM2.
 */
final class PublicKeyInfo {
    private static final int SEQUENCE = 0x30;
    private static final int OID = 0x06;
    private static final int BIT_STRING = 0x03;
    private static final int VERSION = 0xA0;
    /** 1.2.156.10197.1.301. */
    private static final byte[] SM2_CURVE = {0x2A, (byte) 0x81, 0x1C, (byte) 0xCF, 0x55, 0x01, (byte) 0x82, 0x2D};
    /** 1.2.840.10045.2.1. */
    private static final byte[] EC = {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
    /** 1.2.840.113549.1.1.1. */
    private static final byte[] RSA = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01};
    /** 1.2.840.113549.1.1.10. */
    private static final byte[] PSS = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x0A};

    enum Kind {
        SM2,
        EC,
        RSA,
        RSASSA_PSS
    }

    private final Kind kind;
    private final byte[] key;

    private PublicKeyInfo(Kind kind, byte[] key) {
        this.kind = kind;
        this.key = key;
    }

    static PublicKeyInfo of(byte[] certificate) throws CertificateException {
        try {
            Tlv tbs = new Tlv(certificate, 0, certificate.length).into(SEQUENCE).into(SEQUENCE);
            if (tbs.tag() == VERSION) {
                tbs = tbs.next();
            }
            // serialNumber, signature, issuer, validity, subject
            Tlv info = tbs.next().next().next().next().next().into(SEQUENCE);
            Tlv algorithm = info.into(SEQUENCE);
            byte[] oid = algorithm.value(OID);
            byte[] bits = info.next().value(BIT_STRING);
            return new PublicKeyInfo(kind(oid, algorithm), Arrays.copyOfRange(bits, 1, bits.length));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new CertificateException("a certificate that cannot be read", e);
        }
    }

    Kind kind() {
        return kind;
    }

    /** x and y of an uncompressed point of the SM2 curve. */
    byte[] point() throws CertificateException {
        if (kind != Kind.SM2 || key.length != 65 || key[0] != 4) {
            throw new CertificateException("not an SM2 key");
        }
        return Arrays.copyOfRange(key, 1, key.length);
    }

    private static Kind kind(byte[] oid, Tlv algorithm) throws CertificateException {
        if (Arrays.equals(oid, RSA)) {
            return Kind.RSA;
        }
        if (Arrays.equals(oid, PSS)) {
            return Kind.RSASSA_PSS;
        }
        if (Arrays.equals(oid, EC)) {
            Tlv curve = algorithm.next();
            return curve.tag() == OID && Arrays.equals(curve.value(OID), SM2_CURVE) ? Kind.SM2 : Kind.EC;
        }
        throw new CertificateException("a certificate of a key that is neither SM2, EC nor RSA");
    }

    /** One element of DER; reading outside of it is an IndexOutOfBoundsException. */
    private static final class Tlv {
        private final byte[] all;
        private final int start;
        private final int content;
        private final int end;
        private final int limit;

        Tlv(byte[] all, int start, int limit) {
            int at = start + 1;
            int length = all[at++] & 0xFF;
            if (length > 0x80) {
                int octets = length & 0x7F;
                if (octets > 3) {
                    throw new IllegalArgumentException("too long");
                }
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = length << 8 | all[at++] & 0xFF;
                }
            }
            this.all = all;
            this.start = start;
            this.content = at;
            this.end = at + length;
            this.limit = limit;
            if (end > limit) {
                throw new IndexOutOfBoundsException("an element outside of its container");
            }
        }

        int tag() {
            return all[start] & 0xFF;
        }

        /** The first element inside. */
        Tlv into(int tag) {
            expect(tag);
            return new Tlv(all, content, end);
        }

        /** The element behind this one. */
        Tlv next() {
            return new Tlv(all, end, limit);
        }

        byte[] value(int tag) {
            expect(tag);
            return Arrays.copyOfRange(all, content, end);
        }

        private void expect(int tag) {
            if (tag() != tag) {
                throw new IllegalArgumentException("another element than expected");
            }
        }
    }
}
