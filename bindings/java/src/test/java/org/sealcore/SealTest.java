package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class SealTest {
    private static SealRequest request(SealRequest.Generation generation) {
        Instant now = Instant.now();
        return new SealRequest(generation, "JAVA0001", "爪哇测试专用章").picture("png", Demo.bytes("seal.png"), 42, 42)
                .signer(Demo.bytes("keys/signer.crt")).validity(now, now,
                        now.plus(Duration.ofDays(365))).vendor("java").type(1);
    }

    @ParameterizedTest
    @EnumSource(SealRequest.Generation.class)
    void madeAndUsed(SealRequest.Generation generation) {
        try (Signer maker = Demo.signer("maker"); Seal seal = request(generation).make(maker);
                Signer signer = Demo.signer()) {
            assertEquals(Verdict.VALID, Demo.verdict(seal.save()), Demo.describe(seal.save()));
            assertTrue(seal.inspect(Language.CHINESE).contains("爪哇测试专用章"), seal.inspect(Language.CHINESE));
            assertTrue(seal.inspect().startsWith("{"));
            assertArrayEquals(Demo.bytes("seal.png"), seal.picture());
            try (Seal loaded = Seal.load(seal.save())) {
                byte[] sealed = Demo.sign("ofd", Demo.request(loaded), signer);
                assertEquals(Verdict.VALID, Demo.verdict(sealed), Demo.describe(sealed));
            }
        }
    }

    @Test
    void madeInTwoPhases() throws Exception {
        SealRequest request = request(SealRequest.Generation.V4).signer(Demo.x509(Demo.bytes("keys/maker.crt")));
        try (SealSession session = request.prepare(Demo.bytes("keys/maker.crt")); Signer maker = Demo.signer("maker")) {
            Sm3 sm3 = new Sm3();
            sm3.update(Sm3.z(PublicKeyInfo.of(Demo.x509Bytes("keys/maker.crt")).point()));
            assertArrayEquals(session.digest(), sm3.digest(session.message()));
            try (Seal seal = session.complete(maker.signDigest(session.digest()))) {
                assertEquals(Verdict.VALID, Demo.verdict(seal.save()));
            }
            assertThrows(SealcoreException.class, () -> session.complete(new byte[64]));
        }
    }

    @Test
    void whatIsNoSeal() {
        assertThrows(SealcoreException.class, () -> Seal.load(new byte[] {0x30, 0}));
        try (Signer maker = Demo.signer("maker")) {
            assertThrows(SealcoreException.class,
                    () -> new SealRequest(SealRequest.Generation.V4, "x", "y").make(maker));
        }
    }

    @Test
    void keysAndCertificates() throws Exception {
        char[] password = "Schlüssel 密码".toCharArray();
        Instant now = Instant.now();
        CertificateTemplate template = new CertificateTemplate("person")
                .validity(now, now.plus(Duration.ofDays(10))).crlUrl("http://example.org/ca.crl");
        try (Key key = Key.generate("sm2"); Key again = Key.load(key.toPkcs8(password), password);
                Signer authority = Demo.signer("ca")) {
            assertArrayEquals(key.toPkcs8(null), again.toPkcs8(null));
            byte[] request = Certificates.request(again, "CN=张三,C=CN");
            assertTrue(new String(request, StandardCharsets.US_ASCII).startsWith("-----BEGIN CERTIFICATE REQUEST"));
            byte[] issued = Certificates.issue(authority, request, template);
            assertTrue(Certificates.inspect(issued).contains("张三"), Certificates.inspect(issued));
            byte[] p12 = key.toPkcs12(issued, "张三", password);
            try (Signer signer = Signer.fromKey(p12, password)) {
                assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("pdf", new SignRequest(), signer)));
            }
            assertEquals(Status.PASSWORD,
                    assertThrows(SealcoreException.class, () -> Key.load(p12, "x".toCharArray())).status());
            byte[] root = Certificates.selfSigned(key, new CertificateTemplate("root").subject("CN=Root")
                    .validity(now, now.plus(Duration.ofDays(10))));
            Certificates.inspect(root);
            assertThrows(SealcoreException.class,
                    () -> Certificates.issue(authority, key,
                            new CertificateTemplate("no such profile").subject("CN=x")));
        }
        assertThrows(SealcoreException.class, () -> Key.generate("rot13"));
    }
}
