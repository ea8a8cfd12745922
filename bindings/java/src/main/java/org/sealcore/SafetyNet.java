package org.sealcore;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Frees the handles of objects that nobody closed, once they are unreachable: what java.lang.ref.Cleaner does from Java
 * 9 on. Its daemon thread ends when there is nothing left to watch, so that a web application can be unloaded.
 */
final class SafetyNet implements Runnable {
    private static final long IDLE_MILLIS = 10_000;
    private static final Logger LOG = Logger.getLogger("org.sealcore");
    private static final ReferenceQueue<NativeObject> QUEUE = new ReferenceQueue<>();
    private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();
    private static boolean running;

    private SafetyNet() {
    }

    static Watch watch(NativeObject object, Handle handle) {
        Watch watch = new Watch(object, handle);
        WATCHES.add(watch);
        synchronized (SafetyNet.class) {
            if (!running) {
                Thread thread = new Thread(null, new SafetyNet(), "sealcore-safety-net");
                thread.setDaemon(true);
                thread.setContextClassLoader(null);
                thread.start();
                running = true;
            }
        }
        return watch;
    }

    @Override
    public void run() {
        for (;;) {
            try {
                Reference<?> found = QUEUE.remove(IDLE_MILLIS);
                if (found != null) {
                    ((Watch) found).abandoned();
                    continue;
                }
            } catch (InterruptedException | RuntimeException e) {
                LOG.log(Level.FINE, "the safety net goes on", e);
            }
            synchronized (SafetyNet.class) {
                if (WATCHES.isEmpty()) {
                    running = false;
                    return;
                }
            }
        }
    }

    static final class Watch extends PhantomReference<NativeObject> {
        private final Handle handle;

        private Watch(NativeObject object, Handle handle) {
            super(object, QUEUE);
            this.handle = handle;
        }

        void close() {
            WATCHES.remove(this);
            clear();
            handle.close();
        }

        private void abandoned() {
            WATCHES.remove(this);
            if (handle.close()) {
                LOG.log(Level.FINE, "a {0} was never closed", handle.what());
            }
        }
    }
}
