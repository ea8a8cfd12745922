package org.sealcore;

/**
 * Signs messages with a key that the library does not see, for providers that digest by themselves, for SM2 with Z of
 * the identity 1234567812345678. Called as {@link DigestSigner}.
 */
@FunctionalInterface
public interface MessageSigner {
    /**
     * Signs; see {@link DigestSigner#sign}.
     *
     * @param message to be digested and signed
     * @return DER or r ‖ s for SM2 and EC, as long as the modulus for RSA; null and nothing count as a failure
     * @throws Exception when there is no signature
     */
    byte[] sign(byte[] message) throws Exception;
}
