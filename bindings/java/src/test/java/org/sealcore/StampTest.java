package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class StampTest {
    private static final String POLICY = "1.2.3.4.1";

    @TempDir
    Path temp;

    private static Authority local() {
        try (Signer tsa = Demo.signer("tsa")) {
            return Authority.local(tsa, new Authority.Options(POLICY));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "pdf"})
    void signaturesWithStamps(String type) {
        AtomicInteger asked = new AtomicInteger();
        try (Authority here = local(); Signer signer = Demo.signer(); Seal seal = Demo.seal();
                Authority far = Authority.external(request -> {
                    asked.incrementAndGet();
                    return here.respond(request);
                })) {
            for (Authority authority : new Authority[] {here, far}) {
                byte[] signed = Demo.sign(type, Demo.request(seal).timeStamp(authority), signer);
                assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
                try (Verifier verifier = Demo.verifier(); Document document = Document.open(signed);
                        Report report = verifier.verify(document)) {
                    assertTrue(report.signatures().get(0).timeStamp().isPresent(), report.json("x"));
                }
            }
        }
        assertTrue(asked.get() >= 1);
    }

    @Test
    void anAuthorityThatFails() {
        IOException down = new IOException("no route to host");
        try (Signer signer = Demo.signer(); Seal seal = Demo.seal(); Authority broken = Authority.external(request -> {
            throw down;
        }); Authority silent = Authority.external(request -> null);
                Authority mad = Authority.external(request -> new byte[] {1, 2, 3});
                Authority verbose = Authority.external(request -> new byte[1 << 20])) {
            SealcoreException e = assertThrows(SealcoreException.class,
                    () -> Demo.sign("pdf", Demo.request(seal).timeStamp(broken), signer));
            assertSame(down, e.getCause());
            for (Authority authority : new Authority[] {silent, mad, verbose}) {
                assertThrows(SealcoreException.class,
                        () -> Demo.sign("pdf", Demo.request(seal).timeStamp(authority), signer));
            }
            assertThrows(SealcoreException.class, () -> broken.respond(new byte[] {1}));
        }
    }

    @Test
    void requestReplyToken() throws IOException {
        Files.write(temp.resolve("serials"), "1\n".getBytes(StandardCharsets.US_ASCII));
        byte[] data = "what is stamped".getBytes(StandardCharsets.US_ASCII);
        byte[] digest = new Sm3().digest(data);
        byte[] request = TimeStamps.request("sm3", digest);
        Authority.Options options = new Authority.Options(POLICY).accuracyMillis(500).ordering(true)
                .otherPolicies("1.2.3.4.2").serials(temp.resolve("serials"));
        try (Signer tsa = Demo.signer("tsa"); Authority authority = Authority.local(tsa, options);
                Verifier verifier = Demo.verifier()) {
            byte[] token = TimeStamps.token(authority.respond(request), request);
            try (Report report = verifier.verifyTimeStamp(token, data, request)) {
                assertEquals(Verdict.VALID, report.verdict(), report.json("x"));
                assertEquals(SignatureResult.Kind.TIMESTAMP, report.signatures().get(0).kind());
                assertTrue(report.json("x").contains("\"policy\":\"" + POLICY + "\""), report.json("x"));
            }
            try (Report report = verifier.verifyTimeStamp(token, new byte[0], null)) {
                assertEquals(Verdict.INVALID, report.verdict());
            }
            try (Report report = verifier.verifyTimeStamp(token, null, null)) {
                assertEquals(Verdict.INDETERMINATE, report.verdict(), report.json("x"));
            }
            try (Report report = verifier.verifyTimeStamp(token, null, request)) {
                assertEquals(Verdict.VALID, report.verdict(), report.json("x"));
            }
            long[] seen = new long[2];
            try (Monitor monitor = new Monitor((done, total) -> {
                seen[0] = done;
                seen[1] = total;
                return true;
            })) {
                verifier.verifyTimeStamp(token, data, request, monitor).close();
                assertEquals(token.length + data.length, seen[0]);
                assertEquals(seen[1], seen[0]);
                monitor.cancel();
                assertThrows(CancelledException.class,
                        () -> verifier.verifyTimeStamp(token, data, request, monitor).close());
            }
            byte[] other = TimeStamps.request("sm3", digest, "1.2.3.4.2", false, false);
            byte[] reply = authority.respond(other);
            TimeStamps.token(reply, other);
            assertThrows(SealcoreException.class, () -> TimeStamps.token(reply, request));
            byte[] refused = authority.respond(TimeStamps.request("sm3", digest, "1.1.1", true, true));
            assertEquals(Status.AUTHORITY, assertThrows(SealcoreException.class,
                    () -> TimeStamps.token(refused, null)).status());
        }
        assertThrows(SealcoreException.class, () -> TimeStamps.request("sm3", new byte[5]));
        assertThrows(SealcoreException.class, () -> TimeStamps.request("crc32", new byte[4]));
        try (Signer nobody = Demo.signer()) {
            assertThrows(SealcoreException.class, () -> Authority.local(nobody, new Authority.Options(POLICY)));
        }
    }
}
