package org.sealcore;

import java.util.Objects;

/** A private key as such, for making keys and certificates. What signs is a {@link Signer}. */
public final class Key extends NativeObject {
    private Key(long address) {
        super(address, NativeLoader.api()::sealcore_key_free);
    }

    /**
     * Makes a key.
     *
     * @param algorithm {@code "sm2"}, {@code "p256"}, {@code "p384"}, {@code "p521"}, {@code "rsa-2048"},
     * {@code "rsa-3072"}, {@code "rsa-4096"}
     * @return to be closed
     */
    public static Key generate(String algorithm) {
        Objects.requireNonNull(algorithm, "algorithm");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_key_generate(scope.text(algorithm), scope.out(), scope.error()));
            return new Key(scope.outHandle());
        }
    }

    /**
     * Reads a key.
     *
     * @param bytes PKCS#12, PKCS#8 or SEC 1, PEM or DER
     * @param password of the key; null where it has none
     * @return to be closed
     */
    public static Key load(byte[] bytes, char[] password) {
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_key_load(
                    scope.secret(bytes), bytes.length, scope.secret(password), scope.out(), scope.error()));
            return new Key(scope.outHandle());
        }
    }

    /**
     * A key where it is: to ask for a certificate, and to sign its own. A key in a device is not written.
     *
     * @param uri path of a key file, or {@code file:}, {@code pkcs11:}, {@code sdf:}, {@code skf:} URI
     * @param pin of the device, or password of the file; null where there is none
     * @return to be closed
     */
    public static Key open(String uri, char[] pin) {
        Objects.requireNonNull(uri, "uri");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_key_open(scope.text(uri), scope.secret(pin), scope.out(), scope.error()));
            return new Key(scope.outHandle());
        }
    }

    /**
     * The key as PKCS#8.
     *
     * @param password encrypts it; null leaves it readable for all
     * @return PEM; to be overwritten after use
     */
    public byte[] toPkcs8(char[] password) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_key_pkcs8(
                    scope.use(this), scope.secret(password), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Key and certificates as PKCS#12.
     *
     * @param certificates PEM, DER or P7B: the key's own first
     * @param name of the entry; may be null
     * @param password encrypts it
     * @return a .p12 file
     */
    public byte[] toPkcs12(byte[] certificates, String name, char[] password) {
        Objects.requireNonNull(certificates, "certificates");
        Objects.requireNonNull(password, "password");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_key_pkcs12(scope.use(this), scope.bytes(certificates), certificates.length,
                    scope.text(name), scope.secret(password), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }
}
