package org.sealcore;

/**
 * Signs digests with a key that the library does not see. It is called on the thread that signs, by several threads at
 * once where several sign.
 */
@FunctionalInterface
public interface DigestSigner {
    /**
     * Signs. What it throws is the cause of the exception that the call in progress throws; a {@link VendorException}
     * passes a number on, a {@link java.util.concurrent.CancellationException} cancels.
     *
     * @param digest of the signer's algorithm: for SM2 e = SM3(Z ‖ M), for RSA the digest without DigestInfo
     * @return DER or r ‖ s for SM2 and EC, as long as the modulus for RSA; null and nothing count as a failure
     * @throws Exception when there is no signature
     */
    byte[] sign(byte[] digest) throws Exception;
}
