package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class LibraryTest {
    private static final Path INCLUDE = Paths.get("../../include");

    @Test
    void everyFunctionIsBound() throws IOException {
        Path symbols = INCLUDE.resolve("sealcore.symbols");
        assumeTrue(Files.exists(symbols), "include/sealcore.symbols is not there");
        Set<String> exported = Files.readAllLines(symbols).stream().map(String::trim)
                .filter(line -> line.startsWith("sealcore_")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> bound = Arrays.stream(NativeApi.class.getDeclaredMethods()).map(Method::getName)
                .filter(name -> name.startsWith("sealcore_")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>(exported);
        missing.removeAll(bound);
        assertEquals(Collections.emptySet(), missing, "not bound");
        bound.removeAll(exported);
        assertEquals(Collections.emptySet(), bound, "bound, and not exported");
    }

    @Test
    void statusNumbersAreThoseOfTheHeader() throws IOException {
        Path header = INCLUDE.resolve("sealcore.h");
        assumeTrue(Files.exists(header), "include/sealcore.h is not there");
        Map<String, Integer> stated = new HashMap<>();
        Matcher define = Pattern.compile("#define SEALCORE_E_(\\w+) \\(?(-?\\d+)\\)?")
                .matcher(new String(Files.readAllBytes(header), StandardCharsets.UTF_8));
        while (define.find()) {
            stated.put(define.group(1), Integer.valueOf(define.group(2)));
        }
        Map<String, Integer> ours = Arrays.stream(Status.values())
                .filter(status -> status != Status.OK && status != Status.UNKNOWN)
                .collect(Collectors.toMap(Status::name, Status::code));
        assertEquals(stated, ours);
    }

    @Test
    void statusNamesAreTheLibrarys() {
        NativeApi api = NativeLoader.api();
        for (Status status : Status.values()) {
            if (status != Status.OK && status != Status.UNKNOWN) {
                assertEquals("SEALCORE_E_" + status.name(), api.text(api.sealcore_status_name(status.code())));
            }
        }
        for (Verdict verdict : Verdict.values()) {
            String name = api.text(api.sealcore_verdict_name(verdict.ordinal() + 1));
            assertEquals(verdict.name().toLowerCase(java.util.Locale.ROOT), name);
        }
    }

    @Test
    void versionAndSelfTest() {
        assertTrue(Sealcore.version().matches("\\d+\\.\\d+\\.\\d+.*"), Sealcore.version());
        assertEquals(Sealcore.ABI_VERSION, Sealcore.abiVersion());
        Sealcore.selfTest();
    }

    @Test
    void describesItself() {
        String described = Sealcore.describe();
        assertTrue(described.startsWith("{") && described.endsWith("}"), described);
        assertTrue(described.contains("\"pades-p1-strict\""), described);
        SealcoreException unknown = assertThrows(SealcoreException.class, () -> Sealcore.call("no-such-thing", "{}"));
        assertTrue(unknown.status() == Status.UNSUPPORTED || unknown.status() == Status.ARGUMENT, unknown.statusName());
        assertThrows(SealcoreException.class, () -> Sealcore.call("describe", "{"));
    }

    @Test
    void logTellsOfFailuresAndMayThrow() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Sealcore.setLog(LogLevel.DEBUG, (level, message) -> heard.add(level + " " + message));
        assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1, 2, 3}));
        assertFalse(heard.isEmpty());
        AtomicInteger called = new AtomicInteger();
        Sealcore.setLog(LogLevel.DEBUG, (level, message) -> {
            called.incrementAndGet();
            throw new IllegalStateException("from the log");
        });
        SealcoreException e = assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1, 2, 3}));
        assertEquals(null, e.getCause());
        assertTrue(called.get() > 0);
        Sealcore.setLog(LogLevel.ERROR, null);
        int before = heard.size();
        assertThrows(SealcoreException.class, () -> Document.open(new byte[] {1, 2, 3}));
        assertEquals(before, heard.size());
    }

    @Test
    void messagesInBothLanguages() {
        SealcoreException e = assertThrows(SealcoreException.class,
                () -> Document.open("no document".getBytes(StandardCharsets.UTF_8)));
        assertEquals(Status.FORMAT, e.status());
        assertEquals("SEALCORE_E_FORMAT", e.statusName());
        assertEquals("format", e.kind());
        assertTrue(e.getMessage().startsWith(e.message(Language.ENGLISH)), e.getMessage());
        assertTrue(e.message(Language.CHINESE).codePoints().anyMatch(c -> c >= 0x4E00 && c <= 0x9FFF),
                e.message(Language.CHINESE));
        Sealcore.setLanguage(Language.CHINESE);
        SealcoreException inChinese = assertThrows(SealcoreException.class, () -> Document.open(new byte[] {'x'}));
        assertTrue(inChinese.getMessage().startsWith(e.message(Language.CHINESE)), inChinese.getMessage());
    }

    @Test
    void textsWithNulAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sealcore.call("describe\0", "{}"));
        assertThrows(IllegalArgumentException.class, () -> Signer.open("file:x", new char[] {'a', 0}));
    }
}
