package org.sealcore;

import java.security.PrivateKey;
import java.security.Provider;
import java.util.Collections;
import java.util.Objects;

/**
 * Lets Java code sign with a {@link Signer}, as with a key in an SKF token or SDF machine that the JDK cannot reach:
 *
 * <pre>{@code
 * Signature signature = Signature.getInstance("SM3withSM2", new SealcoreProvider());
 * signature.initSign(SealcoreProvider.key(signer));
 * }</pre>
 *
 * <p>A signer signs with one digest, that of {@link Signer#algorithm()}; the names here are those that lead to it:
 * {@code SM3withSM2} (identity 1234567812345678), {@code SHA256withRSA} and {@code SHA256withECDSA} and the same with
 * SHA384 and SHA512, {@code RSASSA-PSS}, and over what is digested already {@code NONEwithSM2} (e = SM3(Z ‖ M)),
 * {@code NONEwithECDSA} and {@code NONEwithRSA} (DigestInfo). It only signs: verification is for other providers. It
 * takes no keys but its own, so it may be registered anywhere in the list of providers.
 */
public final class SealcoreProvider extends Provider {
    private static final long serialVersionUID = 1;

    /** The name of the provider. */
    public static final String NAME = "Sealcore";

    /** A provider, to be passed to getInstance or registered. */
    @SuppressWarnings("this-escape")
    public SealcoreProvider() {
        super(NAME, 0.1, "Signatures with keys that sealcore opened");
        for (SignerSignature.Form form : SignerSignature.Form.ALL) {
            putService(new SignatureService(this, form));
        }
    }

    /**
     * The signer as a private key. It lives as long as the signer is not closed.
     *
     * @param signer of a device, or any other
     * @return for {@link java.security.Signature#initSign(PrivateKey)}
     */
    public static SealcorePrivateKey key(Signer signer) {
        return new SealcorePrivateKey(Objects.requireNonNull(signer, "signer"));
    }

    private static final class SignatureService extends Service {
        private final SignerSignature.Form form;

        SignatureService(Provider provider, SignerSignature.Form form) {
            super(provider, "Signature", form.name, SignerSignature.class.getName(), null,
                    Collections.singletonMap("SupportedKeyClasses", SealcorePrivateKey.class.getName()));
            this.form = form;
        }

        @Override
        public Object newInstance(Object parameter) {
            return new SignerSignature(form);
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return parameter instanceof SealcorePrivateKey && form.fits((SealcorePrivateKey) parameter);
        }
    }
}
