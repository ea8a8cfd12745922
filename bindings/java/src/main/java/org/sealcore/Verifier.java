package org.sealcore;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Judges documents, seals and time stamps under a trust that was given to it. Make one and keep it: reading the trust
 * is the dear part.
 */
public final class Verifier extends NativeObject {
    private Verifier(long address) {
        super(address, NativeLoader.api()::sealcore_verifier_free);
    }

    /**
     * Starts a verifier.
     *
     * @return with nothing trusted yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Judges a document.
     *
     * @param document or bare seal
     * @return to be closed
     */
    public Report verify(Document document) {
        return verify(document, null);
    }

    /**
     * Judges a document.
     *
     * @param document or bare seal
     * @param monitor follows the work; null for none
     * @return to be closed
     */
    public Report verify(Document document, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_verify(scope.use(this), scope.use(document), scope.useNullable(monitor),
                    scope.number(), scope.out(), scope.error()));
            return new Report(scope.outHandle(), Verdict.of(scope.outNumber()));
        }
    }

    /**
     * Opens and judges a file.
     *
     * @param path of the document or bare seal
     * @return to be closed
     */
    public Report verify(Path path) {
        try (Document document = Document.open(path)) {
            return verify(document);
        }
    }

    /**
     * Judges a time stamp by itself. With neither data nor request the verdict is {@link Verdict#INDETERMINATE} at
     * best.
     *
     * @param token RFC 3161; not a whole reply, see {@link TimeStamps#token}
     * @param data what was stamped; may be null
     * @param request what was asked; may be null
     * @return to be closed
     */
    public Report verifyTimeStamp(byte[] token, byte[] data, byte[] request) {
        return verifyTimeStamp(token, data, request, null);
    }

    /**
     * Judges a time stamp by itself, as {@link #verifyTimeStamp(byte[], byte[], byte[])}.
     *
     * @param token RFC 3161; not a whole reply, see {@link TimeStamps#token}
     * @param data what was stamped; may be null
     * @param request what was asked; may be null
     * @param monitor follows the work; null for none
     * @return to be closed
     */
    public Report verifyTimeStamp(byte[] token, byte[] data, byte[] request, Monitor monitor) {
        Objects.requireNonNull(token, "token");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_timestamp_verify(
                    scope.use(this),
                    scope.bytes(token),
                    token.length,
                    // No bytes at all are something that can be stamped.
                    data != null && data.length == 0 ? scope.memory(1) : scope.bytes(data),
                    Scope.length(data),
                    scope.bytes(request),
                    Scope.length(request),
                    scope.useNullable(monitor),
                    scope.number(),
                    scope.out(),
                    scope.error()));
            return new Report(scope.outHandle(), Verdict.of(scope.outNumber()));
        }
    }

    /** What a verifier is to be. Errors, as a file that is not there, come from {@link #build}. */
    public static final class Builder {
        private final List<Step> steps = new ArrayList<>();

        private Builder() {
        }

        /**
         * Trusts certificates: for signers, time-stamp authorities, and seal makers unless these have their own.
         * Revocation lists among them count, too.
         *
         * @param path a file (PEM, DER, P7B), or a folder of such files
         * @return this
         */
        public Builder trust(Path path) {
            String text = path.toString();
            return step((api, scope, it) -> api.sealcore_verifier_add_trust_path(it, scope.text(text), scope.error()));
        }

        /**
         * Trusts certificates: for signers, time-stamp authorities, and seal makers unless these have their own.
         *
         * @param bytes PEM, DER, P7B
         * @return this
         */
        public Builder trust(byte[] bytes) {
            byte[] copy = bytes.clone();
            return step((api, scope, it) ->
                    api.sealcore_verifier_add_trust(it, scope.bytes(copy), copy.length, scope.error()));
        }

        /**
         * Trusts certificates: for signers, time-stamp authorities, and seal makers unless these have their own.
         *
         * @param certificates as Java has them
         * @return this
         */
        public Builder trust(X509Certificate... certificates) {
            return trust(Certificates.encode(certificates));
        }

        /**
         * Trusts certificates for seal makers alone. Once there is one, makers are judged by these and no others.
         *
         * @param path a file (PEM, DER, P7B), or a folder of such files
         * @return this
         */
        public Builder makerTrust(Path path) {
            String text = path.toString();
            return step((api, scope, it) ->
                    api.sealcore_verifier_add_maker_trust_path(it, scope.text(text), scope.error()));
        }

        /**
         * Trusts certificates for seal makers alone.
         *
         * @param bytes PEM, DER, P7B
         * @return this
         */
        public Builder makerTrust(byte[] bytes) {
            byte[] copy = bytes.clone();
            return step((api, scope, it) ->
                    api.sealcore_verifier_add_maker_trust(it, scope.bytes(copy), copy.length, scope.error()));
        }

        /**
         * Adds revocation lists.
         *
         * @param path a file, or a folder
         * @return this
         */
        public Builder crl(Path path) {
            String text = path.toString();
            return step((api, scope, it) -> api.sealcore_verifier_add_crl_path(it, scope.text(text), scope.error()));
        }

        /**
         * Adds revocation lists.
         *
         * @param bytes PEM or DER
         * @return this
         */
        public Builder crl(byte[] bytes) {
            byte[] copy = bytes.clone();
            return step((api, scope, it) ->
                    api.sealcore_verifier_add_crl(it, scope.bytes(copy), copy.length, scope.error()));
        }

        /**
         * Names the policy that draws the verdicts.
         *
         * @param policy {@code "seal"}, the default, {@code "pades"}, {@code "pades-p1-strict"}
         * @return this
         */
        public Builder policy(String policy) {
            Objects.requireNonNull(policy, "policy");
            return step((api, scope, it) -> api.sealcore_verifier_set_policy(it, scope.text(policy), scope.error()));
        }

        /**
         * Sets the moment at which revocation and bare seals are judged.
         *
         * @param time the default is now, at each verification
         * @return this
         */
        public Builder time(Instant time) {
            long seconds = time.getEpochSecond();
            return step((api, scope, it) -> api.sealcore_verifier_set_time(it, seconds, scope.error()));
        }

        /**
         * Bounds what one document may cost. {@link Sealcore#describe()} lists the limits.
         *
         * @param limit as {@code "entries"}, {@code "inflated_bytes"}, {@code "pages"}
         * @param value the bound
         * @return this
         */
        public Builder limit(String limit, long value) {
            Objects.requireNonNull(limit, "limit");
            return step((api, scope, it) ->
                    api.sealcore_verifier_set_limit(it, scope.text(limit), value, scope.error()));
        }

        /**
         * Makes the verifier.
         *
         * @return to be closed
         */
        public Verifier build() {
            try (Scope scope = new Scope()) {
                scope.check(scope.api.sealcore_verifier_new(scope.out(), scope.error()));
                Verifier verifier = new Verifier(scope.outHandle());
                try {
                    Step.applyAll(steps, scope, scope.use(verifier));
                    return verifier;
                } catch (RuntimeException e) {
                    verifier.close();
                    throw e;
                }
            }
        }

        private Builder step(Step step) {
            steps.add(step);
            return this;
        }
    }
}
