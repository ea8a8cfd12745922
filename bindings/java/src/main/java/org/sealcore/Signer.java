package org.sealcore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Objects;

/**
 * A private key with its certificate: in memory, in a device, in a Java provider, or behind a callback.
 *
 * <p>Certificates are PEM, DER or P7B: the signer's first, then its chain; they may be null where the key brings its
 * own. What comes from a device, a provider or a callback is verified before it is embedded anywhere.
 */
public final class Signer extends NativeObject {
    private Signer(long address) {
        super(address, NativeLoader.api()::sealcore_signer_free);
    }

    // in memory

    /**
     * A key in memory.
     *
     * @param key PKCS#12, PKCS#8 or SEC 1, PEM or DER
     * @param password of the key; null where it has none
     * @return to be closed
     */
    public static Signer fromKey(byte[] key, char[] password) {
        return fromKey(key, password, null);
    }

    /**
     * A key in memory.
     *
     * @param key PKCS#12, PKCS#8 or SEC 1, PEM or DER
     * @param password of the key; null where it has none
     * @param certificates where the key brings none; may be null
     * @return to be closed
     */
    public static Signer fromKey(byte[] key, char[] password, byte[] certificates) {
        Objects.requireNonNull(key, "key");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_signer_from_key(scope.secret(key), key.length, scope.secret(password),
                    scope.bytes(certificates), Scope.length(certificates), scope.out(), scope.error()));
            return new Signer(scope.outHandle());
        }
    }

    /**
     * A key in a file.
     *
     * @param path of a PKCS#12, PKCS#8 or SEC 1 file
     * @param password of the key; null where it has none
     * @return to be closed
     * @throws IOException when the file cannot be read
     */
    public static Signer fromKey(Path path, char[] password) throws IOException {
        byte[] key = Files.readAllBytes(path);
        try {
            return fromKey(key, password, null);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    // in a device

    /**
     * A key by URI.
     *
     * @param uri a path, {@code file:}, {@code pkcs11:} (RFC 7512), {@code sdf:} or {@code skf:}
     * @param pin of a device, password of a file; null where there is none
     * @return to be closed
     */
    public static Signer open(String uri, char[] pin) {
        return open(uri, pin, null);
    }

    /**
     * A key by URI.
     *
     * @param uri a path, {@code file:}, {@code pkcs11:} (RFC 7512), {@code sdf:} or {@code skf:}
     * @param pin of a device, password of a file; null where there is none
     * @param certificates where the device holds none; may be null
     * @return to be closed
     */
    public static Signer open(String uri, char[] pin, byte[] certificates) {
        Objects.requireNonNull(uri, "uri");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_signer_open(scope.text(uri), scope.secret(pin),
                    scope.bytes(certificates), Scope.length(certificates), scope.out(), scope.error()));
            return new Signer(scope.outHandle());
        }
    }

    // behind a callback

    /**
     * A key that signs digests, wherever it is.
     *
     * @param certificates the signer's first, then its chain
     * @param algorithm null for the usual one of the key; see {@link #algorithm()}
     * @param signer is asked for signatures
     * @return to be closed
     */
    public static Signer external(byte[] certificates, String algorithm, DigestSigner signer) {
        Callbacks.SignFunction function = Objects.requireNonNull(signer, "signer")::sign;
        return external(certificates, algorithm, function, true);
    }

    /**
     * A key that signs messages, wherever it is.
     *
     * @param certificates the signer's first, then its chain
     * @param algorithm null for the usual one of the key; see {@link #algorithm()}
     * @param signer is asked for signatures
     * @return to be closed
     */
    public static Signer externalMessage(byte[] certificates, String algorithm, MessageSigner signer) {
        Callbacks.SignFunction function = Objects.requireNonNull(signer, "signer")::sign;
        return external(certificates, algorithm, function, false);
    }

    private static Signer external(
            byte[] certificates, String algorithm, Callbacks.SignFunction function, boolean byDigest) {
        Objects.requireNonNull(certificates, "certificates");
        try (Scope scope = new Scope()) {
            long chain = scope.bytes(certificates);
            long name = scope.text(algorithm);
            long out = scope.out();
            long error = scope.error();
            long callbacks = scope.callbacks(function, null, byDigest ? "sign" : null, byDigest ? null : "sign");
            scope.check(scope.api.sealcore_signer_external(chain, certificates.length, name, callbacks, out, error));
            return new Signer(scope.outHandle());
        }
    }

    // in a Java provider

    /**
     * A key of the Java Cryptography Architecture: of a key store, a PKCS#11 or a vendor's provider. RSA and EC sign
     * with the usual digest of the key, SM2 needs a provider with {@code SM3withSM2}.
     *
     * @param key need not be extractable
     * @param chain the signer's certificate first
     * @return to be closed
     * @throws GeneralSecurityException when no provider signs with this key
     */
    public static Signer from(PrivateKey key, X509Certificate... chain) throws GeneralSecurityException {
        return from(key, null, chain);
    }

    /**
     * A key of the Java Cryptography Architecture, with the provider that is to sign.
     *
     * @param key need not be extractable
     * @param provider null: the first that takes the key
     * @param chain the signer's certificate first
     * @return to be closed
     * @throws GeneralSecurityException when the provider does not sign with this key
     */
    public static Signer from(PrivateKey key, Provider provider, X509Certificate... chain)
            throws GeneralSecurityException {
        byte[] certificates = Certificates.encode(chain);
        JcaKey adapter = new JcaKey(key, provider, chain[0]);
        return external(certificates, null, adapter::sign, adapter.takesDigests());
    }

    /**
     * A key of a key store, with the provider of the store.
     *
     * @param store is loaded
     * @param alias of the key
     * @param password of the key; may be null
     * @return to be closed
     * @throws GeneralSecurityException when there is no such key, or its provider does not sign with it
     */
    public static Signer from(KeyStore store, String alias, char[] password) throws GeneralSecurityException {
        Object key = store.getKey(alias, password);
        Certificate[] chain = store.getCertificateChain(alias);
        if (!(key instanceof PrivateKey) || chain == null) {
            throw new GeneralSecurityException("no private key with certificates under " + alias);
        }
        X509Certificate[] certificates = Arrays.copyOf(chain, chain.length, X509Certificate[].class);
        Provider provider = store.getProvider();
        // A store of the JDK holds keys that other providers of the JDK sign with.
        return from((PrivateKey) key, JcaKey.signsWith((PrivateKey) key, provider, certificates[0]) ? provider : null,
                certificates);
    }

    // what it is, and signing

    /**
     * How it signs.
     *
     * @return as {@code "SM2-SM3"}, {@code "RSA-SHA-256"}, {@code "ECDSA-SHA-384"}
     */
    public String algorithm() {
        try (Scope scope = new Scope()) {
            return scope.api.text(scope.api.sealcore_signer_algorithm(scope.use(this)));
        }
    }

    /**
     * The length of the longest signature.
     *
     * @return in bytes
     */
    public int maxSignatureLength() {
        try (Scope scope = new Scope()) {
            return Math.toIntExact(scope.api.sealcore_signer_max_signature_len(scope.use(this)));
        }
    }

    /**
     * The signer's certificate. (The JDK's own CertificateFactory does not read every SM2 certificate.)
     *
     * @return DER
     */
    public byte[] certificate() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_signer_certificate(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Signs a digest of {@link #algorithm()}: e = SM3(Z ‖ M) for SM2.
     *
     * @param digest of the right length
     * @return DER for SM2 and EC, as long as the modulus for RSA
     */
    public byte[] signDigest(byte[] digest) {
        Objects.requireNonNull(digest, "digest");
        try (Scope scope = new Scope()) {
            long signer = scope.use(this);
            int room = Math.toIntExact(scope.api.sealcore_signer_max_signature_len(signer));
            scope.check(scope.api.sealcore_signer_sign_digest(signer, scope.bytes(digest), digest.length,
                    scope.room(room), scope.roomLength(), scope.error()));
            return scope.outRoom();
        }
    }
}
