package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class SessionTest {
    @TempDir
    Path temp;

    private static Session prepare(String type) {
        try (Document document = Demo.document(type); Seal seal = Demo.seal()) {
            SignRequest request = Demo.request(seal).certificates(Demo.bytes("keys/signer.crt"));
            return document.prepare(type.equals("pdf") ? request.reserve(8192) : request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void completedInAnotherProcess(String type) throws Exception {
        byte[] saved;
        byte[] digest;
        try (Session session = prepare(type)) {
            assertEquals("SM2-SM3", session.algorithm());
            digest = session.digest();
            assertEquals(32, digest.length);
            byte[] z = Sm3.z(PublicKeyInfo.of(Demo.x509Bytes("keys/signer.crt")).point());
            Sm3 sm3 = new Sm3();
            sm3.update(z);
            assertArrayEquals(digest, sm3.digest(session.message()));
            saved = session.save();
        }
        byte[] value;
        try (Signer signer = Demo.signer()) {
            value = signer.signDigest(digest);
        }
        Files.write(temp.resolve("session"), saved);
        Files.write(temp.resolve("value"), value);
        Path signed = temp.resolve("signed");
        Process second = new ProcessBuilder(Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsealcore.library.path=" + System.getProperty("sealcore.library.path"),
                "-cp", System.getProperty("java.class.path"), SecondProcess.class.getName(),
                Demo.path("document." + type).toString(), temp.resolve("session").toString(),
                temp.resolve("value").toString(), signed.toString())
                .redirectErrorStream(true).redirectOutput(temp.resolve("second.txt").toFile()).start();
        assertEquals(0, second.waitFor(), () -> read(temp.resolve("second.txt").toFile()));
        assertEquals(Verdict.VALID, Demo.verdict(Files.readAllBytes(signed)));
    }

    /** Phase two, with nothing but files: DOCUMENT SESSION VALUE OUT. */
    static final class SecondProcess {
        public static void main(String[] args) throws Exception {
            try (Document document = Document.open(Paths.get(args[0]));
                    Session session = Session.load(Files.readAllBytes(Paths.get(args[1])))) {
                session.complete(document, Files.readAllBytes(Paths.get(args[2])), Paths.get(args[3]));
            }
        }
    }

    @Test
    void completedInEveryWay() throws Exception {
        Path pdf = temp.resolve("document.pdf");
        Files.write(pdf, Demo.bytes("document.pdf"));
        try (Session session = prepare("pdf"); Signer signer = Demo.signer();
                Document document = Demo.document("pdf")) {
            byte[] value = signer.signDigest(session.digest());
            byte[] memory = session.complete(document, value);
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            session.complete(document, value, stream);
            assertArrayEquals(memory, stream.toByteArray());
            session.complete(document, value, temp.resolve("path.pdf"));
            assertArrayEquals(memory, Files.readAllBytes(temp.resolve("path.pdf")));
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.write(Demo.bytes("document.pdf"));
            joined.write(session.tail(value));
            assertArrayEquals(memory, joined.toByteArray());
            session.append(pdf, value);
            assertArrayEquals(memory, Files.readAllBytes(pdf));
            assertEquals(Verdict.VALID, Demo.verdict(memory));
        }
    }

    @Test
    void wrongValuesDocumentsAndSessions() {
        try (Session session = prepare("ofd"); Document document = Demo.document("ofd");
                Document other = Document.open(Demo.path("sealed.ofd")); Signer signer = Demo.signer()) {
            byte[] value = signer.signDigest(session.digest());
            byte[] wrong = signer.signDigest(new byte[32]);
            assertEquals(Status.CRYPTO, assertThrows(SealcoreException.class,
                    () -> session.complete(document, wrong)).status());
            assertThrows(SealcoreException.class, () -> session.complete(document, new byte[0]));
            assertThrows(SealcoreException.class, () -> session.complete(other, value));
            byte[] damaged = session.save();
            damaged[damaged.length / 2] ^= 1;
            // Refused, or at least nothing that verifies.
            try (Session loaded = Session.load(damaged)) {
                assertNotEquals(Verdict.VALID, Demo.verdict(loaded.complete(document, value)));
            } catch (SealcoreException e) {
                assertNotEquals(Status.PANIC, e.status());
            }
            assertThrows(SealcoreException.class, () -> Session.load(new byte[] {1, 2, 3}));
            assertThrows(SealcoreException.class, () -> session.tail(value));
        }
    }

    @Test
    void timeStampInTwoPhases() {
        try (Session session = prepare("pdf"); Signer signer = Demo.signer(); Signer tsa = Demo.signer("tsa");
                Authority authority = Authority.local(tsa, new Authority.Options("1.2.3.4.1"));
                Document document = Demo.document("pdf")) {
            byte[] value = signer.signDigest(session.digest());
            byte[] reply = authority.respond(session.timeStampRequest(value));
            assertThrows(SealcoreException.class, () -> session.addTimeStamp(value, new byte[] {1}));
            session.addTimeStamp(value, reply);
            byte[] signed = session.complete(document, value);
            assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
        }
    }

    private static String read(File file) {
        try {
            return new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
