package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a PKCS#11 module (SoftHSM), opened by sealcore, used by sealcore and by Java code. */
class DeviceTest {
    private static final String PIN = "4711";

    @TempDir
    Path temp;

    @Test
    void keysInSoftHsm() throws Exception {
        Path module = Stream.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so",
                "/usr/lib64/pkcs11/libsofthsm2.so")
                .map(Paths::get).filter(Files::exists).findFirst().orElse(null);
        assumeTrue(module != null, "SoftHSM is not there");
        Path conf = temp.resolve("softhsm2.conf");
        Files.write(conf, ("directories.tokendir = " + Files.createDirectory(temp.resolve("tokens")) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        run(conf, "softhsm2-util", "--init-token", "--free", "--label", "java", "--so-pin", "0815", "--pin", PIN);
        List<String> lines = new ArrayList<>();
        for (String algorithm : new String[] {"rsa-2048", "p256"}) {
            Path certificate = temp.resolve(algorithm + ".crt");
            try (Key key = Key.generate(algorithm)) {
                Files.write(temp.resolve(algorithm), key.toPkcs8(null));
                Files.write(certificate, Demo.issue(key));
            }
            run(conf, "softhsm2-util", "--import", temp.resolve(algorithm).toString(), "--token", "java", "--label",
                    algorithm, "--id", algorithm.equals("p256") ? "02" : "01", "--pin", PIN);
            lines.add(run(conf, java(), "-Dsealcore.library.path=" + System.getProperty("sealcore.library.path"),
                    "-cp", System.getProperty("java.class.path"), InTheToken.class.getName(), module.toString(),
                    algorithm, certificate.toString(), Demo.path("document.pdf").toString(),
                            Demo.path("trust").toString()));
        }
        assertEquals(Arrays.asList("RSA-SHA-256 VALID true true UNSUPPORTED PASSWORD",
                "ECDSA-SHA-256 VALID true true UNSUPPORTED PASSWORD"), lines);
    }

    /** SoftHSM reads its environment when it is loaded: hence a process of its own. */
    static final class InTheToken {
        public static void main(String[] args) throws Exception {
            String uri = "pkcs11:token=java;object=" + args[1] + "?module-path=" + args[0];
            byte[] certificate = Files.readAllBytes(Paths.get(args[2]));
            X509Certificate x509 = Demo.x509(certificate);
            StringBuilder out = new StringBuilder();
            try (Signer signer = Signer.open(uri, PIN.toCharArray(), certificate);
                    Document document = Document.open(Paths.get(args[3]));
                    Verifier verifier = Verifier.builder().trust(Paths.get(args[4])).build();
                    Document signed = Document.open(document.sign(new SignRequest().contents("cms"), signer));
                    Report report = verifier.verify(signed)) {
                out.append(signer.algorithm()).append(' ').append(report.verdict());
                String name = signer.algorithm().startsWith("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
                Signature signature = Signature.getInstance(name, new SealcoreProvider());
                signature.initSign(SealcoreProvider.key(signer));
                signature.update(certificate);
                byte[] value = signature.sign();
                Signature theirs = Signature.getInstance(name);
                theirs.initVerify(x509.getPublicKey());
                theirs.update(certificate);
                out.append(' ').append(theirs.verify(value));
            }
            try (Key key = Key.open(uri, PIN.toCharArray())) {
                String asked = Certificates.inspect(Certificates.request(key, "CN=in the token,C=CN"));
                out.append(' ').append(asked.contains("in the token"));
                CertificateTemplate template = new CertificateTemplate("unit").subject("CN=own,C=CN");
                X509Certificate own = Demo.x509(Certificates.selfSigned(key, template));
                own.verify(x509.getPublicKey());
                SealcoreException refused = assertThrows(SealcoreException.class, () -> key.toPkcs8(null));
                out.append(' ').append(refused.status());
            }
            assertTrue(Devices.list("pkcs11:?module-path=" + args[0], null).contains("java"));
            try {
                Signer.open(uri, "0000".toCharArray(), certificate).close();
            } catch (SealcoreException e) {
                out.append(' ').append(e.status());
            }
            System.out.println(out);
        }
    }

    private static String java() {
        return Paths.get(System.getProperty("java.home"), "bin", "java").toString();
    }

    private String run(Path conf, String... command) throws IOException, InterruptedException {
        Path out = temp.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("SOFTHSM2_CONF", conf.toString());
        int status = builder.start().waitFor();
        String said = Demo.said(out);
        assertEquals(0, status, Collections.singletonList(said)::toString);
        return said;
    }
}
