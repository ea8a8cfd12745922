package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class LifecycleTest {
    @Test
    void closingTwiceAndUseAfterClose() {
        Document document = Demo.document("ofd");
        Verifier verifier = Demo.verifier();
        Signer signer = Demo.signer();
        Seal seal = Demo.seal();
        Monitor monitor = new Monitor();
        NativeObject[] all = {document, verifier, signer, seal, monitor};
        for (NativeObject each : all) {
            each.close();
            each.close();
            assertTrue(each.isClosed());
        }
        assertEquals("this Document is closed", assertThrows(IllegalStateException.class,
                document::format).getMessage());
        assertThrows(IllegalStateException.class, () -> verifier.verify(document));
        assertThrows(IllegalStateException.class, signer::algorithm);
        assertThrows(IllegalStateException.class, seal::save);
        assertThrows(IllegalStateException.class, monitor::cancel);
        try (Document open = Demo.document("ofd"); Signer key = Demo.signer()) {
            assertThrows(IllegalStateException.class, () -> open.sign(new SignRequest().seal(seal), key));
            assertThrows(IllegalStateException.class, () -> open.sign(new SignRequest(), signer));
        }
    }

    @Test
    void whatIsForgottenIsFreed() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Demo.document("ofd");
            Signer.external(Demo.bytes("keys/signer.crt"), null, digest -> digest);
            new Monitor((done, total) -> true);
        }
        assertTrue(Sealcore.handleCount() > 0);
        for (int i = 0; i < 100 && (Sealcore.handleCount() > 0 || Callbacks.held() > 0); i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertEquals(0, Sealcore.handleCount());
        assertEquals(0, Callbacks.held());
    }

    @Test
    void eightThreadsShareEverything() throws Exception {
        String expected = Demo.describe(Demo.bytes("sealed.pdf"));
        try (Verifier verifier = Demo.verifier(); Signer key = Demo.signer(); Seal seal = Demo.seal();
                Signer external = Signer.external(Demo.bytes("keys/signer.crt"), null, key::signDigest);
                Document sealed = Document.open(Demo.path("sealed.pdf")); Document plain = Demo.document("ofd")) {
            SignRequest request = Demo.request(seal);
            eightThreads(20, () -> {
                try (Report report = verifier.verify(sealed)) {
                    assertEquals(expected, report.json("file", Language.ENGLISH));
                    assertEquals(1, report.signatures().size());
                }
                byte[] signed = plain.sign(request, external);
                try (Document again = Document.open(signed); Report report = verifier.verify(again)) {
                    assertEquals(Verdict.VALID, report.verdict());
                }
                assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1}));
            });
        }
    }

    @Test
    void closedWhileEightThreadsUseIt() throws Exception {
        for (int round = 0; round < 20; round++) {
            Verifier verifier = Demo.verifier();
            Document document = Document.open(Demo.path("sealed.ofd"));
            Report shared = verifier.verify(document);
            AtomicInteger done = new AtomicInteger();
            Thread closer = new Thread(() -> {
                while (done.get() < 10) {
                    Thread.yield();
                }
                document.close();
                shared.close();
                verifier.close();
            });
            closer.start();
            eightThreads(20, () -> {
                try (Report report = verifier.verify(document)) {
                    assertEquals(Verdict.VALID, report.verdict());
                    assertEquals("s001", report.signatures().get(0).id());
                    shared.json("x");
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().endsWith("is closed"), e.toString());
                }
                done.incrementAndGet();
            });
            closer.join();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void eightThreads(int times, Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(threads.submit(() -> {
                    for (int n = 0; n < times; n++) {
                        work.run();
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }
}
