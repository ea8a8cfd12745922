package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class VerifyTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void reportAsObjectsAndJson(String type) {
        Report report;
        try (Verifier verifier = Demo.verifier()) {
            report = verifier.verify(Demo.path("sealed." + type));
        }
        List<SignatureResult> signatures;
        try (Report open = report) {
            assertEquals(Verdict.VALID, open.verdict());
            assertTrue(open.isValid());
            assertEquals("Report[VALID]", open.toString());
            signatures = open.signatures();
            assertEquals(0, open.findings().size());
            String json = open.json("sealed", Language.ENGLISH);
            assertTrue(json.startsWith("{\"file\":\"sealed\",\"format\":\"" + type + "\""), json);
            assertFalse(json.contains("\n"));
            assertTrue(json.contains("示范市示范单位"), json);
            assertTrue(open.render("sealed", Language.CHINESE).contains("有效"), open.render("sealed", Language.CHINESE));
            assertNotEquals(open.render("sealed", Language.CHINESE), open.render("sealed", Language.ENGLISH));
        }
        assertThrows(IllegalStateException.class, () -> report.json("x"));
        assertEquals(1, signatures.size());
        SignatureResult signature = signatures.get(0);
        assertEquals(Verdict.VALID, signature.verdict());
        assertEquals(type.equals("ofd") ? "s001" : "Signature1", signature.id());
        assertEquals(SignatureResult.Kind.SEAL, signature.kind());
        assertEquals("GB/T 38540-2020", signature.standard().get());
        assertEquals(SignatureResult.Integrity.INTACT, signature.integrity());
        assertEquals(SignatureResult.Coverage.WHOLE, signature.coverage());
        assertEquals(SignatureResult.Changes.NONE, signature.changes());
        assertEquals(SignatureResult.Trust.TRUSTED, signature.trust());
        assertEquals("示范市示范单位演示专用章", signature.sealName().get());
        assertEquals("示范市示范单位", signature.signerName().get());
        assertTrue(signature.signerSubject().get().startsWith("CN="), signature.signerSubject().get());
        assertFalse(signature.timeStamp().isPresent());
        assertTrue(Duration.between(signature.signedAt().get(), Instant.now()).abs().toMinutes() < 10);
        Finding claimed = signature.findings().get(0);
        assertEquals("time-claimed", claimed.code());
        assertEquals(Finding.Severity.WARNING, claimed.severity());
        assertNotEquals(claimed.message(Language.CHINESE), claimed.message(Language.ENGLISH));
        assertFalse(claimed.part().isPresent());
        assertFalse(claimed.clause().isPresent());
    }

    @Test
    void verdicts() throws IOException {
        byte[] sealed = Demo.bytes("sealed.pdf");
        assertEquals(Verdict.UNSIGNED, Demo.verdict(Demo.bytes("document.pdf")));
        byte[] altered = sealed.clone();
        int at = new String(altered, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("endstream") - 10;
        altered[at] ^= 1;
        assertEquals(Verdict.INVALID, Demo.verdict(altered));
        try (Verifier trustless = Verifier.builder().build();
                Report report = trustless.verify(Demo.path("sealed.ofd"))) {
            assertEquals(Verdict.INDETERMINATE, report.verdict());
            assertEquals(SignatureResult.Trust.UNKNOWN, report.signatures().get(0).trust());
        }
        try (Verifier verifier = Demo.verifier(); Report report = verifier.verify(Demo.path("seal.esl"))) {
            assertEquals(Verdict.VALID, report.verdict());
        }
    }

    @Test
    void aVerifierIsWhatItsBuilderSaid() throws Exception {
        Verifier.Builder builder = Verifier.builder()
                .trust(Demo.bytes("trust/ca.crt"))
                .makerTrust(Demo.path("trust/ca.crt"))
                .makerTrust(Demo.bytes("trust/ca.crt"))
                .crl(Demo.path("trust/ca.crl"))
                .crl(Demo.bytes("trust/ca.crl"))
                .policy("pades")
                .time(Instant.now().plusSeconds(60))
                .limit("pages", 1000);
        try (Verifier verifier = builder.build();
                Verifier second = builder.trust(Demo.x509(Demo.bytes("trust/ca.crt"))).build();
                Report report = verifier.verify(Demo.path("sealed.pdf"));
                Report again = second.verify(Demo.path("sealed.pdf"))) {
            assertEquals(Verdict.VALID, report.verdict());
            assertEquals(Verdict.VALID, again.verdict());
            assertTrue(report.json("x").contains("\"policy\":\"pades\""));
        }
        Verifier.Builder narrow = Verifier.builder().limit("entries", 2);
        SealcoreException limit;
        try (Verifier verifier = narrow.build()) {
            limit = assertThrows(SealcoreException.class, () -> verifier.verify(Demo.path("sealed.ofd")).close());
        }
        assertEquals(Status.LIMIT, limit.status());
        assertEquals(Status.ARGUMENT, assertThrows(SealcoreException.class,
                () -> Verifier.builder().policy("lax").build()).status());
        assertThrows(SealcoreException.class, () -> Verifier.builder().limit("no-such-limit", 1).build());
        assertThrows(SealcoreException.class, () -> Verifier.builder().trust(temp.resolve("nowhere")).build());
        assertThrows(SealcoreException.class, () -> Verifier.builder().trust(new byte[] {1}).build());
    }

    @Test
    void documentsComeFromEverywhere() throws IOException {
        Path file = Demo.path("sealed.ofd");
        byte[] bytes = Files.readAllBytes(file);
        String expected = Demo.describe(bytes);
        try (Verifier verifier = Demo.verifier();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                SeekableByteChannel plain = new PlainChannel(FileChannel.open(file, StandardOpenOption.READ))) {
            Document[] documents = {
                Document.open(file),
                Document.open(new ByteArrayInputStream(bytes)),
                Document.open(channel),
                Document.open(plain),
                Document.open(new Stingy(bytes), null)
            };
            for (Document document : documents) {
                try (Document open = document; Report report = verifier.verify(open)) {
                    assertEquals(DocumentFormat.OFD, open.format());
                    assertEquals(expected, report.json("file", Language.ENGLISH));
                }
            }
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void namesInChinese() throws IOException {
        Path file = temp.resolve("合同（盖章版）.ofd");
        Files.copy(Demo.path("sealed.ofd"), file);
        try (Verifier verifier = Demo.verifier(); Report report = verifier.verify(file)) {
            assertTrue(report.json(file.getFileName().toString()).contains("合同（盖章版）.ofd"));
        }
    }

    @Test
    void encryptedDocuments() throws IOException {
        Path file = Paths.get("../../testdata/pdf/encrypted/r6-aes.pdf");
        assumeTrue(Files.exists(file), "testdata is not there");
        char[] password = "密码 1".toCharArray();
        try (Document document = Document.open(file, password); Signer signer = Demo.signer();
                Document memory = Document.open(Files.readAllBytes(file), password);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Document source = Document.open(Source.of(channel), password); Verifier verifier = Demo.verifier()) {
            assertEquals(Status.REFUSED, assertThrows(SealcoreException.class,
                    () -> document.sign(new SignRequest(), signer)).status());
            byte[] signed = document.sign(new SignRequest().ignorePermissions(true), signer);
            for (Document each : new Document[] {document, memory, source}) {
                try (Report report = verifier.verify(each)) {
                    assertEquals(Verdict.UNSIGNED, report.verdict());
                }
            }
            try (Document again = Document.open(signed, password); Report report = verifier.verify(again)) {
                assertEquals(SignatureResult.Integrity.INTACT, report.signatures().get(0).integrity(),
                        report.json("x"));
            }
        }
        assertEquals("密码 1", new String(password));
        for (char[] wrong : new char[][] {"密码 2".toCharArray(), {}}) {
            assertEquals(Status.PASSWORD, assertThrows(SealcoreException.class, () -> {
                try (Document document = Document.open(file, wrong); Signer signer = Demo.signer()) {
                    document.sign(new SignRequest(), signer);
                }
            }).status());
        }
    }

    @Test
    void inspection() {
        try (Document document = Document.open(Demo.path("sealed.pdf"))) {
            assertEquals(DocumentFormat.PDF, document.format());
            String english = document.inspect(true, Language.ENGLISH);
            assertTrue(english.startsWith("{"), english);
            assertTrue(document.inspect(false).startsWith("{"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void hostileFiles(String type) {
        byte[] sealed = Demo.bytes("sealed." + type);
        Random random = new Random(7);
        int refused = 0;
        int judged = 0;
        try (Verifier verifier = Demo.verifier()) {
            for (int i = 0; i < 150; i++) {
                byte[] hostile = i % 3 == 0 ? Arrays.copyOf(sealed, random.nextInt(sealed.length)) : sealed.clone();
                for (int flips = 0; flips < 1 + i % 40 && hostile.length > 0; flips++) {
                    hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
                }
                try (Document document = Document.open(hostile); Report report = verifier.verify(document)) {
                    assertNotEquals(null, report.json("x"));
                    report.signatures();
                    judged++;
                } catch (SealcoreException e) {
                    assertNotEquals(Status.PANIC, e.status(), e.getMessage());
                    refused++;
                }
            }
        }
        assertTrue(refused > 0 && judged > 0, refused + " refused, " + judged + " judged");
    }

    @Test
    void whatIsNotThereOrEmpty() {
        assertEquals(Status.IO, assertThrows(SealcoreException.class,
                () -> Document.open(temp.resolve("nowhere"))).status());
        assertThrows(SealcoreException.class, () -> Document.open(new byte[0]));
        assertThrows(NullPointerException.class, () -> Document.open((byte[]) null));
    }

    /** Not a FileChannel. */
    private static final class PlainChannel implements SeekableByteChannel {
        private final FileChannel inner;

        PlainChannel(FileChannel inner) {
            this.inner = inner;
        }

        @Override
        public int read(java.nio.ByteBuffer target) throws IOException {
            return inner.read(target);
        }

        @Override
        public int write(java.nio.ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return inner.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            inner.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return inner.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return inner.isOpen();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }

    /** Gives three bytes in ten at a time. */
    private static final class Stingy implements Source {
        private final byte[] bytes;

        Stingy(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public int read(long position, byte[] buffer, int offset, int length) {
            int count = Math.min(Math.max(1, length * 3 / 10), bytes.length - (int) position);
            System.arraycopy(bytes, (int) position, buffer, offset, count);
            return count;
        }
    }
}
