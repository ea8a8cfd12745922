package org.sealcore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A time-stamp authority: one in this process, or one that is asked over whatever network there is. */
public final class Authority extends NativeObject {
    /** Asks an authority elsewhere; the transport is the application's, as HTTP with application/timestamp-query. */
    @FunctionalInterface
    public interface Client {
        /**
         * Sends a request and waits for the reply. What it throws is the cause of the exception that the call in
         * progress throws.
         *
         * @param request DER, RFC 3161
         * @return the reply, DER; at most 64 KiB; null and nothing count as a failure
         * @throws Exception when there is no reply
         */
        byte[] respond(byte[] request) throws Exception;
    }

    private Authority(long address) {
        super(address, NativeLoader.api()::sealcore_authority_free);
    }

    /**
     * An authority in this process.
     *
     * @param signer holds its key; the certificate must be one for time stamps
     * @param options at least the policy
     * @return to be closed
     */
    public static Authority local(Signer signer, Options options) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_authority_local(
                    scope.use(signer), scope.text(options.json()), scope.out(), scope.error()));
            return new Authority(scope.outHandle());
        }
    }

    /**
     * An authority elsewhere. Its replies are checked before they are used.
     *
     * @param client brings the requests there, on the thread that signs
     * @return to be closed
     */
    public static Authority external(Client client) {
        Callbacks.RespondFunction function = Objects.requireNonNull(client, "client")::respond;
        try (Scope scope = new Scope()) {
            long out = scope.out();
            long error = scope.error();
            scope.check(scope.api.sealcore_authority_external(scope.callbacks(function, null, "respond"), out, error));
            return new Authority(scope.outHandle());
        }
    }

    /**
     * Answers a request. A local authority refuses by a reply that says so, not by an exception.
     *
     * @param request DER, RFC 3161
     * @return the reply, DER
     */
    public byte[] respond(byte[] request) {
        Objects.requireNonNull(request, "request");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_authority_respond(
                    scope.use(this), scope.bytes(request), request.length, scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /** What a local authority is to be. */
    public static final class Options {
        private final String policy;
        private final List<String> otherPolicies = new ArrayList<>();
        private Integer accuracyMillis;
        private Boolean ordering;
        private String serials;
        private Boolean stateName;

        /**
         * An authority with the usual accuracy and random serial numbers.
         *
         * @param policy the OID that is stated where none is asked for
         */
        public Options(String policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
        }

        /**
         * Policies that may be asked for.
         *
         * @param policies OIDs
         * @return this
         */
        public Options otherPolicies(String... policies) {
            for (String other : policies) {
                otherPolicies.add(Objects.requireNonNull(other, "policies"));
            }
            return this;
        }

        /**
         * What stamps promise of the system's clock: by how much it may be off.
         *
         * @param millis 1 to 3600000 milliseconds
         * @return this
         */
        public Options accuracyMillis(int millis) {
            accuracyMillis = millis;
            return this;
        }

        /**
         * Whether every time is later than the one before.
         *
         * @param ordered false is the default
         * @return this
         */
        public Options ordering(boolean ordered) {
            ordering = ordered;
            return this;
        }

        /**
         * Counts serial numbers in a file, in place of random ones, over restarts. One process at a time may use it.
         *
         * @param file holds one decimal number and a line feed, 1 for a new authority; it must be there
         * @return this
         */
        public Options serials(Path file) {
            serials = file.toString();
            return this;
        }

        /**
         * Whether stamps name the authority.
         *
         * @param stated false is the default
         * @return this
         */
        public Options stateName(boolean stated) {
            stateName = stated;
            return this;
        }

        private String json() {
            return new Json()
                    .put("policy", policy)
                    .put("other_policies", otherPolicies.isEmpty() ? null : otherPolicies)
                    .put("accuracy_ms", accuracyMillis)
                    .put("ordering", ordering)
                    .put("serials", serials)
                    .put("state_name", stateName)
                    .toString();
        }
    }
}
