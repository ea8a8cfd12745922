package org.sealcore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The folder that {@code sealcore demo} makes: keys, a seal, documents. Once for all tests. */
final class Demo {
    static final Path ROOT = make();

    private Demo() {
    }

    static Path path(String name) {
        return ROOT.resolve(name);
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last word of the first line of README.txt that names the file. */
    static char[] password(String key) {
        for (String line : new String(bytes("README.txt"), StandardCharsets.UTF_8).split("\n")) {
            if (line.contains("keys/" + key)) {
                return line.substring(line.lastIndexOf(' ') + 1).trim().toCharArray();
            }
        }
        throw new IllegalStateException("no password of " + key);
    }

    static Signer signer(String name) {
        return Signer.fromKey(bytes("keys/" + name + ".p12"), password(name + ".p12"));
    }

    static Signer signer() {
        return signer("signer");
    }

    static Seal seal() {
        return Seal.load(bytes("seal.esl"));
    }

    static Verifier verifier() {
        return Verifier.builder().trust(path("trust")).build();
    }

    static Document document(String type) {
        return Document.open(bytes("document." + type));
    }

    /** Signs the demo's document of this type. */
    static byte[] sign(String type, SignRequest request, Signer signer) {
        try (Document document = document(type)) {
            return document.sign(request, signer);
        }
    }

    /** The seal of the demo on the last page, until the scope of the seal ends. */
    static SignRequest request(Seal seal) {
        return new SignRequest().seal(seal).place(Placement.at("last", 150, 230));
    }

    static byte[] sealed(String type) {
        try (Signer signer = signer(); Seal seal = seal()) {
            return sign(type, request(seal), signer);
        }
    }

    static Verdict verdict(byte[] bytes) {
        try (Verifier verifier = verifier(); Document document = Document.open(bytes);
                Report report = verifier.verify(document)) {
            return report.verdict();
        }
    }

    static String describe(byte[] bytes) {
        try (Verifier verifier = verifier(); Document document = Document.open(bytes);
                Report report = verifier.verify(document)) {
            return report.json("file", Language.ENGLISH);
        }
    }

    /** A certificate of the demo's authority for a new key. */
    static byte[] issue(Key key) {
        Instant now = Instant.now();
        try (Signer authority = signer("ca")) {
            return Certificates.issue(authority, key, new CertificateTemplate("person").subject("CN=Java Test,C=CN")
                    .validity(now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30))));
        }
    }

    static X509Certificate x509(byte[] certificate) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509", new BouncyCastleProvider())
                .generateCertificate(new java.io.ByteArrayInputStream(certificate));
    }

    /** The certificate of a PEM file, DER. */
    static byte[] x509Bytes(String name) {
        try {
            return x509(bytes(name)).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static PrivateKey javaKey(Key key, String algorithm) throws GeneralSecurityException {
        String pem = new String(key.toPkcs8(null), StandardCharsets.US_ASCII);
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** What a process wrote, without what newer JDKs say about native access. */
    static String said(Path out) throws IOException {
        return Files.readAllLines(out, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("WARNING: ") && !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static Path make() {
        try {
            Path folder = Files.createTempDirectory("sealcore-java-test-");
            Process demo = new ProcessBuilder(System.getenv("SEALCORE"), "demo", folder.resolve("demo").toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("demo.txt").toFile()).start();
            if (demo.waitFor() != 0) {
                throw new IllegalStateException("sealcore demo ended in " + demo.exitValue());
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder.resolve("demo");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
