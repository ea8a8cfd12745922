package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/** What sealcore seals, ofdrw verifies, and the other way round. tests/interop has many more of these. */
@ExtendWith(NoLeaks.class)
class OfdrwTest {
    @TempDir
    Path temp;

    @BeforeAll
    static void provider() {
        Security.insertProviderAt(new BouncyCastleProvider(), 1);
    }

    @AfterAll
    static void noProvider() {
        Security.removeProvider("BC");
    }

    @Test
    void ofdrwVerifiesOurs() throws Exception {
        Path file = temp.resolve("ours.ofd");
        byte[] sealed = Demo.sealed("ofd");
        Files.write(file, sealed);
        validate(file);
        // It must be able to say no.
        Files.write(file, withSpaceInPage(sealed));
        assertThrows(Exception.class, () -> validate(file));
    }

    @Test
    void weVerifyOfdrws() throws Exception {
        char[] password = Demo.password("signer.p12");
        KeyStore store = KeyStore.getInstance("PKCS12", "BC");
        store.load(new ByteArrayInputStream(Demo.bytes("keys/signer.p12")), password);
        String alias = store.aliases().nextElement();
        Path file = temp.resolve("theirs.ofd");
        try (OFDReader reader = new OFDReader(Demo.path("document.ofd"))) {
            OFDSigner signer = new OFDSigner(reader, file);
            signer.setSignMode(SignMode.ContinueSign);
            signer.setSignContainer(new SESV4Container((PrivateKey) store.getKey(alias, password),
                    SESeal.getInstance(Demo.bytes("seal.esl")), (X509Certificate) store.getCertificate(alias)));
            signer.addApPos(new NormalStampPos(1, 50, 50, 40, 40));
            signer.exeSign();
            signer.close();
        }
        byte[] theirs = Files.readAllBytes(file);
        assertEquals(Verdict.VALID, Demo.verdict(theirs), Demo.describe(theirs));
    }

    private static void validate(Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
            validator.setValidator(new SESV4ValidateContainer());
            validator.exeValidate();
        }
    }

    /** The same package, but for one space at the end of each page. */
    private static byte[] withSpaceInPage(byte[] ofd) throws IOException {
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(ofd));
                ZipOutputStream out = new ZipOutputStream(changed)) {
            byte[] chunk = new byte[4096];
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    out.write(chunk, 0, count);
                }
                if (entry.getName().endsWith("Content.xml")) {
                    out.write(' ');
                }
            }
        }
        return changed.toByteArray();
    }
}
