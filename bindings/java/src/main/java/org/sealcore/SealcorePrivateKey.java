package org.sealcore;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateException;

/**
 * A {@link Signer} as a private key of the Java Cryptography Architecture, for the signatures of
 * {@link SealcoreProvider}; see {@link SealcoreProvider#key}. The key itself never leaves the signer: it has no
 * encoding.
 */
public final class SealcorePrivateKey implements PrivateKey {
    private static final long serialVersionUID = 1;

    /** Closing it ends the key, too. */
    private final transient Signer signer;
    /** As RSA-SHA-256. */
    private final transient String algorithm;
    private final transient PublicKeyInfo info;

    SealcorePrivateKey(Signer signer) {
        this.signer = signer;
        algorithm = signer.algorithm();
        try {
            info = PublicKeyInfo.of(signer.certificate());
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * The family of the key.
     *
     * @return {@code "RSA"}, {@code "RSASSA-PSS"}, or {@code "EC"}, also for SM2
     */
    @Override
    public String getAlgorithm() {
        switch (info.kind()) {
            case RSA:
                return "RSA";
            case RSASSA_PSS:
                return "RSASSA-PSS";
            default:
                return "EC";
        }
    }

    /**
     * There is no encoding.
     *
     * @return null
     */
    @Override
    public String getFormat() {
        return null;
    }

    /**
     * There is no encoding.
     *
     * @return null
     */
    @Override
    public byte[] getEncoded() {
        return null;
    }

    Signer signer() {
        return signer;
    }

    String signatureAlgorithm() {
        return algorithm;
    }

    PublicKeyInfo info() {
        return info;
    }

    /**
     * Never: the key stays where it is.
     *
     * @param out is not written to
     * @throws NotSerializableException always
     */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("a key that stays where it is");
    }
}
