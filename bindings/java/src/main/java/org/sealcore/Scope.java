package org.sealcore;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * One call of the library: the arguments in native memory, the places for what comes back, the handles in use. Closing
 * it frees and releases all of them, and wipes what is secret.
 */
final class Scope implements AutoCloseable {
    private static final int ERROR = 0;
    private static final int OUT = 8;
    private static final int LENGTH = 16;
    private static final int NUMBER = 24;
    private static final int PLACES = 32;

    final NativeApi api = NativeLoader.api();
    private final long places = api.allocate(PLACES);
    /** What is to be done at the end, in any order. */
    private final List<Runnable> endings = new ArrayList<>();
    private long room;

    Scope() {
        api.fill(places, PLACES, (byte) 0);
    }

    // arguments

    /** The handle of an object, kept from being freed while this scope is open. */
    long use(NativeObject object) {
        Handle handle = object.handle;
        long address = handle.acquire();
        endings.add(handle::release);
        return address;
    }

    long useNullable(NativeObject object) {
        return object == null ? 0 : use(object);
    }

    /** A handle that ends with this scope. */
    long own(long address, LongConsumer free) {
        endings.add(() -> free.accept(address));
        return address;
    }

    /** A copy of the bytes; 0 for null and for none, which the ABI takes as (NULL, 0). */
    long bytes(byte[] bytes) {
        if (length(bytes) == 0) {
            return 0;
        }
        long address = memory(bytes.length);
        api.write(address, bytes, 0, bytes.length);
        return address;
    }

    static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** NUL-terminated UTF-8; 0 for null. */
    long text(String text) {
        return text == null ? 0 : terminated(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #text}, wiped at the end. The caller's array stays as it is. */
    long secret(char[] secret) {
        if (secret == null) {
            return 0;
        }
        ByteBuffer encoded;
        try {
            encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(secret));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a password that is no Unicode text");
        }
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
        Arrays.fill(encoded.array(), (byte) 0);
        try {
            long address = terminated(bytes);
            wipe(address, bytes.length);
            return address;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** As {@link #bytes}, wiped at the end. The caller's array stays as it is. */
    long secret(byte[] secret) {
        long address = bytes(secret);
        if (address != 0) {
            wipe(address, secret.length);
        }
        return address;
    }

    long memory(long size) {
        long address = api.allocate(size);
        endings.add(() -> api.free(address));
        return address;
    }

    /**
     * A structure of callbacks: its size, the length where the structure has one, the functions (null: none), drop,
     * user. To be the last argument that is made: from then on {@code target} is held until the library drops it.
     */
    long callbacks(Object target, Long length, String... functions) {
        int size = 8 + (length == null ? 0 : 8) + 8 * functions.length + 16;
        long address = memory(size);
        api.fill(address, size, (byte) 0);
        api.putInt(address, size);
        long at = address + 8;
        if (length != null) {
            api.putLong(at, length);
            at += 8;
        }
        for (String function : functions) {
            api.putLong(at, function == null ? 0 : api.callback(function));
            at += 8;
        }
        api.putLong(at, api.callback("drop"));
        api.putLong(at + 8, Callbacks.hold(target));
        return address;
    }

    // places for what comes back

    long error() {
        return places + ERROR;
    }

    long out() {
        return places + OUT;
    }

    long number() {
        return places + NUMBER;
    }

    /** Room for a bounded result, whose length goes through {@link #roomLength}. */
    long room(int capacity) {
        room = memory(capacity);
        api.putLong(places + LENGTH, capacity);
        return room;
    }

    long roomLength() {
        return places + LENGTH;
    }

    // results

    /** Throws what the status and the error say; what a callback threw is the cause. */
    void check(int status) {
        Throwable thrown = Callbacks.takeFailure();
        if (status != Status.OK.code()) {
            long error = api.getLong(error());
            api.putLong(error(), 0);
            throw SealcoreException.take(api, status, error, thrown);
        }
    }

    long outHandle() {
        return api.getLong(out());
    }

    int outNumber() {
        return api.getInt(number());
    }

    byte[] outRoom() {
        byte[] bytes = new byte[(int) api.getLong(roomLength())];
        api.read(room, bytes, 0, bytes.length);
        return bytes;
    }

    /** The bytes of the buffer that came out; it is freed. */
    byte[] outBytes() {
        long buffer = outHandle();
        try {
            long length = api.sealcore_buffer_len(buffer);
            // Some virtual machines have no arrays of the very largest sizes.
            if (length > Integer.MAX_VALUE - 8) {
                throw new OutOfMemoryError("the result has " + length + " bytes: write it to a path or a stream");
            }
            byte[] bytes = new byte[(int) length];
            api.read(api.sealcore_buffer_data(buffer), bytes, 0, bytes.length);
            return bytes;
        } finally {
            api.sealcore_buffer_free(buffer);
        }
    }

    String outText() {
        return new String(outBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        for (Runnable ending : endings) {
            ending.run();
        }
        api.free(places);
    }

    private void wipe(long address, long length) {
        // Before the ending that frees it.
        endings.add(0, () -> api.fill(address, length, (byte) 0));
    }

    private long terminated(byte[] text) {
        for (byte b : text) {
            if (b == 0) {
                throw new IllegalArgumentException("a text with a NUL character");
            }
        }
        long address = memory(text.length + 1L);
        api.write(address, text, 0, text.length);
        api.fill(address + text.length, 1, (byte) 0);
        return address;
    }
}
