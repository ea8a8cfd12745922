package org.sealcore;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Objects;

/** Certificates, requests and revocation lists: made, read, and brought over from Java's own classes. */
public final class Certificates {
    private Certificates() {
    }

    /**
     * Java's certificates as the methods of this package take them.
     *
     * @param certificates at least one, the signer's first
     * @return PEM
     */
    public static byte[] encode(X509Certificate... certificates) {
        if (certificates.length == 0) {
            throw new IllegalArgumentException("no certificate");
        }
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException(e);
            }
        }
        return pem.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Asks for a certificate, PKCS#10.
     *
     * @param key whose certificate it will be
     * @param subject RFC 4514, as {@code "CN=Unit,O=Organisation,C=CN"}
     * @return PEM
     */
    public static byte[] request(Key key, String subject) {
        Objects.requireNonNull(subject, "subject");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_certificate_request(
                    scope.use(key), scope.text(subject), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Issues a certificate that the key signs itself.
     *
     * @param key of the subject
     * @param template what it says
     * @return PEM
     */
    public static byte[] selfSigned(Key key, CertificateTemplate template) {
        return issue(null, Objects.requireNonNull(key, "key"), null, template);
    }

    /**
     * Issues a certificate for a key.
     *
     * @param issuer holds the authority's key
     * @param key of the subject
     * @param template what it says
     * @return PEM
     */
    public static byte[] issue(Signer issuer, Key key, CertificateTemplate template) {
        Objects.requireNonNull(issuer, "issuer");
        return issue(issuer, Objects.requireNonNull(key, "key"), null, template);
    }

    /**
     * Issues a certificate for a request, whose own signature must hold.
     *
     * @param issuer holds the authority's key
     * @param request PKCS#10, PEM or DER
     * @param template what it says
     * @return PEM
     */
    public static byte[] issue(Signer issuer, byte[] request, CertificateTemplate template) {
        Objects.requireNonNull(issuer, "issuer");
        return issue(issuer, null, Objects.requireNonNull(request, "request"), template);
    }

    private static byte[] issue(Signer issuer, Key key, byte[] request, CertificateTemplate template) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_certificate_issue(scope.useNullable(issuer), scope.useNullable(key),
                    scope.bytes(request), Scope.length(request), scope.text(template.json()), scope.out(),
                    scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Issues a revocation list.
     *
     * @param issuer holds the authority's key
     * @param json {@code {"this_update", "next_update", "number", "revoked": [{"serial", "at", "reason"}]}}, all of it
     *     optional; times are Unix seconds or RFC 3339, serial numbers hexadecimal, reasons those of RFC 5280, 5.3.1
     * @return PEM
     */
    public static byte[] crl(Signer issuer, String json) {
        Objects.requireNonNull(json, "json");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_crl_issue(
                    scope.use(issuer), scope.text(json), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * What a certificate, request or revocation list says, without judgement.
     *
     * @param bytes PEM or DER
     * @return JSON
     */
    public static String inspect(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_certificate_inspect(
                    scope.bytes(bytes), bytes.length, scope.out(), scope.error()));
            return scope.outText();
        }
    }
}
