package interop;

import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultCMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** A detached CMS and what it signs, with BouncyCastle's own algorithms: SM2 with SM3 among them. */
final class Cms {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    /** GM/T 0006 has an identifier for signing with SM2 that BouncyCastle knows and yet doesn't look for in a CMS. */
    private static final class Names extends DefaultCMSSignatureAlgorithmNameGenerator {
        Names() {
            setSigningEncryptionAlgorithmMapping(new ASN1ObjectIdentifier("1.2.156.10197.1.301.1"), "SM2");
        }
    }

    private Cms() {
    }

    static Json answer(String folder) {
        Json answer = new Json("bc", folder);
        try {
            Path dir = Paths.get(folder);
            CMSSignedData data = new CMSSignedData(
                    new CMSProcessableByteArray(Files.readAllBytes(dir.resolve("signed.bin"))),
                    Files.readAllBytes(dir.resolve("contents.der")));
            answer.put("type", data.toASN1Structure().getContentType().getId());
            for (SignerInformation signer : data.getSignerInfos()) {
                Collection<X509CertificateHolder> found = data.getCertificates().getMatches(signer.getSID());
                judge(answer.signature(), signer, new JcaX509CertificateConverter().setProvider(BC)
                        .getCertificate(found.iterator().next()));
            }
        } catch (Exception e) {
            answer.failed(e);
        }
        return answer;
    }

    private static void judge(Map<String, String> out, SignerInformation signer, X509Certificate certificate)
            throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(BC).build();
        JcaSignerInfoVerifierBuilder named = new JcaSignerInfoVerifierBuilder(digests).setProvider(BC)
                .setSignatureAlgorithmNameGenerator(new Names());
        JcaSignerInfoVerifierBuilder usual = new JcaSignerInfoVerifierBuilder(digests).setProvider(BC);
        out.put("digest", signer.getDigestAlgOID());
        out.put("algorithm", signer.getEncryptionAlgOID());
        out.put("valid", verified(() -> signer.verify(named.build(certificate.getPublicKey()))));
        // With the certificate, BouncyCastle also asks that it was valid at the signing time.
        out.put("in_time", verified(() -> signer.verify(named.build(certificate))));
        out.put("by_default", verified(() -> signer.verify(usual.build(certificate))));
    }

    private interface Check {
        boolean run() throws Exception;
    }

    private static String verified(Check check) throws Exception {
        try {
            return Json.yes(check.run());
        } catch (CMSException | IllegalArgumentException e) {
            // A digest that differs comes as an exception, and so does an algorithm that it doesn't know.
            return e.getMessage();
        }
    }

    /** Signs signed.bin of the folder, leaves contents.der there: object identifiers of PKCS#7, SM2 with SM3. */
    static void sign(String keys, String folder) throws Exception {
        Path dir = Paths.get(folder);
        PrivateKey key = new JcaPEMKeyConverter().setProvider(BC).getPrivateKey((PrivateKeyInfo) pem(keys + "/sm2.key.pem"));
        X509Certificate certificate = new JcaX509CertificateConverter().setProvider(BC)
                .getCertificate((X509CertificateHolder) pem(keys + "/sm2.cert.pem"));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().setProvider(BC).build())
                .setContentDigest(new org.bouncycastle.asn1.x509.AlgorithmIdentifier(GMObjectIdentifiers.sm3))
                .build(new JcaContentSignerBuilder("SM3withSM2").setProvider(BC).build(key), certificate));
        generator.addCertificates(new JcaCertStore(Collections.singletonList(certificate)));
        byte[] content = Files.readAllBytes(dir.resolve("signed.bin"));
        Files.write(dir.resolve("contents.der"),
                generator.generate(new CMSProcessableByteArray(content), false).getEncoded("DER"));
    }

    private static Object pem(String path) throws IOException {
        try (Reader reader = new FileReader(path); PEMParser parser = new PEMParser(reader)) {
            return parser.readObject();
        }
    }
}
