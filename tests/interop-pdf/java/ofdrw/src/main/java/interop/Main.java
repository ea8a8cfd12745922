package interop;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.SESVersionHolder;
import org.ofdrw.gm.ses.parse.VersionParser;

/**
 * SES_Signature values that stand in PDF files, read by ofdrw's structure classes: {@code DIR...}, each with signed.bin and
 * contents.der as contents.py leaves them. ofdrw itself knows no PDF; hash and signature are checked here, over what its
 * classes encode.
 */
public final class Main {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    private Main() {
    }

    public static void main(String[] argv) {
        for (String folder : argv) {
            Json answer = new Json("ofdrw", folder);
            try {
                Path dir = Paths.get(folder);
                judge(answer.signature(), Files.readAllBytes(dir.resolve("contents.der")),
                        Files.readAllBytes(dir.resolve("signed.bin")));
            } catch (Exception e) {
                answer.failed(e);
            }
            System.out.println(answer);
        }
    }

    private static void judge(Map<String, String> out, byte[] value, byte[] content) throws Exception {
        SESVersionHolder holder = VersionParser.parseSES_SignatureVersion(value);
        byte[] again;
        byte[] signed;
        byte[] dataHash;
        byte[] signature;
        byte[] propertyInfo;
        ASN1OctetString cert;
        boolean v1 = holder.getVersion() == SESVersion.v1;
        if (v1) {
            org.ofdrw.gm.ses.v1.SES_Signature ses = org.ofdrw.gm.ses.v1.SES_Signature.getInstance(value);
            signed = ses.getToSign().getEncoded("DER");
            dataHash = ses.getToSign().getDataHash().getOctets();
            propertyInfo = ses.getToSign().getPropertyInfo().getOctets();
            cert = ses.getToSign().getCert();
            signature = ses.getSignature().getOctets();
            again = ses.getEncoded("DER");
            out.put("version", String.valueOf(ses.getToSign().getVersion().getValue()));
        } else {
            org.ofdrw.gm.ses.v4.SES_Signature ses = org.ofdrw.gm.ses.v4.SES_Signature.getInstance(value);
            signed = ses.getToSign().getEncoded("DER");
            dataHash = ses.getToSign().getDataHash().getOctets();
            propertyInfo = ses.getToSign().getPropertyInfo().getOctets();
            cert = ses.getCert();
            signature = ses.getSignature().getOctets();
            again = ses.getEncoded("DER");
            out.put("version", String.valueOf(ses.getToSign().getVersion().getValue()));
            out.put("algorithm", ses.getSignatureAlgID().getId());
        }
        out.put("property", new String(propertyInfo, java.nio.charset.StandardCharsets.US_ASCII));
        out.put("same_encoding", Json.yes(Arrays.equals(value, again)));
        out.put("intact", Json.yes(Arrays.equals(dataHash, MessageDigest.getInstance("SM3", BC).digest(content))));
        Certificate certificate = CertificateFactory.getInstance("X.509", BC)
                .generateCertificate(new ByteArrayInputStream(cert.getOctets()));
        Signature sm2 = Signature.getInstance("SM3withSM2", BC);
        sm2.initVerify(certificate.getPublicKey());
        sm2.update(signed);
        out.put("valid", Json.yes(sm2.verify(signature)));
    }
}
