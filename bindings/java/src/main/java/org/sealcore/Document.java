package org.sealcore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * An OFD or PDF document, or a bare seal, told apart by its content. It never changes: what signs it gives a new
 * document.
 *
 * <p>Parameters named {@code password} open an encrypted PDF and may be null; {@code monitor} may be null everywhere.
 * What goes to a path is there whole or not at all.
 */
public final class Document extends NativeObject {
    private Document(long address) {
        super(address, NativeLoader.api()::sealcore_document_free);
    }

    // opening

    /**
     * Opens a file, which stays open and must not change while the document is.
     *
     * @param path of the file
     * @return to be closed
     */
    public static Document open(Path path) {
        return open(path, null);
    }

    /**
     * Opens a file that may be encrypted.
     *
     * @param path of the file
     * @param password of the document
     * @return to be closed
     */
    public static Document open(Path path, char[] password) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_document_open_path(
                    scope.text(path.toString()), scope.secret(password), scope.out(), scope.error()));
            return new Document(scope.outHandle());
        }
    }

    /**
     * Opens a document in memory.
     *
     * @param bytes of the document
     * @return to be closed
     */
    public static Document open(byte[] bytes) {
        return open(bytes, null);
    }

    /**
     * Opens a document in memory that may be encrypted.
     *
     * @param bytes of the document
     * @param password of the document
     * @return to be closed
     */
    public static Document open(byte[] bytes, char[] password) {
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_document_open_bytes(
                    scope.bytes(bytes), bytes.length, scope.secret(password), scope.out(), scope.error()));
            return new Document(scope.outHandle());
        }
    }

    /**
     * Reads a stream to its end, into memory, and opens what it held. The stream is left open.
     *
     * @param in of the document
     * @return to be closed
     * @throws IOException when reading fails
     */
    public static Document open(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            all.write(chunk, 0, count);
        }
        return open(all.toByteArray());
    }

    /**
     * Opens what a channel gives. The channel is used until the document is closed, and is not closed with it.
     *
     * @param channel a FileChannel, or another that can seek
     * @return to be closed
     * @throws IOException when the size cannot be had
     */
    public static Document open(SeekableByteChannel channel) throws IOException {
        return open(Source.of(channel), null);
    }

    /**
     * Opens what a source gives, piece by piece.
     *
     * @param source is used until the document is closed
     * @param password of the document
     * @return to be closed
     * @throws IOException when the length cannot be had
     */
    public static Document open(Source source, char[] password) throws IOException {
        long length = source.length();
        try (Scope scope = new Scope()) {
            long secret = scope.secret(password);
            long out = scope.out();
            long error = scope.error();
            scope.check(scope.api.sealcore_document_open_source(
                    scope.callbacks(source, length, "readAt"), secret, out, error));
            return new Document(scope.outHandle());
        }
    }

    // looking

    /**
     * What it is.
     *
     * @return by content
     */
    public DocumentFormat format() {
        try (Scope scope = new Scope()) {
            return DocumentFormat.of(scope.api.sealcore_document_format(scope.use(this)));
        }
    }

    /**
     * What is in it, without judgement.
     *
     * @param risks whether what a signer should know before signing is looked for, too
     * @return a JSON object
     */
    public String inspect(boolean risks) {
        return inspect(risks, Sealcore.language());
    }

    /**
     * What is in it, without judgement.
     *
     * @param risks whether what a signer should know before signing is looked for, too
     * @param language of the messages
     * @return a JSON object
     */
    public String inspect(boolean risks, Language language) {
        return inspect(risks, language, null, null);
    }

    /**
     * What is in it, without judgement.
     *
     * @param risks whether what a signer should know before signing is looked for, too
     * @param language of the messages
     * @param verifier whose limits count; null for the usual ones
     * @param monitor follows the work; null for none
     * @return a JSON object
     */
    public String inspect(boolean risks, Language language, Verifier verifier, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_document_inspect(
                    scope.use(this),
                    risks ? 1 : 0,
                    language.code(),
                    scope.useNullable(verifier),
                    scope.useNullable(monitor),
                    scope.out(),
                    scope.error()));
            return scope.outText();
        }
    }

    // signing

    /**
     * Seals or signs.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @return the signed document
     */
    public byte[] sign(SignRequest request, Signer signer) {
        return sign(request, signer, (Monitor) null);
    }

    /**
     * Seals or signs.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @param monitor follows the work
     * @return the signed document
     */
    public byte[] sign(SignRequest request, Signer signer, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_sign(scope.use(this), request.create(scope), scope.use(signer),
                    scope.useNullable(monitor), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * Seals or signs, to a file.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @param path of the signed document; replaced if it is there
     */
    public void sign(SignRequest request, Signer signer, Path path) {
        sign(request, signer, path, null);
    }

    /**
     * Seals or signs, to a file.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @param path of the signed document; replaced if it is there
     * @param monitor follows the work
     */
    public void sign(SignRequest request, Signer signer, Path path, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_sign_to_path(scope.use(this), request.create(scope), scope.use(signer),
                    scope.useNullable(monitor), scope.text(path.toString()), scope.error()));
        }
    }

    /**
     * Seals or signs, to a stream. It is neither flushed nor closed; after a failure it may hold part of a document.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @param out takes the signed document; what it throws is the cause of the exception
     */
    public void sign(SignRequest request, Signer signer, OutputStream out) {
        sign(request, signer, out, null);
    }

    /**
     * Seals or signs, to a stream. It is neither flushed nor closed; after a failure it may hold part of a document.
     *
     * @param request what is to be done
     * @param signer holds the key
     * @param out takes the signed document; what it throws is the cause of the exception
     * @param monitor follows the work
     */
    public void sign(SignRequest request, Signer signer, OutputStream out, Monitor monitor) {
        Objects.requireNonNull(out, "out");
        try (Scope scope = new Scope()) {
            long document = scope.use(this);
            long wanted = request.create(scope);
            long key = scope.use(signer);
            long watch = scope.useNullable(monitor);
            long error = scope.error();
            scope.check(scope.api.sealcore_sign_to_sink(document, wanted, key, watch, sink(scope, out), error));
        }
    }

    /**
     * Seals or signs a PDF file by appending to it.
     *
     * @param path of the file
     * @param password of the document
     * @param request what is to be done
     * @param signer holds the key
     * @param monitor follows the work
     */
    public static void signInPlace(Path path, char[] password, SignRequest request, Signer signer, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_sign_in_place(scope.text(path.toString()), scope.secret(password),
                    request.create(scope), scope.use(signer), scope.useNullable(monitor), scope.error()));
        }
    }

    /**
     * Gives an OFD an integrity record, GM/T 0099.
     *
     * @param signer holds the key
     * @param time of the record
     * @return the document with the record
     */
    public byte[] addIntegrityRecord(Signer signer, Instant time) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_add_integrity_record(
                    scope.use(this), scope.use(signer), time.getEpochSecond(), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * The first phase of signing where the key is elsewhere; see {@link Session}.
     *
     * @param request what is to be done, with the signer's certificates
     * @return to be closed
     */
    public Session prepare(SignRequest request) {
        return prepare(request, null);
    }

    /**
     * The first phase of signing where the key is elsewhere; see {@link Session}.
     *
     * @param request what is to be done, with the signer's certificates
     * @param monitor follows the work
     * @return to be closed
     */
    public Session prepare(SignRequest request, Monitor monitor) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_prepare(scope.use(this), request.create(scope),
                    scope.useNullable(monitor), scope.out(), scope.error()));
            return new Session(scope.outHandle());
        }
    }

    /** The last argument to be made, as {@link Scope#callbacks} says. */
    static long sink(Scope scope, OutputStream out) {
        Callbacks.WriteFunction write = (bytes, length) -> out.write(bytes, 0, length);
        return scope.callbacks(write, null, "write");
    }
}
