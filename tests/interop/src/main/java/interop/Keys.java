package interop;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import javax.imageio.ImageIO;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** SM2 keys and certificates that owe nothing to sealcore, and reading of PKCS#12 files, whoever wrote them. */
final class Keys {
    /** The password of every PKCS#12 file that {@link #make} writes: they are test keys. */
    static final String PASSWORD = "interop-test";

    static final Provider BC = new BouncyCastleProvider();

    final PrivateKey key;
    final X509Certificate certificate;

    private Keys(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    static Keys load(Path p12, char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12", BC);
        try (InputStream in = Files.newInputStream(p12)) {
            store.load(in, password);
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                return new Keys((PrivateKey) store.getKey(alias, password), (X509Certificate) store.getCertificate(alias));
            }
        }
        throw new GeneralSecurityException("no key in " + p12);
    }

    static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509", BC).generateCertificate(new ByteArrayInputStream(encoded));
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    static void make(Path dir) throws Exception {
        Path trust = Files.createDirectories(dir.resolve("trust"));
        KeyPair caPair = pair();
        X509Certificate ca = issue("CN=Interop Test CA,O=interop,C=CN", caPair, null, caPair);
        KeyPair makerPair = pair();
        X509Certificate maker = issue("CN=Interop Seal Maker,O=interop,C=CN", makerPair, ca, caPair);
        KeyPair signerPair = pair();
        X509Certificate signer = issue("CN=Interop Signer,O=interop,C=CN", signerPair, ca, caPair);

        Files.writeString(trust.resolve("ca.pem"), pem("CERTIFICATE", ca.getEncoded()));
        Files.writeString(trust.resolve("ca.crl.pem"), pem("X509 CRL", crl(ca, caPair)));
        Files.writeString(dir.resolve("signer.pem"), pem("CERTIFICATE", signer.getEncoded()));
        // BouncyCastle writes the RC2-40 and 3DES that old tools write, the JDK the PBES2 that new ones do.
        store(dir.resolve("maker.p12"), KeyStore.getInstance("PKCS12", BC), makerPair, maker, ca);
        store(dir.resolve("signer.p12"), KeyStore.getInstance("PKCS12", BC), signerPair, signer, ca);
        // The JDK's takes its algorithms from whichever provider is first, and BouncyCastle's of the same names
        // derive other keys: out of the way with it, or nobody can open the file.
        Security.removeProvider(BC.getName());
        store(dir.resolve("signer-aes.p12"), KeyStore.getInstance("PKCS12", "SunJSSE"), signerPair, signer, ca);
        Security.insertProviderAt(BC, 1);
        try (OutputStream out = Files.newOutputStream(dir.resolve("seal.png"))) {
            ImageIO.write(picture(), "png", out);
        }
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        return generator.generateKeyPair();
    }

    private static ContentSigner signer(KeyPair pair) throws OperatorCreationException {
        return new JcaContentSignerBuilder("SM3withSM2").setProvider(BC).build(pair.getPrivate());
    }

    private static X509Certificate issue(String subject, KeyPair pair, X509Certificate ca, KeyPair caPair) throws Exception {
        Instant now = Instant.now();
        boolean isCa = ca == null;
        X500Name issuer = isCa ? new X500Name(subject) : X500Name.getInstance(ca.getSubjectX500Principal().getEncoded());
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer,
                new BigInteger(63, new SecureRandom()).add(BigInteger.ONE),
                // Two days back, so that a zone-less time read in a wrong zone does not decide the outcome.
                Date.from(now.minus(Duration.ofDays(2))), Date.from(now.plus(Duration.ofDays(3650))),
                new X500Name(subject), pair.getPublic());
        JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
        // java.security.Signature refuses a certificate whose critical key usage lacks digitalSignature.
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(isCa
                ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        builder.addExtension(Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(pair.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(caPair.getPublic()));
        return new JcaX509CertificateConverter().setProvider(BC).getCertificate(builder.build(signer(caPair)));
    }

    private static byte[] crl(X509Certificate ca, KeyPair caPair) throws Exception {
        Instant now = Instant.now();
        JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(ca.getSubjectX500Principal(), Date.from(now.minus(Duration.ofDays(1))));
        builder.setNextUpdate(Date.from(now.plus(Duration.ofDays(30))));
        builder.addExtension(Extension.authorityKeyIdentifier, false,
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(caPair.getPublic()));
        return builder.build(signer(caPair)).getEncoded();
    }

    private static void store(Path file, KeyStore store, KeyPair pair, X509Certificate certificate, X509Certificate ca)
            throws GeneralSecurityException, IOException {
        char[] password = PASSWORD.toCharArray();
        store.load(null, null);
        store.setKeyEntry("key", pair.getPrivate(), password, new Certificate[] {certificate, ca});
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
    }

    private static BufferedImage picture() {
        BufferedImage image = new BufferedImage(240, 240, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Color.RED);
        g.setStroke(new BasicStroke(8));
        g.drawOval(8, 8, 224, 224);
        g.fillRect(100, 100, 40, 40);
        g.dispose();
        return image;
    }
}
