package org.sealcore;

import java.util.Objects;

/** Time-stamp requests and replies, RFC 3161. {@link Verifier#verifyTimeStamp} judges what is stamped. */
public final class TimeStamps {
    private static final int CERTIFICATES = 1;
    private static final int NONCE = 2;

    private TimeStamps() {
    }

    /**
     * A request with a nonce, for a reply with certificates.
     *
     * @param digestAlgorithm as {@code "sm3"}, {@code "sha256"}
     * @param digest what is to be stamped
     * @return DER
     */
    public static byte[] request(String digestAlgorithm, byte[] digest) {
        return request(digestAlgorithm, digest, null, true, true);
    }

    /**
     * A request.
     *
     * @param digestAlgorithm as {@code "sm3"}, {@code "sha256"}
     * @param digest what is to be stamped
     * @param policy an OID; null leaves it to the authority
     * @param certificates whether the reply is to hold the authority's certificate
     * @param nonce whether a random number ties the reply to this request
     * @return DER
     */
    public static byte[] request(
            String digestAlgorithm, byte[] digest, String policy, boolean certificates, boolean nonce) {
        Objects.requireNonNull(digestAlgorithm, "digestAlgorithm");
        Objects.requireNonNull(digest, "digest");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_timestamp_request(
                    scope.text(digestAlgorithm), scope.bytes(digest), digest.length, scope.text(policy),
                    (certificates ? CERTIFICATES : 0) | (nonce ? NONCE : 0), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Takes the token out of a reply.
     *
     * @param reply of an authority
     * @param request that it must fit; null for none
     * @return DER
     * @throws SealcoreException {@link Status#AUTHORITY} with the reason when the authority refused
     */
    public static byte[] token(byte[] reply, byte[] request) {
        Objects.requireNonNull(reply, "reply");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_timestamp_token(scope.bytes(reply), reply.length,
                    scope.bytes(request), Scope.length(request), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }
}
