import java.io.ByteArrayInputStream;
import java.io.FileReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/**
 * BouncyCastle's half:
 * request sm3|sha256 DATA OUT, check REQUEST REPLY CERTIFICATE, reply sm3|sha256 KEY CERTIFICATE REQUEST OUT.
 * Fails with a stack trace where BouncyCastle does.
 */
public class Tsp {
    private static final Set<ASN1ObjectIdentifier> DIGESTS = Set.of(GMObjectIdentifiers.sm3, NISTObjectIdentifiers.id_sha256);

    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        switch (words[0]) {
            case "request" -> request(words[1], Path.of(words[2]), Path.of(words[3]));
            case "check" -> check(Path.of(words[1]), Path.of(words[2]), words[3]);
            case "reply" -> reply(words[1], words[2], words[3], Path.of(words[4]), Path.of(words[5]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void request(String digest, Path data, Path out) throws Exception {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        byte[] imprint = MessageDigest.getInstance(digest.equals("sm3") ? "SM3" : "SHA-256", "BC").digest(Files.readAllBytes(data));
        BigInteger nonce = BigInteger.valueOf(System.nanoTime());
        Files.write(out, generator.generate(identifier(digest), imprint, nonce).getEncoded());
    }

    /** The reply answers the request, and its token is signed with the key of the certificate. */
    private static void check(Path request, Path reply, String certificate) throws Exception {
        TimeStampResponse response = new TimeStampResponse(Files.readAllBytes(reply));
        response.validate(new TimeStampRequest(Files.readAllBytes(request)));
        TimeStampToken token = response.getTimeStampToken();
        X509CertificateHolder holder = certificate(certificate);
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
        boolean inside = !token.getCertificates().getMatches(token.getSID()).isEmpty();
        System.out.println(token.getTimeStampInfo().getGenTime() + " " + token.getTimeStampInfo().getSerialNumber().toString(16)
            + (inside ? " with its certificate" : ""));
    }

    private static void reply(String digest, String key, String certificate, Path request, Path out) throws Exception {
        X509CertificateHolder holder = certificate(certificate);
        PrivateKey secret;
        try (PEMParser parser = new PEMParser(new FileReader(key))) {
            secret = new JcaPEMKeyConverter().setProvider("BC").getPrivateKey((PrivateKeyInfo) parser.readObject());
        }
        String algorithm = digest.equals("sm3") ? "SM3withSM2" : secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        TimeStampTokenGenerator tokens = new TimeStampTokenGenerator(
            new JcaSimpleSignerInfoGeneratorBuilder().setProvider("BC").build(algorithm, secret,
                new org.bouncycastle.cert.jcajce.JcaX509CertificateConverter().setProvider("BC").getCertificate(holder)),
            new JcaDigestCalculatorProviderBuilder().setProvider("BC").build().get(new AlgorithmIdentifier(identifier(digest))),
            new ASN1ObjectIdentifier("1.2.3.4"));
        tokens.setAccuracyMillis(500);
        tokens.addCertificates(new JcaCertStore(List.of(holder)));
        TimeStampResponseGenerator responses = new TimeStampResponseGenerator(tokens, DIGESTS);
        TimeStampRequest asked = new TimeStampRequest(new ByteArrayInputStream(Files.readAllBytes(request)));
        Files.write(out, responses.generate(asked, BigInteger.valueOf(System.nanoTime()), new Date()).getEncoded());
    }

    private static ASN1ObjectIdentifier identifier(String digest) {
        return digest.equals("sm3") ? GMObjectIdentifiers.sm3 : NISTObjectIdentifiers.id_sha256;
    }

    private static X509CertificateHolder certificate(String path) throws Exception {
        try (PEMParser parser = new PEMParser(new FileReader(path))) {
            return (X509CertificateHolder) parser.readObject();
        }
    }
}
