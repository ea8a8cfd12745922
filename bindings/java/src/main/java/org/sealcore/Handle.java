package org.sealcore;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * A handle of the ABI with the number of calls that are using it: it is freed once, by the first {@link #close}, or,
 * where a call of another thread is still inside, when the last of these calls returns.
 */
final class Handle {
    private static final int CLOSED = 1 << 31;

    private final AtomicInteger state = new AtomicInteger();
    private final String what;
    private final long address;
    private final LongConsumer free;

    Handle(String what, long address, LongConsumer free) {
        this.what = what;
        this.address = address;
        this.free = free;
    }

    /** To be followed by {@link #release}. */
    long acquire() {
        for (;;) {
            int now = state.get();
            if (now < 0) {
                throw new IllegalStateException("this " + what + " is closed");
            }
            if (state.compareAndSet(now, now + 1)) {
                return address;
            }
        }
    }

    void release() {
        if (state.decrementAndGet() == CLOSED) {
            free.accept(address);
        }
    }

    /** Whether this call closed it. */
    boolean close() {
        for (;;) {
            int now = state.get();
            if (now < 0) {
                return false;
            }
            if (state.compareAndSet(now, now | CLOSED)) {
                if (now == 0) {
                    free.accept(address);
                }
                return true;
            }
        }
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    String what() {
        return what;
    }
}
