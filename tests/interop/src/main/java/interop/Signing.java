package interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.jcajce.provider.digest.SM3;
import org.ofdrw.gm.ses.v4.SES_Signature;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.gm.ses.v4.TBS_Sign;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.GBT35275PKCS9DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.stamppos.RidingStampPos;
import org.ofdrw.sign.stamppos.Side;
import org.ofdrw.sign.stamppos.StampAppearance;

/** Signs with ofdrw. */
final class Signing {
    private Signing() {
    }

    static void sign(Args args) throws Exception {
        Keys keys = Keys.load(args.path("p12"), args.password("password-env"));
        byte[] seal = args.get("seal", null) == null ? null : Files.readAllBytes(args.path("seal"));
        SignMode mode = args.get("mode", "continue").equals("whole") ? SignMode.WholeProtected : SignMode.ContinueSign;
        StampAppearance[] stamps = java.util.stream.Stream.concat(
                args.all("stamp").stream().map(Signing::stamp), args.all("ride").stream().map(Signing::ride))
                .toArray(StampAppearance[]::new);
        sign(args.positional(0), args.positional(1), container(args.need("form"), keys, seal), mode, stamps);
    }

    static void sign(Path in, Path out, ExtendSignatureContainer container, SignMode mode, StampAppearance... stamps)
            throws Exception {
        // The reader owns the temporary folder: close it also when the signer refuses.
        try (OFDReader reader = new OFDReader(in)) {
            OFDSigner signer = new OFDSigner(reader, out);
            signer.setSignMode(mode).setSignContainer(container);
            for (StampAppearance stamp : stamps) {
                signer.addApPos(stamp);
            }
            signer.exeSign();
            signer.close();
        }
    }

    static ExtendSignatureContainer container(String form, Keys keys, byte[] seal) {
        if (form.startsWith("v") && seal == null) {
            throw new Args.UsageException("--seal is missing");
        }
        switch (form) {
            case "v1":
                return new SESV1Container(keys.key, org.ofdrw.gm.ses.v1.SESeal.getInstance(seal), keys.certificate);
            case "v4":
                return new SESV4Container(keys.key, SESeal.getInstance(seal), keys.certificate);
            case "v5":
                return new V5Container(keys, seal);
            case "sign":
                return new GBT35275DSContainer(keys.certificate, keys.key);
            case "sign-base64":
                GBT35275DSContainer container = new GBT35275DSContainer(keys.certificate, keys.key);
                container.setEnableFileHashBase64(true);
                return container;
            case "sign-attrs":
                return new GBT35275PKCS9DSContainer(keys.certificate, keys.key);
            default:
                throw new Args.UsageException("unknown --form " + form);
        }
    }

    private static StampAppearance stamp(String text) {
        double[] n = Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
        return new NormalStampPos((int) n[0], n[1], n[2], n[3], n[4]);
    }

    private static StampAppearance ride(String text) {
        String[] part = text.split(",");
        return new RidingStampPos(Side.valueOf(part[0]), Double.parseDouble(part[1]), Double.parseDouble(part[2]));
    }

    /** The released ofdrw has no container for GM/T 0031-2025: its structures for GB/T 38540, with version 5. */
    private static final class V5Container extends SESV4Container {
        private final Keys keys;
        private final SESeal seal;

        V5Container(Keys keys, byte[] seal) {
            super(keys.key, SESeal.getInstance(seal), keys.certificate);
            this.keys = keys;
            this.seal = SESeal.getInstance(seal);
        }

        @Override
        public byte[] sign(InputStream signatureXml, String propertyInfo) throws IOException, GeneralSecurityException {
            MessageDigest sm3 = new SM3.Digest();
            TBS_Sign toSign = new TBS_Sign().setVersion(new ASN1Integer(5)).setEseal(seal)
                    .setTimeInfo(new ASN1GeneralizedTime(new Date(), Locale.ROOT))
                    .setDataHash(sm3.digest(signatureXml.readAllBytes())).setPropertyInfo(propertyInfo);
            Signature signature = Signature.getInstance("SM3withSM2", "BC");
            signature.initSign(keys.key);
            signature.update(toSign.getEncoded("DER"));
            return new SES_Signature().setToSign(toSign).setCert(keys.certificate)
                    .setSignatureAlgID(GMObjectIdentifiers.sm2sign_with_sm3)
                    .setSignature(signature.sign()).getEncoded("DER");
        }
    }
}
