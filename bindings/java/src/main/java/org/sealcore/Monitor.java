package org.sealcore;

import java.util.Objects;

/**
 * Follows long work and can stop it. A monitor that is cancelled stays so: every later call with it throws
 * {@link CancelledException}.
 */
public final class Monitor extends NativeObject {
    /** Is told how far the work is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called now and then, on the thread that does the work.
         *
         * @param done of {@code total}
         * @param total 0 where it is not known
         * @return false to stop
         */
        boolean progress(long done, long total);
    }

    /** A monitor that is there to be cancelled. */
    public Monitor() {
        this(create(null));
    }

    /**
     * A monitor that tells how far the work is.
     *
     * @param progress is told; what it throws stops the work, and is the cause of the exception
     */
    public Monitor(Progress progress) {
        this(create(Objects.requireNonNull(progress, "progress")));
    }

    private Monitor(long address) {
        super(address, NativeLoader.api()::sealcore_monitor_free);
    }

    /** Stops the work under way and what is started later. From any thread. */
    public void cancel() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_monitor_cancel(scope.use(this), scope.error()));
        }
    }

    private static long create(Progress progress) {
        try (Scope scope = new Scope()) {
            long out = scope.out();
            long error = scope.error();
            long callbacks = progress == null ? 0 : scope.callbacks(progress, null, "progress");
            scope.check(scope.api.sealcore_monitor_new(callbacks, out, error));
            return scope.outHandle();
        }
    }
}
