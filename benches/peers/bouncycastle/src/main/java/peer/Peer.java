package peer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;

/** What BouncyCastle takes for the rows of the hot-path table: row, best and median in nanoseconds as TSV. */
public final class Peer {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        double seconds = Double.parseDouble(arguments[0]);
        X9ECParameters curve = GMNamedCurves.getByName("sm2p256v1");
        ECDomainParameters domain = new ECDomainParameters(curve);
        SecureRandom random = new SecureRandom();
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(domain, random));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        byte[] id = "1234567812345678".getBytes("US-ASCII");
        byte[] message = "message digest".getBytes("US-ASCII");
        // Z is formed in init; what follows takes up from there.
        SM2Signer signer = new SM2Signer();
        signer.init(true, new ParametersWithID(new ParametersWithRandom(pair.getPrivate(), random), id));
        signer.update(message, 0, message.length);
        byte[] signature = signer.generateSignature();
        row("sm2-sign", seconds, () -> {
            signer.update(message, 0, message.length);
            signer.generateSignature();
        });
        SM2Signer verifier = new SM2Signer();
        verifier.init(false, new ParametersWithID(pair.getPublic(), id));
        row("sm2-verify", seconds, () -> {
            verifier.update(message, 0, message.length);
            if (!verifier.verifySignature(signature)) {
                throw new IllegalStateException("a signature does not hold");
            }
        });
        row("sm2-keygen", seconds, generator::generateKeyPair);
        byte[] data = new byte[1 << 20];
        byte[] digest = new byte[32];
        SM3Digest sm3 = new SM3Digest();
        String[] names = {"sm3-64", "sm3-1k", "sm3-1m"};
        int[] lengths = {64, 1 << 10, 1 << 20};
        for (int i = 0; i < names.length; i++) {
            int length = lengths[i];
            row(names[i], seconds, () -> {
                sm3.update(data, 0, length);
                sm3.doFinal(digest, 0);
            });
        }
    }

    /** Samples of about two milliseconds of this thread, after half a second for the compiler. */
    private static void row(String name, double seconds, Work work) throws Exception {
        for (long end = System.nanoTime() + 500_000_000L; System.nanoTime() < end;) {
            work.run();
        }
        int count = 1;
        while (sample(work, count) * count < 2e6 && count < 1 << 20) {
            count *= 2;
        }
        List<Double> samples = new ArrayList<>();
        for (double total = 0; total < seconds * 1e9 || samples.size() < 5;) {
            double taken = sample(work, count);
            samples.add(taken);
            total += taken * count;
        }
        Collections.sort(samples);
        System.out.printf("%s\t%.1f\t%.1f%n", name, samples.get(0), samples.get(samples.size() / 2));
    }

    private static double sample(Work work, int count) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            work.run();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - start) / count;
    }
}
