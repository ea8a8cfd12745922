package org.sealcore;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the library calls. There is one C function for each kind of callback, made once; {@code user} says whose turn it
 * is. So no function pointer ever dangles, whatever the garbage collector does.
 *
 * <p>Nothing that is thrown crosses into native code: it is kept for the thread, and becomes the cause of the exception
 * that the call under way throws. The library calls back on the thread that called it.
 */
final class Callbacks {
    private static final int FAILED = 0;
    private static final int OK = 1;
    private static final int CANCEL = 2;
    private static final int CHUNK = 1 << 16;

    private static final Map<Long, Object> HELD = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong();
    private static final ThreadLocal<Throwable> FAILURE = new ThreadLocal<>();

    private Callbacks() {
    }

    /** What a signer does, with a digest or a message. */
    interface SignFunction {
        byte[] sign(byte[] input) throws Exception;
    }

    /** What answers time-stamp requests. */
    interface RespondFunction {
        byte[] respond(byte[] request) throws Exception;
    }

    /** Where a signed document goes. */
    interface WriteFunction {
        void write(byte[] bytes, int length) throws Exception;
    }

    /** Keeps the target until the library drops it, and gives the {@code user} that stands for it. */
    static long hold(Object target) {
        long user = NEXT.incrementAndGet();
        HELD.put(user, target);
        return user;
    }

    static int held() {
        return HELD.size();
    }

    /** What a callback on this thread threw since the last call; null for nothing. */
    static Throwable takeFailure() {
        Throwable failure = FAILURE.get();
        if (failure != null) {
            FAILURE.remove();
        }
        return failure;
    }

    static int readAt(long user, long offset, long buffer, long length, long read) {
        return guarded(() -> {
            NativeApi api = NativeLoader.api();
            byte[] chunk = new byte[(int) Math.min(length, CHUNK)];
            int count = Callbacks.<Source>target(user).read(offset, chunk, 0, chunk.length);
            if (count > chunk.length) {
                throw new IllegalStateException("a source read " + count + " bytes of " + chunk.length);
            }
            if (count > 0) {
                api.write(buffer, chunk, 0, count);
                api.putLong(read, count);
            }
        });
    }

    static int write(long user, long bytes, long length) {
        return guarded(() -> {
            NativeApi api = NativeLoader.api();
            WriteFunction sink = target(user);
            byte[] chunk = new byte[(int) Math.min(length, CHUNK)];
            for (long done = 0; done < length; done += chunk.length) {
                int count = (int) Math.min(length - done, chunk.length);
                api.read(bytes + done, chunk, 0, count);
                sink.write(chunk, count);
            }
        });
    }

    static int sign(
            long user, long input, long inputLength, long signature, long capacity, long length, long vendorCode) {
        return guarded(() -> {
            try {
                byte[] value = Callbacks.<SignFunction>target(user).sign(bytes(input, inputLength));
                give(value, "signature", signature, capacity, length);
            } catch (VendorException e) {
                NativeLoader.api().putLong(vendorCode, e.vendorCode());
                throw e;
            }
        });
    }

    static int respond(long user, long request, long requestLength, long reply, long capacity, long length) {
        return guarded(() -> {
            byte[] value = Callbacks.<RespondFunction>target(user).respond(bytes(request, requestLength));
            give(value, "reply", reply, capacity, length);
        });
    }

    static int progress(long user, long done, long total) {
        return guarded(() -> {
            if (!Callbacks.<Monitor.Progress>target(user).progress(done, total)) {
                throw Cancel.INSTANCE;
            }
        });
    }

    static void log(long user, int level, long message) {
        // A log that throws is no reason for the call to fail: what it threw is lost.
        Throwable before = FAILURE.get();
        guarded(() -> Callbacks.<Log>target(user).log(LogLevel.of(level), NativeLoader.api().text(message)));
        FAILURE.set(before);
    }

    static void drop(long user) {
        HELD.remove(user);
    }

    private interface Body {
        void run() throws Throwable;
    }

    private static int guarded(Body body) {
        // A callback may call the library itself, and must not find there what an earlier one threw.
        Throwable before = takeFailure();
        int outcome;
        try {
            body.run();
            outcome = OK;
        } catch (Cancel e) {
            outcome = CANCEL;
        } catch (CancellationException e) {
            before = before == null ? e : before;
            outcome = CANCEL;
        } catch (Throwable e) {
            before = before == null ? e : before;
            outcome = FAILED;
        }
        if (before != null) {
            FAILURE.set(before);
        }
        return outcome;
    }

    @SuppressWarnings("unchecked")
    private static <T> T target(long user) {
        Object target = HELD.get(user);
        if (target == null) {
            throw new IllegalStateException("the library called back after it had dropped the callback");
        }
        return (T) target;
    }

    private static byte[] bytes(long address, long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        if (length > 0) {
            NativeLoader.api().read(address, bytes, 0, bytes.length);
        }
        return bytes;
    }

    /** Nothing is given for null: the library says then that there is nothing. */
    private static void give(byte[] value, String what, long address, long capacity, long length) {
        if (value == null || value.length == 0) {
            return;
        }
        if (value.length > capacity) {
            throw new IllegalStateException(
                    "a " + what + " of " + value.length + " bytes, " + capacity + " at the most");
        }
        NativeApi api = NativeLoader.api();
        api.write(address, value, 0, value.length);
        api.putLong(length, value.length);
    }

    /** Progress that said stop: not a failure, so nothing that anybody sees. */
    private static final class Cancel extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final Cancel INSTANCE = new Cancel();

        private Cancel() {
            super(null, null, false, false);
        }
    }
}
