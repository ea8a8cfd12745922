package org.sealcore;

import java.util.Objects;

/** A seal that lacks nothing but its maker's signature. */
public final class SealSession extends NativeObject {
    SealSession(long address) {
        super(address, NativeLoader.api()::sealcore_seal_session_free);
    }

    /**
     * What the maker signs, digested: e = SM3(Z ‖ M).
     *
     * @return for a device that signs digests
     */
    public byte[] digest() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_session_digest(
                    scope.use(this), scope.room(Session.DIGEST_ROOM), scope.roomLength(), scope.error()));
            return scope.outRoom();
        }
    }

    /**
     * What the maker signs, for who digests by himself, with Z of the identity 1234567812345678.
     *
     * @return the message
     */
    public byte[] message() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_session_message(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Completes the seal.
     *
     * @param signature DER or r ‖ s; it is verified
     * @return to be closed
     */
    public Seal complete(byte[] signature) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_session_complete(
                    scope.use(this), scope.bytes(signature), signature.length, scope.out(), scope.error()));
            return new Seal(scope.outHandle());
        }
    }
}
