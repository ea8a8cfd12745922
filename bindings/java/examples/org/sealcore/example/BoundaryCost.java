package org.sealcore.example;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.sealcore.Document;
import org.sealcore.Language;
import org.sealcore.Report;
import org.sealcore.Verifier;

/**
 * What one verification costs from Java: open in memory, verify, report as JSON, free. Compared in benches/ with the
 * same loop in Rust.
 *
 * <p>{@code BoundaryCost LIBDIR FILE TRUST N} prints one JSON object, in nanoseconds.
 */
public final class BoundaryCost {
    private BoundaryCost() {
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            System.err.println("usage: BoundaryCost LIBDIR FILE TRUST N");
            System.exit(64);
        }
        System.setProperty("sealcore.library.path", args[0]);
        Path file = Paths.get(args[1]);
        byte[] bytes = Files.readAllBytes(file);
        int count = Integer.parseInt(args[3]);
        long[] nanos = new long[count];
        long sum = 0;
        try (Verifier verifier = Verifier.builder().trust(Paths.get(args[2])).build()) {
            // The compiler has to have seen all of it many times.
            long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() < warm) {
                once(verifier, bytes, file.getFileName().toString());
            }
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                sum += once(verifier, bytes, file.getFileName().toString());
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(Locale.ROOT, "{\"median_ns\":%d,\"p10\":%d,\"p90\":%d,\"samples\":%d,", nanos[count / 2],
                nanos[count / 10], nanos[count * 9 / 10], count);
        System.out.printf(Locale.ROOT, "\"file_bytes\":%d,\"json_chars\":%d}%n", bytes.length,
                sum / count);
    }

    private static int once(Verifier verifier, byte[] bytes, String name) {
        try (Document document = Document.open(bytes); Report report = verifier.verify(document)) {
            return report.json(name, Language.ENGLISH).length();
        }
    }
}
