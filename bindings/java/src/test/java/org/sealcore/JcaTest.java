package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Random;
import org.bouncycastle.jcajce.provider.digest.SM3;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Java's keys sign for sealcore, sealcore's keys sign for Java. */
@ExtendWith(NoLeaks.class)
class JcaTest {
    private static final Provider BC = new BouncyCastleProvider();
    private static final byte[] MESSAGE = "消息 message".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({"rsa-3072, RSA, false", "rsa-3072, RSA, true", "p256, EC, false", "p384, EC, false", "p521, EC, true"})
    void aKeyOfJavaSignsPdf(String algorithm, String family, boolean bouncy) throws Exception {
        try (Key key = Key.generate(algorithm)) {
            X509Certificate certificate = Demo.x509(Demo.issue(key));
            PrivateKey java = Demo.javaKey(key, family);
            try (Signer signer = bouncy ? Signer.from(java, BC, certificate) : Signer.from(java, certificate)) {
                byte[] signed = Demo.sign("pdf", new SignRequest().contents("cms"), signer);
                assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa-2048, RSA", "p256, EC", "p384, EC", "p521, EC"})
    void aProviderThatSignsMessagesAlone(String algorithm, String family) throws Exception {
        try (Key key = Key.generate(algorithm)) {
            X509Certificate certificate = Demo.x509(Demo.issue(key));
            PrivateKey java = Demo.javaKey(key, family);
            assertTrue(new JcaKey(java, BC, certificate).takesDigests());
            assertTrue(new JcaKey(java, null, certificate).takesDigests());
            Provider limited = new MessagesOnly();
            assertFalse(new JcaKey(java, limited, certificate).takesDigests());
            try (Signer signer = Signer.from(java, limited, certificate)) {
                byte[] signed = Demo.sign("pdf", new SignRequest().contents("cms"), signer);
                assertEquals(Verdict.VALID, Demo.verdict(signed), Demo.describe(signed));
            }
        }
    }

    /** The JDK's signatures of messages, under another name. */
    private static final class MessagesOnly extends Provider {
        private static final long serialVersionUID = 1;

        MessagesOnly() {
            super("MessagesOnly", 1, "");
            for (String name : new String[] {"SHA256withRSA", "SHA256withECDSA", "SHA384withECDSA",
                    "SHA512withECDSA"}) {
                putService(new Service(this, "Signature", name, "x", null, null) {
                    @Override
                    public Object newInstance(Object parameter) {
                        return new Delegate(getAlgorithm());
                    }
                });
            }
        }
    }

    private static final class Delegate extends SignatureSpi {
        private final Signature jdk;

        Delegate(String name) {
            try {
                jdk = Signature.getInstance(name);
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            jdk.initSign(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            jdk.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            jdk.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            return jdk.sign();
        }

        @Override
        protected void engineInitVerify(PublicKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void anSm2KeyOfBouncyCastleSeals() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12", BC);
        char[] password = Demo.password("signer.p12");
        java.security.Security.insertProviderAt(BC, 1);
        try {
            store.load(new ByteArrayInputStream(Demo.bytes("keys/signer.p12")), password);
        } finally {
            java.security.Security.removeProvider(BC.getName());
        }
        String alias = store.aliases().nextElement();
        try (Signer signer = Signer.from(store, alias, password); Seal seal = Demo.seal()) {
            assertEquals("SM2-SM3", signer.algorithm());
            assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("ofd", Demo.request(seal), signer)));
            assertEquals(Verdict.VALID, Demo.verdict(Demo.sign("pdf", Demo.request(seal), signer)));
            assertThrows(SealcoreException.class, () -> signer.signDigest(new byte[32]));
        }
        assertThrows(java.security.GeneralSecurityException.class, () -> Signer.from(store, "nobody", password));
        X509Certificate certificate = (X509Certificate) store.getCertificate(alias);
        try (Key other = Key.generate("p256")) {
            PrivateKey foreign = Demo.javaKey(other, "EC");
            assertThrows(java.security.GeneralSecurityException.class, () -> Signer.from(foreign, certificate).close());
        }
    }

    @Test
    void sm2ForJava() throws Exception {
        X509Certificate certificate = Demo.x509(Demo.bytes("keys/signer.crt"));
        try (Signer signer = Demo.signer()) {
            SealcorePrivateKey key = SealcoreProvider.key(signer);
            assertEquals("EC", key.getAlgorithm());
            assertNull(key.getEncoded());
            assertNull(key.getFormat());
            Signature ours = Signature.getInstance("SM3withSM2", new SealcoreProvider());
            ours.initSign(key);
            for (int i = 0; i < 2; i++) {
                for (byte b : MESSAGE) {
                    ours.update(b);
                }
                byte[] value = ours.sign();
                Signature theirs = Signature.getInstance("SM3withSM2", BC);
                theirs.initVerify(certificate.getPublicKey());
                theirs.update(MESSAGE);
                assertTrue(theirs.verify(value));
            }
            Signature none = Signature.getInstance("NONEwithSM2", new SealcoreProvider());
            none.initSign(key);
            none.update(new byte[32]);
            assertTrue(none.sign().length > 60);
            none.update(new byte[31]);
            assertTrue(assertThrows(SignatureException.class, none::sign).getCause() instanceof SealcoreException);
            assertThrows(InvalidKeyException.class,
                    () -> Signature.getInstance("SHA256withRSA", new SealcoreProvider()).initSign(key));
            assertThrows(InvalidKeyException.class, () -> ours.initVerify(certificate.getPublicKey()));
            assertThrows(NotSerializableException.class,
                    () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key));
        }
    }

    @Test
    void theProviderIsFoundByItsKeys() throws Exception {
        X509Certificate certificate = Demo.x509(Demo.bytes("keys/signer.crt"));
        Provider provider = new SealcoreProvider();
        java.security.Security.addProvider(provider);
        try (Signer signer = Demo.signer()) {
            Signature signature = Signature.getInstance("SM3withSM2");
            signature.initSign(SealcoreProvider.key(signer));
            signature.update(MESSAGE);
            byte[] value = signature.sign();
            assertEquals(SealcoreProvider.NAME, signature.getProvider().getName());
            Signature theirs = Signature.getInstance("SM3withSM2", BC);
            theirs.initVerify(certificate.getPublicKey());
            theirs.update(MESSAGE);
            assertTrue(theirs.verify(value));
        } finally {
            java.security.Security.removeProvider(SealcoreProvider.NAME);
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa-2048, SHA256withRSA, SHA512withRSA, NONEwithRSA",
            "p256, SHA256withECDSA, SHA384withECDSA, NONEwithECDSA",
        "p384, SHA384withECDSA, SHA256withECDSA, NONEwithECDSA"})
    void rsaAndEcForJava(String algorithm, String fits, String doesNot, String none) throws Exception {
        try (Key key = Key.generate(algorithm)) {
            byte[] issued = Demo.issue(key);
            X509Certificate certificate = Demo.x509(issued);
            try (Signer signer = Signer.fromKey(key.toPkcs8(null), null, issued)) {
                SealcorePrivateKey ours = SealcoreProvider.key(signer);
                Signature signature = Signature.getInstance(fits, new SealcoreProvider());
                signature.initSign(ours);
                signature.update(MESSAGE);
                verify(fits, certificate, signature.sign());
                assertThrows(InvalidKeyException.class,
                        () -> Signature.getInstance(doesNot, new SealcoreProvider()).initSign(ours));
                MessageDigest digest = MessageDigest.getInstance(fits.replaceAll("SHA(\\d+)with.*", "SHA-$1"));
                Signature digested = Signature.getInstance(none, new SealcoreProvider());
                digested.initSign(ours);
                if (none.endsWith("RSA")) {
                    digested.update(JcaKey.info(256));
                }
                digested.update(digest.digest(MESSAGE));
                verify(fits, certificate, digested.sign());
                digested.update(new byte[7]);
                assertThrows(SignatureException.class, digested::sign);
            }
        }
    }

    private static void verify(String algorithm, X509Certificate certificate, byte[] value) throws Exception {
        Signature theirs = Signature.getInstance(algorithm, BC);
        theirs.initVerify(certificate.getPublicKey());
        theirs.update(MESSAGE);
        assertTrue(theirs.verify(value));
    }

    @Test
    void whatIsNoCertificate() {
        for (byte[] bytes : new byte[][] {{}, {0x30}, {0x30, 0x00}, {0x30, 0x02, 0x30, 0x00}, {0x30, (byte) 0x84, 1, 1,
                1, 1}}) {
            assertThrows(java.security.cert.CertificateException.class, () -> PublicKeyInfo.of(bytes));
        }
    }

    @Test
    void parametersOfPssMustBeTheSigners() throws Exception {
        try (Signer signer = Demo.signer()) {
            Signature signature = Signature.getInstance("RSASSA-PSS", new SealcoreProvider());
            assertThrows(InvalidKeyException.class, () -> signature.initSign(SealcoreProvider.key(signer)));
            assertThrows(java.security.InvalidAlgorithmParameterException.class, () -> Signature
                    .getInstance("SM3withSM2", new SealcoreProvider())
                    .setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)));
        }
    }

    @Test
    void sm3IsSm3() throws Exception {
        assertArrayEquals(MessageDigest.getInstance("SHA-384").digest(MESSAGE), Sealcore.digest("sha384", MESSAGE));
        assertThrows(SealcoreException.class, () -> Sealcore.digest("crc32", MESSAGE));
        // GB/T 32905, appendix A.
        assertEquals("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
                hex(new Sm3().digest("abc".getBytes(StandardCharsets.US_ASCII))));
        Random random = new Random(3);
        for (int length = 0; length < 300; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            Sm3 sm3 = new Sm3();
            int split = length == 0 ? 0 : random.nextInt(length);
            sm3.update(message, 0, split);
            sm3.update(message, split, length - split);
            byte[] digest = sm3.digest();
            assertArrayEquals(new SM3.Digest().digest(message), digest);
            assertArrayEquals(Sealcore.digest("sm3", message), digest);
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("%02x", b));
        }
        return hex.toString();
    }
}
