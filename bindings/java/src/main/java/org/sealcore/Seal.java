package org.sealcore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** An electronic seal: who may use it, its picture, its validity, signed by its maker. It holds no key. */
public final class Seal extends NativeObject {
    Seal(long address) {
        super(address, NativeLoader.api()::sealcore_seal_free);
    }

    /**
     * Reads a seal.
     *
     * @param bytes of an .esl file
     * @return to be closed
     */
    public static Seal load(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_load(scope.bytes(bytes), bytes.length, scope.out(), scope.error()));
            return new Seal(scope.outHandle());
        }
    }

    /**
     * Reads a seal from a file.
     *
     * @param path of an .esl file
     * @return to be closed
     * @throws IOException when the file cannot be read
     */
    public static Seal load(Path path) throws IOException {
        return load(Files.readAllBytes(path));
    }

    /**
     * The seal as it is stored.
     *
     * @return DER, for an .esl file
     */
    public byte[] save() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_save(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }

    /**
     * What it says, without judgement.
     *
     * @return a JSON object
     */
    public String inspect() {
        return inspect(Sealcore.language());
    }

    /**
     * What it says, without judgement.
     *
     * @param language of the messages
     * @return a JSON object
     */
    public String inspect(Language language) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_inspect(
                    scope.use(this), language.code(), scope.out(), scope.error()));
            return scope.outText();
        }
    }

    /**
     * Its picture, as the maker put it in.
     *
     * @return of the kind that {@link #inspect} names
     */
    public byte[] picture() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_picture(scope.use(this), scope.out(), scope.error()));
            return scope.outBytes();
        }
    }
}
