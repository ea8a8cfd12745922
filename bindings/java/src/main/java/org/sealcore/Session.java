package org.sealcore;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A signature that lacks nothing but its value: for keys in a token, a cipher machine, a remote service. It can be
 * saved as bytes and completed elsewhere, with the same document; docs/sessions.md says what it holds and how to keep
 * it.
 *
 * <p>Values are DER or r ‖ s for SM2 and EC, as long as the modulus for RSA. They are verified before they are
 * embedded.
 */
public final class Session extends NativeObject {
    /** More than any digest has. */
    static final int DIGEST_ROOM = 64;

    Session(long address) {
        super(address, NativeLoader.api()::sealcore_session_free);
    }

    /**
     * Takes up what {@link #save} gave.
     *
     * @param bytes from storage that only the application can write
     * @return to be closed
     */
    public static Session load(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_load(scope.bytes(bytes), bytes.length, scope.out(), scope.error()));
            return new Session(scope.outHandle());
        }
    }

    /**
     * The session as bytes. It holds no secret, but it decides what is signed.
     *
     * @return for {@link #load}
     */
    public byte[] save() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_save(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * How the value is to be formed.
     *
     * @return as {@code "SM2-SM3"}
     */
    public String algorithm() {
        try (Scope scope = new Scope()) {
            return scope.api.text(scope.api.sealcore_session_algorithm(scope.use(this)));
        }
    }

    /**
     * What is to be signed, digested: for SM2 e = SM3(Z ‖ M).
     *
     * @return for a device that signs digests
     */
    public byte[] digest() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_digest(
                    scope.use(this), scope.room(DIGEST_ROOM), scope.roomLength(), scope.error()));
            return scope.outRoom();
        }
    }

    /**
     * What is to be signed, for who digests by himself; for SM2 with Z of the identity 1234567812345678.
     *
     * @return the message
     */
    public byte[] message() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_message(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    // time stamps

    /**
     * What is to be asked of a time-stamp authority, once there is a value. A PDF must have been prepared with room for
     * the stamp: {@link SignRequest#reserve}. Seals of GM/T 0031-2014 take no stamp.
     *
     * @param signature the value
     * @return a request, RFC 3161
     */
    public byte[] timeStampRequest(byte[] signature) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_time_stamp_request(
                    scope.use(this), scope.bytes(signature), signature.length, scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Takes the authority's answer. Not while another thread uses this session: {@link Status#BUSY}.
     *
     * @param signature the value that was stamped
     * @param reply a reply, or a bare token; it is checked
     */
    public void addTimeStamp(byte[] signature, byte[] reply) {
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(reply, "reply");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_add_time_stamp(scope.use(this), scope.bytes(signature),
                    signature.length, scope.bytes(reply), reply.length, scope.error()));
        }
    }

    // the second phase

    /**
     * Completes the document.
     *
     * @param document the one that was prepared
     * @param signature the value
     * @return the signed document
     */
    public byte[] complete(Document document, byte[] signature) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_complete(scope.use(this), scope.use(document),
                    scope.bytes(signature), signature.length, scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Completes the document, to a file.
     *
     * @param document the one that was prepared
     * @param signature the value
     * @param path of the signed document; there whole or not at all
     */
    public void complete(Document document, byte[] signature, Path path) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_complete_to_path(scope.use(this), scope.use(document),
                    scope.bytes(signature), signature.length, scope.text(path.toString()), scope.error()));
        }
    }

    /**
     * Completes the document, to a stream. It is neither flushed nor closed; after a failure it may hold part of a
     * document.
     *
     * @param document the one that was prepared
     * @param signature the value
     * @param out takes the signed document; what it throws is the cause of the exception
     */
    public void complete(Document document, byte[] signature, OutputStream out) {
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(out, "out");
        try (Scope scope = new Scope()) {
            long session = scope.use(this);
            long of = scope.use(document);
            long value = scope.bytes(signature);
            long error = scope.error();
            scope.check(scope.api.sealcore_session_complete_to_sink(
                    session, of, value, signature.length, Document.sink(scope, out), error));
        }
    }

    /**
     * Completes a PDF in its file, by appending.
     *
     * @param path of the document that was prepared
     * @param signature the value
     */
    public void append(Path path, byte[] signature) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_append(scope.use(this), scope.text(path.toString()),
                    scope.bytes(signature), signature.length, scope.error()));
        }
    }

    /**
     * What is to be appended to a PDF, for storage that can append.
     *
     * @param signature the value
     * @return the bytes behind the document
     */
    public byte[] tail(byte[] signature) {
        Objects.requireNonNull(signature, "signature");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_session_tail(
                    scope.use(this), scope.bytes(signature), signature.length, scope.out(), scope.error()));
            return scope.outBytes();
        }
    }
}
