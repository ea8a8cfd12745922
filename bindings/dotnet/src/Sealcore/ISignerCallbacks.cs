namespace Sealcore
{
    /// <summary>What an external signer wants to be given.</summary>
    public enum SignerInput
    {
        /// <summary>
        /// The digest; for SM2 it is SM3(Z ‖ M) with the identity 1234567812345678, and must not be hashed again.
        /// </summary>
        Digest,

        /// <summary>The message, for providers that hash by themselves (SM2: with Z of that identity).</summary>
        Message,
    }

    /// <summary>
    /// A key that is elsewhere: in a device, a service, another library. What it gives is verified before it is used.
    /// </summary>
    public interface ISignerCallbacks
    {
        /// <summary>What <see cref="Sign"/> is given. Asked once, when the signer is made.</summary>
        SignerInput Input { get; }

        /// <summary>
        /// Signs. Called on the thread that signs, perhaps by several at once. It may use other objects of this library, not
        /// those that the call in progress uses.
        /// </summary>
        /// <param name="input">the digest or the message</param>
        /// <returns>SM2 and ECDSA: DER or r ‖ s; RSA: as long as the modulus</returns>
        /// <exception cref="System.OperationCanceledException">the user does not want to sign</exception>
        /// <exception cref="SignerFailedException">failed, with a code of the vendor</exception>
        byte[] Sign(byte[] input);
    }
}
