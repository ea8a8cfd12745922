package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Every test has to close what it opened: no live handle, no held callback, no failure left behind. Messages are
 * English.
 */
final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        Sealcore.setLanguage(Language.ENGLISH);
        // A test that failed may have left something.
        for (int i = 0; i < 50 && (Sealcore.handleCount() > 0 || Callbacks.held() > 0); i++) {
            System.gc();
            Thread.sleep(50);
        }
        check("before");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check("after");
    }

    private static void check(String when) {
        assertEquals(0, Sealcore.handleCount(), "live handles " + when);
        assertEquals(0, Callbacks.held(), "held callbacks " + when);
        assertEquals(null, Callbacks.takeFailure(), "kept failure " + when);
    }
}
