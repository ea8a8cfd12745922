package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What throws, writes nothing, writes too much, cancels: every way comes back as an exception, none harms the process.
 */
@ExtendWith(NoLeaks.class)
class CallbackTest {
    private static byte[] chain() {
        return Demo.bytes("keys/signer.crt");
    }

    private static SealcoreException failure(Signer signer) {
        try (Signer closed = signer; Seal seal = Demo.seal()) {
            return assertThrows(SealcoreException.class, () -> Demo.sign("ofd", Demo.request(seal), closed));
        }
    }

    @Test
    void externalSigners() {
        try (Signer key = Demo.signer(); Seal seal = Demo.seal();
                Signer digests = Signer.external(chain(), null, key::signDigest);
                Signer named = Signer.external(chain(), "SM2-SM3", digest -> key.signDigest(digest))) {
            assertEquals("SM2-SM3", digests.algorithm());
            assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("ofd", Demo.request(seal), digests)));
            assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("pdf", Demo.request(seal), named)));
        }
    }

    @Test
    void aSignerThatThrows() {
        for (Throwable thrown : new Throwable[] {
            new IOException("the line is down"), new IllegalStateException("x"), new StackOverflowError(),
                    new AssertionError("y")
        }) {
            SealcoreException e = failure(Signer.external(chain(), null, digest -> {
                throw CallbackTest.<RuntimeException>sneaky(thrown);
            }));
            assertSame(thrown, e.getCause());
            assertTrue(e.status() == Status.SIGNER || e.status() == Status.CALLBACK, e.toString());
        }
        // Nothing of it is left for the next call.
        assertNull(assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1})).getCause());
    }

    @Test
    void aSignerThatWritesNothingTooMuchOrRubbish() {
        for (byte[] nothing : new byte[][] {null, {}}) {
            SealcoreException e = failure(Signer.external(chain(), null, digest -> nothing));
            assertTrue(e.status() == Status.SIGNER || e.status() == Status.CALLBACK, e.toString());
        }
        SealcoreException e = failure(Signer.external(chain(), null, digest -> new byte[100_000]));
        assertTrue(e.getCause().getMessage().contains("100000"), e.getCause().toString());
        byte[] rubbish = new byte[64];
        Arrays.fill(rubbish, (byte) 7);
        assertEquals(Status.CRYPTO, failure(Signer.external(chain(), null, digest -> rubbish)).status());
    }

    @Test
    void aSignerThatCancels() {
        CancellationException cancelled = new CancellationException("the user said no");
        SealcoreException e = failure(Signer.external(chain(), null, digest -> {
            throw cancelled;
        }));
        assertEquals(Status.CANCELLED, e.status());
        assertTrue(e instanceof CancelledException);
        assertSame(cancelled, e.getCause());
    }

    @Test
    void vendorCodes() {
        SealcoreException e = failure(Signer.external(chain(), null, digest -> {
            throw new VendorException("wrong PIN", 0x0A000024L);
        }));
        assertEquals(0x0A000024L, e.vendorCode());
        assertTrue(e.getMessage().contains("0x0A000024"), e.getMessage());
        assertEquals("wrong PIN", e.getCause().getMessage());
    }

    @Test
    void aSignerMayUseTheLibrary() {
        try (Signer key = Demo.signer(); Seal seal = Demo.seal();
                Signer busy = Signer.external(chain(), null, digest -> {
            // What fails in here is its own affair.
            assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1}));
            assertEquals(Verdict.VALID, Demo.verdict(Demo.bytes("sealed.ofd")));
            return key.signDigest(digest);
        })) {
            assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("ofd", Demo.request(seal), busy)));
        }
    }

    @Test
    void aSignerMayNotUseWhatIsInUse() {
        AtomicReference<Signer> self = new AtomicReference<>();
        SealcoreException e = failure(Signer.external(chain(), null, digest -> self.get().signDigest(digest)), self);
        assertEquals(Status.REENTRANT, ((SealcoreException) e.getCause()).status());
    }

    private static SealcoreException failure(Signer signer, AtomicReference<Signer> self) {
        self.set(signer);
        return failure(signer);
    }

    @Test
    void aSignerMayCloseWhatIsInUse() {
        AtomicReference<Signer> self = new AtomicReference<>();
        try (Signer key = Demo.signer(); Seal seal = Demo.seal(); Document document = Demo.document("ofd")) {
            Signer signer = Signer.external(chain(), null, digest -> {
                self.get().close();
                document.close();
                seal.close();
                return key.signDigest(digest);
            });
            self.set(signer);
            assertEquals(Verdict.VALID, Demo.verdict(document.sign(Demo.request(seal), signer)));
            assertTrue(signer.isClosed() && document.isClosed());
        }
    }

    @Test
    void aStreamThatThrows() {
        IOException full = new IOException("the disk is full");
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal(); Document document = Demo.document("ofd")) {
            SealcoreException e = assertThrows(SealcoreException.class,
                    () -> document.sign(Demo.request(seal), signer, broken));
            assertSame(full, e.getCause());
            assertTrue(e.status() == Status.IO || e.status() == Status.CALLBACK, e.toString());
        }
    }

    @Test
    void aSourceThatFails() throws IOException {
        byte[] bytes = Demo.bytes("sealed.ofd");
        AtomicInteger reads = new AtomicInteger();
        IOException gone = new IOException("gone");
        Source source = new Source() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public int read(long position, byte[] buffer, int offset, int length) throws IOException {
                if (reads.incrementAndGet() > 3) {
                    throw gone;
                }
                int count = (int) Math.min(length, bytes.length - position);
                System.arraycopy(bytes, (int) position, buffer, offset, count);
                return count;
            }
        };
        SealcoreException e = assertThrows(SealcoreException.class, () -> {
            try (Document document = Document.open(source, null); Verifier verifier = Demo.verifier()) {
                verifier.verify(document).close();
            }
        });
        assertSame(gone, e.getCause());
        Source ends = new Source() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public int read(long position, byte[] buffer, int offset, int length) {
                return -1;
            }
        };
        assertThrows(SealcoreException.class, () -> Document.open(ends, null).close());
        Source boasts = new Source() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public int read(long position, byte[] buffer, int offset, int length) {
                return length + 1;
            }
        };
        assertTrue(assertThrows(SealcoreException.class, () -> Document.open(boasts, null).close()).getCause()
                instanceof IllegalStateException);
    }

    @Test
    void aMonitorThatStopsThrowsOrIsCancelled() throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("from progress");
        try (Verifier verifier = Demo.verifier(); Document document = Document.open(Demo.path("sealed.ofd"));
                Monitor stops = new Monitor((done, total) -> false);
                Monitor throwing = new Monitor((done, total) -> {
                    throw thrown;
                });
                Monitor cancelled = new Monitor()) {
            CancelledException e = assertThrows(CancelledException.class,
                    () -> verifier.verify(document, stops).close());
            assertNull(e.getCause());
            assertSame(thrown, assertThrows(SealcoreException.class,
                    () -> verifier.verify(document, throwing).close()).getCause());
            verifier.verify(document, cancelled).close();
            Thread other = new Thread(cancelled::cancel);
            other.start();
            other.join();
            assertThrows(CancelledException.class, () -> verifier.verify(document, cancelled).close());
        }
    }

    @Test
    void inspectionIsWatchedAndBounded() {
        long[] seen = new long[2];
        try (Verifier verifier = Demo.verifier(); Document document = Document.open(Demo.path("sealed.pdf"));
                Monitor counts = new Monitor((done, total) -> {
                    seen[0] = done;
                    seen[1] = total;
                    return done <= total;
                });
                Monitor stops = new Monitor((done, total) -> false)) {
            String told = document.inspect(true, Language.ENGLISH, verifier, counts);
            assertEquals(document.inspect(true, Language.ENGLISH), told);
            assertTrue(seen[0] > 0 && seen[0] <= seen[1]);
            assertThrows(CancelledException.class, () -> document.inspect(false, Language.ENGLISH, null, stops));
        }
        try (Verifier narrow = Verifier.builder().limit("pages", 1).build();
                Document document = Document.open(Demo.path("sealed.ofd"))) {
            assertEquals(Status.LIMIT, assertThrows(SealcoreException.class,
                    () -> document.inspect(false, Language.ENGLISH, narrow, null)).status());
        }
    }

    @Test
    void cancelledFromAnotherThreadWhileItWorks() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal(); Document document = Demo.document("ofd");
                Monitor monitor = new Monitor((done, total) -> {
                    told.incrementAndGet();
                    started.countDown();
                    awaitQuietly(cancelled);
                    return true;
                })) {
            Thread canceller = new Thread(() -> {
                awaitQuietly(started);
                monitor.cancel();
                cancelled.countDown();
            });
            canceller.start();
            assertThrows(CancelledException.class, () -> document.sign(Demo.request(seal), signer, monitor));
            canceller.join();
            assertTrue(told.get() >= 1);
        }
    }

    @Test
    void aConstructorThatFailsDropsTheCallback() {
        assertThrows(SealcoreException.class, () -> Signer.external(new byte[] {1, 2}, null, digest -> digest));
        assertThrows(SealcoreException.class, () -> Signer.external(chain(), "no such algorithm", digest -> digest));
        assertEquals(0, Callbacks.held());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
