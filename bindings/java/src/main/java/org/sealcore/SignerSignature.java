package org.sealcore;

import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Signs with a {@link SealcorePrivateKey}. */
final class SignerSignature extends SignatureSpi {
    /** One name of the provider. */
    static final class Form {
        static final List<Form> ALL;

        static {
            List<Form> all = new ArrayList<>();
            all.add(new Form("SM3withSM2", "SM2-", true));
            all.add(new Form("NONEwithSM2", "SM2-", false));
            for (String bits : new String[] {"256", "384", "512"}) {
                all.add(new Form("SHA" + bits + "withRSA", "RSA-SHA-" + bits, true));
                all.add(new Form("SHA" + bits + "withECDSA", "ECDSA-SHA-" + bits, true));
            }
            all.add(new Form("NONEwithRSA", "RSA-", false));
            all.add(new Form("NONEwithECDSA", "ECDSA-", false));
            all.add(new Form("RSASSA-PSS", "RSASSA-PSS-", true));
            ALL = Collections.unmodifiableList(all);
        }

        final String name;
        /** How the algorithms of the signers begin that it leads to. */
        private final String algorithms;
        private final boolean message;

        private Form(String name, String algorithms, boolean message) {
            this.name = name;
            this.algorithms = algorithms;
            this.message = message;
        }

        boolean fits(SealcorePrivateKey key) {
            return key.signatureAlgorithm().startsWith(algorithms);
        }
    }

    private final Form form;
    private SealcorePrivateKey key;
    private MessageDigest digest;
    private ByteArrayOutputStream digested;

    SignerSignature(Form form) {
        this.form = form;
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        if (!(privateKey instanceof SealcorePrivateKey)) {
            throw new InvalidKeyException("not a key of this provider");
        }
        SealcorePrivateKey given = (SealcorePrivateKey) privateKey;
        if (!form.fits(given)) {
            throw new InvalidKeyException(form.name + " with a signer that signs " + given.signatureAlgorithm());
        }
        key = given;
        begin();
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        throw new InvalidKeyException("this provider only signs");
    }

    @Override
    protected void engineUpdate(byte b) {
        engineUpdate(new byte[] {b}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
        if (form.message) {
            digest.update(bytes, offset, length);
        } else {
            digested.write(bytes, offset, length);
        }
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        byte[] input = form.message ? digest.digest() : digested.toByteArray();
        try {
            byte[] value = key.signer().signDigest("NONEwithRSA".equals(form.name) ? withoutInfo(input) : input);
            begin();
            return value;
        } catch (SealcoreException | IllegalStateException | InvalidKeyException e) {
            throw new SignatureException(e.getMessage(), e);
        }
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        throw new SignatureException("this provider only signs");
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (parameters == null) {
            return;
        }
        boolean usual = "RSASSA-PSS".equals(form.name) && parameters instanceof PSSParameterSpec;
        if (usual && key != null) {
            PSSParameterSpec pss = (PSSParameterSpec) parameters;
            usual = pss.getDigestAlgorithm().equals(digestName()) && pss.getSaltLength() == digest.getDigestLength();
        }
        if (!usual) {
            throw new InvalidAlgorithmParameterException(key == null
                    ? "parameters before a key"
                    : "the signer signs " + key.signatureAlgorithm());
        }
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        return null;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new InvalidParameterException("no parameters by name");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new InvalidParameterException("no parameters by name");
    }

    private void begin() throws InvalidKeyException {
        try {
            digested = new ByteArrayOutputStream();
            if (!form.message) {
                return;
            }
            if (key.info().kind() == PublicKeyInfo.Kind.SM2) {
                digest = new Sm3();
                digest.update(Sm3.z(key.info().point()));
            } else {
                digest = MessageDigest.getInstance(digestName());
            }
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
    }

    /** As SHA-256: what the algorithm ends in. */
    private String digestName() {
        String algorithm = key.signatureAlgorithm();
        return algorithm.substring(algorithm.indexOf("SHA-"));
    }

    /** The digest in a DigestInfo, which has to be one of the signer's digest. */
    private byte[] withoutInfo(byte[] info) throws SignatureException {
        int bits = 8 * (info.length - JcaKey.INFO_LENGTH);
        if (!key.signatureAlgorithm().equals("RSA-SHA-" + bits)
                || !Arrays.equals(Arrays.copyOf(info, JcaKey.INFO_LENGTH), JcaKey.info(bits))) {
            throw new SignatureException("not a DigestInfo of what the signer signs, " + key.signatureAlgorithm());
        }
        return Arrays.copyOfRange(info, JcaKey.INFO_LENGTH, info.length);
    }
}
