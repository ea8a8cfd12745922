package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class SignTest {
    private static final Pattern STAMP = Pattern.compile("\"page\":");

    @TempDir
    Path temp;

    private static int stamps(String type, Placement... placements) {
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal()) {
            SignRequest request = new SignRequest().seal(seal);
            for (Placement placement : placements) {
                request.place(placement);
            }
            byte[] signed = Demo.sign(type, request, signer);
            assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
            return STAMP.split(Demo.describe(signed), -1).length - 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void everyPlacement(String type) {
        assertEquals(1, stamps(type, Placement.at("last", 150, 230)));
        assertEquals(3, stamps(type, Placement.at("all", 20, 20)));
        assertEquals(2, stamps(type, Placement.at("2-3", 20.5, 20.5)));
        assertEquals(3, stamps(type, Placement.seam("all", Side.RIGHT)));
        assertEquals(3, stamps(type, Placement.seam("all",
                Side.LEFT).position(100).margin(1).minSlice(5).maxSlices(10)));
        assertEquals(3, stamps(type, Placement.seam("all", Side.TOP)));
        assertEquals(3, stamps(type, Placement.seam("all", Side.BOTTOM)));
        assertTrue(stamps(type, Placement.facing("all")) >= 2);
        assertTrue(stamps(type, Placement.facing("1-2", 120)) >= 2);
        assertEquals(1, stamps(type, Placement.keyword("盖章处").last()));
        assertEquals(1, stamps(type, Placement.keyword("盖章处").first().on("last").offset(5, -5)));
        assertEquals(4, stamps(type, Placement.keyword("盖章处").nth(1), Placement.seam("all", Side.RIGHT)));
        assertTrue(stamps(type, Placement.keyword("盖章处")) >= 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void whatDoesNotFitIsRefused(String type) {
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal()) {
            for (Placement placement : new Placement[] {
                Placement.at("99", 1, 1), Placement.at("never", 1, 1), Placement.at("1", Double.NaN, 1),
                Placement.keyword("no such words")
            }) {
                SignRequest request = new SignRequest().seal(seal).place(placement);
                SealcoreException e = assertThrows(SealcoreException.class, () -> Demo.sign(type, request, signer));
                assertTrue(e.status() == Status.ARGUMENT || e.status() == Status.REFUSED, e.toString());
            }
            assertThrows(IllegalArgumentException.class, () -> Placement.keyword("x").nth(0));
        }
        try (Signer maker = Demo.signer("maker"); Seal seal = Demo.seal()) {
            SealcoreException e = assertThrows(SealcoreException.class,
                    () -> Demo.sign(type, Demo.request(seal), maker));
            assertEquals(Status.REFUSED, e.status(), e.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void toMemoryPathAndStream(String type) throws IOException {
        Instant time = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Path path = temp.resolve("签章." + type);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] memory;
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal(); Document document = Demo.document(type);
                Monitor monitor = new Monitor((done, total) -> true)) {
            SignRequest request = Demo.request(seal).time(time);
            memory = document.sign(request, signer, monitor);
            document.sign(request, signer, path, monitor);
            document.sign(request, signer, stream, monitor);
        }
        assertEquals(Verdict.VALID, Demo.verdict(memory));
        assertEquals(Verdict.VALID, Demo.verdict(Files.readAllBytes(path)));
        assertEquals(Verdict.VALID, Demo.verdict(stream.toByteArray()));
        assertTrue(Demo.describe(memory).contains(time.toString()), time + " " + Demo.describe(memory));
    }

    @Test
    void pdfInPlaceWithItsTexts() throws IOException {
        Path path = temp.resolve("contract.pdf");
        Files.write(path, Demo.bytes("document.pdf"));
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal()) {
            SignRequest request = Demo.request(seal).field("Party A").reason("同意").location("上海").contact("010")
                    .name("示范").caption("盖章").certify(2).opacity(80).whiteTransparent(true).contents("auto");
            Document.signInPlace(path, null, request, signer, null);
        }
        byte[] signed = Files.readAllBytes(path);
        byte[] before = Demo.bytes("document.pdf");
        assertArrayEquals(before, java.util.Arrays.copyOf(signed, before.length));
        assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
        assertTrue(Demo.describe(signed).contains("\"id\":\"Party A\""), Demo.describe(signed));
    }

    @Test
    void plainSignaturesPicturesAndLocks() {
        try (Signer signer = Demo.signer()) {
            byte[] ofd = Demo.sign("ofd", new SignRequest().whole(true).document(1), signer);
            assertEquals(Verdict.VALID, Demo.verdict(ofd), Demo.describe(ofd));
            try (Document closed = Document.open(ofd)) {
                assertEquals(Status.REFUSED, assertThrows(SealcoreException.class,
                        () -> closed.sign(new SignRequest(), signer)).status());
            }
            byte[] pdf = Demo.sign("pdf", new SignRequest().picture("png", Demo.bytes("seal.png"), 30, 30)
                    .place(Placement.at("1", 10, 10)).contents("cms").lock(Lock.INCLUDE, "A", "B"), signer);
            assertEquals(Verdict.VALID, Demo.verdict(pdf), Demo.describe(pdf));
            byte[] gm = Demo.sign("pdf", new SignRequest().contents("gm-cms").reserve(9000).lock(Lock.ALL), signer);
            assertTrue(Demo.describe(gm).contains("GB/T 35275"), Demo.describe(gm));
            assertThrows(SealcoreException.class,
                    () -> Demo.sign("pdf", new SignRequest().contents("no such form"), signer));
            assertThrows(SealcoreException.class, () -> Demo.sign("pdf", new SignRequest().certify(9), signer));
            byte[] wanted = Demo.sign("pdf", new SignRequest().ignorePermissions(true)
                    .filter("Adobe.PPKLite", "adbe.pkcs7.detached").contents("cms"), signer);
            assertEquals(Verdict.VALID, Demo.verdict(wanted), Demo.describe(wanted));
        }
    }

    @Test
    void twoSignaturesOnOneDocument() {
        byte[] once = Demo.sealed("ofd");
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal(); Document document = Document.open(once);
                Verifier verifier = Demo.verifier()) {
            byte[] twice = document.sign(Demo.request(seal).relative("s001"), signer);
            try (Document reopened = Document.open(twice); Report report = verifier.verify(reopened)) {
                assertEquals(2, report.signatures().size());
                assertEquals(SignatureResult.Changes.PERMITTED, report.signatures().get(0).changes());
            }
        }
    }

    @Test
    void integrityRecord() {
        try (Signer signer = Demo.signer(); Document document = Demo.document("ofd")) {
            byte[] recorded = document.addIntegrityRecord(signer, Instant.now());
            assertTrue(recorded.length > 0);
            assertFalse(java.util.Arrays.equals(recorded, Demo.bytes("document.ofd")));
        }
    }

    @Test
    void wrongPasswords() {
        byte[] p12 = Demo.bytes("keys/signer.p12");
        SealcoreException e = assertThrows(SealcoreException.class, () -> Signer.fromKey(p12, "错误的口令".toCharArray()));
        assertEquals(Status.PASSWORD, e.status());
        assertEquals("password", e.kind());
        assertFalse(e.getMessage().contains("错误的口令"));
        assertThrows(SealcoreException.class, () -> Signer.fromKey(p12, null));
        assertEquals(Status.PASSWORD, assertThrows(SealcoreException.class,
                () -> Signer.open(Demo.path("keys/signer.p12").toString(), "x".toCharArray())).status());
    }

    @Test
    void signersByPathAndUri() throws IOException {
        char[] password = Demo.password("signer.p12");
        String path = Demo.path("keys/signer.p12").toString();
        try (Signer file = Signer.open(path, password); Signer uri = Signer.open("file:" + path, password);
                Signer key = Signer.fromKey(Demo.path("keys/signer.p12"), password)) {
            for (Signer signer : new Signer[] {file, uri, key}) {
                assertEquals("SM2-SM3", signer.algorithm());
                assertArrayEquals(Demo.x509Bytes("keys/signer.crt"), signer.certificate());
                assertTrue(signer.maxSignatureLength() >= 72);
                assertTrue(signer.signDigest(new byte[32]).length <= signer.maxSignatureLength());
                assertThrows(SealcoreException.class, () -> signer.signDigest(new byte[31]));
            }
        }
        assertThrows(SealcoreException.class, () -> Signer.open("skf:/no/such/library.so", "1".toCharArray()));
        assertThrows(SealcoreException.class, () -> Devices.list("skf:/no/such/library.so", null));
    }
}
