package interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.SESVersionHolder;
import org.ofdrw.gm.ses.parse.VersionParser;
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v4.CertInfoList;
import org.ofdrw.gm.ses.v4.SES_CertList;

/** Seals made with, and read by, ofdrw's own ASN.1 classes. */
final class Seals {
    private static final ASN1ObjectIdentifier SM2_SM3 = GMObjectIdentifiers.sm2sign_with_sm3;
    private static final String NAME = "互操作测试专用章";

    private Seals() {
    }

    static byte[] make(Args args) throws GeneralSecurityException, IOException {
        Keys maker = Keys.load(args.path("maker-p12"), args.password("maker-password-env"));
        X509Certificate signer = Keys.certificate(Files.readAllBytes(args.path("signer-cert")));
        SES_ESPictrueInfo picture = new SES_ESPictrueInfo().setType("png")
                .setData(Files.readAllBytes(args.path("picture"))).setWidth(40).setHeight(40);
        switch (args.need("form")) {
            case "v1":
                return v1(maker, signer, picture);
            case "v4":
                return v4(maker, signer, picture, 4);
            case "v5":
                // GM/T 0031-2025 without the optional time stamp is the shape of GB/T 38540 with another number.
                return v4(maker, signer, picture, 5);
            default:
                throw new Args.UsageException("--form of a seal is v1, v4 or v5");
        }
    }

    private static byte[] v1(Keys maker, X509Certificate signer, SES_ESPictrueInfo picture)
            throws GeneralSecurityException, IOException {
        Date[] dates = dates();
        org.ofdrw.gm.ses.v1.SES_ESPropertyInfo property = new org.ofdrw.gm.ses.v1.SES_ESPropertyInfo()
                .setType(new ASN1Integer(1)).setName(new DERUTF8String(NAME))
                .setCertList(new DERSequence(new DEROctetString(signer.getEncoded())))
                .setCreateDate(new ASN1UTCTime(dates[0], Locale.ROOT))
                .setValidStart(new ASN1UTCTime(dates[1], Locale.ROOT))
                .setValidEnd(new ASN1UTCTime(dates[2], Locale.ROOT));
        org.ofdrw.gm.ses.v1.SES_SealInfo info = new org.ofdrw.gm.ses.v1.SES_SealInfo()
                .setHeader(new SES_Header(new ASN1Integer(1), new DERIA5String("interop")))
                .setEsID(new DERIA5String("INTEROP0000001")).setProperty(property).setPicture(picture);
        ASN1OctetString cert = new DEROctetString(maker.certificate.getEncoded());
        byte[] value = signature(maker, tbsV1(info, cert));
        return new org.ofdrw.gm.ses.v1.SESeal(info,
                new org.ofdrw.gm.ses.v1.SES_SignInfo(cert, SM2_SM3, new DERBitString(value))).getEncoded("DER");
    }

    private static byte[] v4(Keys maker, X509Certificate signer, SES_ESPictrueInfo picture, int version)
            throws GeneralSecurityException, IOException {
        Date[] dates = dates();
        SES_CertList list = new SES_CertList(new CertInfoList().add(new DEROctetString(signer.getEncoded())));
        org.ofdrw.gm.ses.v4.SES_ESPropertyInfo property = new org.ofdrw.gm.ses.v4.SES_ESPropertyInfo()
                .setType(new ASN1Integer(1)).setName(new DERUTF8String(NAME))
                .setCertListType(org.ofdrw.gm.ses.v4.SES_ESPropertyInfo.CertListType).setCertList(list)
                .setCreateDate(new ASN1GeneralizedTime(dates[0], Locale.ROOT))
                .setValidStart(new ASN1GeneralizedTime(dates[1], Locale.ROOT))
                .setValidEnd(new ASN1GeneralizedTime(dates[2], Locale.ROOT));
        org.ofdrw.gm.ses.v4.SES_SealInfo info = new org.ofdrw.gm.ses.v4.SES_SealInfo()
                .setHeader(new SES_Header(new ASN1Integer(version), new DERIA5String("interop")))
                .setEsID(new DERIA5String("INTEROP0000004")).setProperty(property).setPicture(picture);
        return new org.ofdrw.gm.ses.v4.SESeal(info, new DEROctetString(maker.certificate.getEncoded()), SM2_SM3,
                new DERBitString(signature(maker, info.getEncoded("DER")))).getEncoded("DER");
    }

    /** createDate, validStart, validEnd: a day back, for the reason given in Keys. */
    private static Date[] dates() {
        Instant start = Instant.now().minus(Duration.ofDays(1));
        return new Date[] {Date.from(start), Date.from(start), Date.from(start.plus(Duration.ofDays(3000)))};
    }

    /** What a maker signs in GM/T 0031-2014; the later standards sign the SealInfo alone. */
    private static byte[] tbsV1(ASN1Object info, ASN1OctetString cert) throws IOException {
        return new DERSequence(new ASN1Encodable[] {info, cert, SM2_SM3}).getEncoded("DER");
    }

    private static byte[] signature(Keys maker, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SM3withSM2", "BC");
        signature.initSign(maker.key);
        signature.update(message);
        return signature.sign();
    }

    static int verify(Args args) {
        int failed = 0;
        for (int i = 0; i < args.rest.size(); i++) {
            Path file = args.positional(i);
            String reason;
            try {
                reason = failure(Files.readAllBytes(file));
            } catch (Exception e) {
                reason = Verifying.describe(e);
            }
            System.out.println((reason == null ? "PASS" : "FAIL") + "\t" + file + "\t" + (reason == null ? "" : reason));
            failed += reason == null ? 0 : 1;
        }
        return failed == 0 ? 0 : 1;
    }

    /** ofdrw never checks a seal's own signature, so this does, over what its classes encode. */
    private static String failure(byte[] seal) throws Exception {
        SESVersionHolder holder = VersionParser.parseSES_SealVersion(seal);
        byte[] again;
        byte[] signed;
        ASN1OctetString cert;
        byte[] value;
        if (holder.getVersion() == SESVersion.v1) {
            org.ofdrw.gm.ses.v1.SESeal v1 = holder.getInstanceV1Seal();
            cert = v1.getSignInfo().getCert();
            signed = tbsV1(v1.getEsealInfo(), cert);
            value = v1.getSignInfo().getSignData().getOctets();
            again = v1.getEncoded("DER");
        } else {
            org.ofdrw.gm.ses.v4.SESeal v4 = holder.getInstanceV4Seal();
            cert = v4.getCert();
            signed = v4.geteSealInfo().getEncoded("DER");
            value = v4.getSignedValue().getOctets();
            again = v4.getEncoded("DER");
        }
        if (!Arrays.equals(seal, again)) {
            return "ofdrw encodes this seal differently";
        }
        Signature signature = Signature.getInstance("SM3withSM2", "BC");
        signature.initVerify(Keys.certificate(cert.getOctets()));
        signature.update(signed);
        return signature.verify(value) ? null : "maker's signature does not hold";
    }
}
