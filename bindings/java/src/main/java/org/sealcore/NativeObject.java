package org.sealcore;

import java.util.function.LongConsumer;

/** What holds a handle of the library. */
abstract class NativeObject implements AutoCloseable {
    final Handle handle;
    private final SafetyNet.Watch watch;

    /** {@code free} must not refer to this object, or it is never collected. */
    NativeObject(long address, LongConsumer free) {
        handle = new Handle(getClass().getSimpleName(), address, free);
        watch = SafetyNet.watch(this, handle);
    }

    /**
     * Frees what the library holds for this object. May be called again, and while another thread uses the object: that
     * call ends first. Everything else done with a closed object throws {@link IllegalStateException}.
     */
    @Override
    public void close() {
        watch.close();
    }

    /**
     * Whether {@link #close} was called.
     *
     * @return true once it was
     */
    public boolean isClosed() {
        return handle.isClosed();
    }
}
