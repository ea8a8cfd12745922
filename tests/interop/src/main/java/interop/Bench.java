package interop;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.stamppos.NormalStampPos;

/** ofdrw in a warm JVM, key and seal loaded once: from file to sealed file, and from sealed file to its verdict. */
final class Bench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Bench() {
    }

    private interface Op {
        void run() throws Exception;
    }

    static void run(Args args) throws Exception {
        Keys keys = Keys.load(args.path("p12"), args.password("password-env"));
        ExtendSignatureContainer container = Signing.container("v4", keys, Files.readAllBytes(args.path("seal")));
        int runs = Integer.parseInt(args.get("runs", "31"));
        int warmup = Integer.parseInt(args.get("warmup", "5"));
        double seconds = Double.parseDouble(args.get("seconds", "60"));
        System.out.println("file\top\tmedian_ms\tp95_ms\tcpu_median_ms\tcpu_p95_ms\truns");
        for (int i = 0; i < args.rest.size(); i++) {
            Path in = args.positional(i);
            Path out = Files.createTempFile("ofdrw-bench-", ".ofd");
            try {
                measure(in, "sign", runs, warmup, seconds, () -> Signing.sign(in, out, container,
                        SignMode.ContinueSign, new NormalStampPos(1, 150, 230, 40, 40)));
                measure(in, "verify", runs, warmup, seconds, () -> Verifying.validate(out));
            } finally {
                Files.deleteIfExists(out);
            }
        }
    }

    /** Warm-up and measurement each end after their number of runs or their time, and not before three runs. */
    private static void measure(Path file, String name, int runs, int warmup, double seconds, Op op) throws Exception {
        sample(warmup, seconds / 4, op);
        double[][] times = sample(runs, seconds, op);
        System.out.printf("%s\t%s\t%.3f\t%.3f\t%.3f\t%.3f\t%d%n", file.getFileName(), name,
                quantile(times[0], 0.5), quantile(times[0], 0.95),
                quantile(times[1], 0.5), quantile(times[1], 0.95), times[0].length);
    }

    private static double[][] sample(int runs, double seconds, Op op) throws Exception {
        double[] wall = new double[runs];
        double[] cpu = new double[runs];
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int n = 0;
        while (n < runs && (n < 3 || System.nanoTime() < end)) {
            long cpuStart = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            op.run();
            wall[n] = (System.nanoTime() - start) / 1e6;
            cpu[n] = (THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e6;
            n++;
        }
        return new double[][] {Arrays.copyOf(wall, n), Arrays.copyOf(cpu, n)};
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
    }
}
