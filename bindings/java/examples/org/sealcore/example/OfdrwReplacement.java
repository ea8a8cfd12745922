package org.sealcore.example;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.stamppos.RidingStampPos;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;
import org.sealcore.Document;
import org.sealcore.Placement;
import org.sealcore.Report;
import org.sealcore.Seal;
import org.sealcore.SignRequest;
import org.sealcore.Signer;
import org.sealcore.Verifier;

/**
 * ofdrw's signing, call for call, and what takes its place. Each step of the first method has the number of the step of
 * the second that replaces it. Both seal the same document with the same seal and the same key of the same key store;
 * in the end each verifies what the other made.
 *
 * <p>{@code OfdrwReplacement DEMODIR OUTDIR}, with SEALCORE_PASSWORD in the environment.
 */
public final class OfdrwReplacement {
    private OfdrwReplacement() {
    }

    /** Before. */
    static void withOfdrw(Path in, Path out, PrivateKey key, X509Certificate certificate, byte[] esl) throws Exception {
        // 1. the document
        try (OFDReader reader = new OFDReader(in)) {
            // 2. where the result goes
            OFDSigner signer = new OFDSigner(reader, out);
            // 3. further signatures may follow, or none
            signer.setSignMode(SignMode.ContinueSign);
            // 4. the key, the seal, the standard. The container's class must fit the seal's generation.
            signer.setSignContainer(new SESV4Container(key, SESeal.getInstance(esl), certificate));
            // 5. on page 1, 40 by 40 mm; the size is the application's to know
            signer.addApPos(new NormalStampPos(1, 50, 50, 40, 40));
            // 6. over the seam, on the right
            signer.addApPos(new RidingStampPos(40, 40));
            // 7. sign, write
            signer.exeSign();
            signer.close();
        }
    }

    /** After. */
    static void withSealcore(Path in, Path out, PrivateKey key, X509Certificate certificate, byte[] esl)
            throws Exception {
        // 1. the document: the same call takes PDF
        try (Document document = Document.open(in);
                // 4. the key, which may as well be in a token: Signer.open("skf:...", pin)
                Signer signer = Signer.from(key, new BouncyCastleProvider(), certificate);
                // 4. the seal; its generation chooses the standard
                Seal seal = Seal.load(esl)) {
            SignRequest request = new SignRequest()
                    .seal(seal)
                    // 3. further signatures may follow, or none
                    .whole(false)
                    // 5. on page 1; the size is the seal's own
                    .place(Placement.at("1", 50, 50))
                    // 6. over the seam
                    .place(Placement.seam("all", org.sealcore.Side.RIGHT));
            // 2. and 7. sign, write: the file is there whole or not at all
            document.sign(request, signer, out);
        }
    }

    /** Before: an exception, or nothing. Neither certificates nor the seal itself are checked. */
    static void verifyWithOfdrw(Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
            validator.setValidator(new SESV4ValidateContainer());
            validator.exeValidate();
        }
    }

    /** After: a report with a verdict, under a trust. */
    static void verifyWithSealcore(Path file, Path trust) {
        try (Verifier verifier = Verifier.builder().trust(trust).build(); Report report = verifier.verify(file)) {
            System.out.print(report.render(file.getFileName().toString()));
            if (!report.isValid()) {
                throw new IllegalStateException(report.verdict() + ": " + report.json(file.getFileName().toString()));
            }
        }
    }

    public static void main(String[] args) throws Exception {
        Path demo = Paths.get(args[0]);
        Path out = Paths.get(args[1]);
        Security.insertProviderAt(new BouncyCastleProvider(), 1);
        char[] password = System.getenv("SEALCORE_PASSWORD").toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12", "BC");
        try (InputStream in = Files.newInputStream(demo.resolve("keys/signer.p12"))) {
            store.load(in, password);
        }
        String alias = store.aliases().nextElement();
        PrivateKey key = (PrivateKey) store.getKey(alias, password);
        X509Certificate certificate = (X509Certificate) store.getCertificate(alias);
        byte[] esl = Files.readAllBytes(demo.resolve("seal.esl"));

        Path document = demo.resolve("document.ofd");
        withOfdrw(document, out.resolve("by-ofdrw.ofd"), key, certificate, esl);
        withSealcore(document, out.resolve("by-sealcore.ofd"), key, certificate, esl);
        verifyWithOfdrw(out.resolve("by-sealcore.ofd"));
        verifyWithSealcore(out.resolve("by-ofdrw.ofd"), demo.resolve("trust"));
        verifyWithSealcore(out.resolve("by-sealcore.ofd"), demo.resolve("trust"));
    }
}
