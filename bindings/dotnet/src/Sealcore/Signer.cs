using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// Who signs: a key with its certificate, from a file, a device, .NET or anywhere else. May be used by several threads
    /// at once.
    /// </summary>
    public sealed class Signer : IDisposable
    {
        private Signer(SignerHandle handle)
        {
            Handle = handle;
        }

        /// <summary>The algorithm, such as <c>SM2-SM3</c>.</summary>
        public string Algorithm => Handle.Text(() => NativeMethods.sealcore_signer_algorithm(Handle));

        /// <summary>The most bytes that a signature can have.</summary>
        public int MaxSignatureLength =>
            Interop.Read(() => checked((int)(ulong)NativeMethods.sealcore_signer_max_signature_len(Handle)));

        /// <summary>The signer's certificate, DER.</summary>
        public byte[] Certificate
        {
            get
            {
                BufferHandle der = null;
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_signer_certificate(Handle, out der, out error));
                return Interop.Take(der);
            }
        }

        internal SignerHandle Handle { get; }

        /// <summary>A signer from the bytes of a key file: PKCS#12, PKCS#8, SEC 1 or PKCS#1, DER or PEM.</summary>
        /// <param name="key">the bytes</param>
        /// <param name="password">null where there is none</param>
        /// <param name="certificates">
        /// PEM, DER or P7B, the signer's first, then its chain; null where the key file has them
        /// </param>
        /// <exception cref="SealcoreException">
        /// the password is wrong, the key cannot be read, or key and certificate do not belong together
        /// </exception>
        public static Signer FromKey(byte[] key, string password = null, byte[] certificates = null)
        {
            Interop.Required(key, nameof(key));
            SignerHandle signer = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_signer_from_key(
                    key,
                    Interop.Length(key),
                    secret.Bytes,
                    certificates,
                    Interop.Length(certificates),
                    out signer,
                    out error));
            }
            return new Signer(signer);
        }

        /// <summary>A signer by URI.</summary>
        /// <param name="uri">a path, or <c>file:</c>, <c>pkcs11:</c> (RFC 7512), <c>sdf:</c> or <c>skf:</c></param>
        /// <param name="pin">the password of a file or the PIN of a device; null where there is none</param>
        /// <param name="certificates">as with <see cref="FromKey"/>; null where the file or the device has them</param>
        /// <exception cref="SealcoreException">
        /// the PIN is wrong, or there is no such key; <see cref="SealcoreException.VendorCode"/> is the device's status
        /// </exception>
        public static Signer Open(string uri, string pin = null, byte[] certificates = null)
        {
            byte[] name = Utf8.Required(uri, nameof(uri));
            SignerHandle signer = null;
            using (Secret secret = new Secret(pin))
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_signer_open(
                    name, secret.Bytes, certificates, Interop.Length(certificates), out signer, out error));
            }
            return new Signer(signer);
        }

        /// <summary>A signer whose key is somewhere else.</summary>
        /// <param name="certificates">PEM, DER or P7B, the signer's first, then its chain</param>
        /// <param name="callbacks">who signs; kept alive as long as the signer</param>
        /// <param name="algorithm">such as <c>SM2-SM3</c>; null for what is usual for the key</param>
        /// <exception cref="SealcoreException">certificate or algorithm cannot be used</exception>
        public static Signer External(byte[] certificates, ISignerCallbacks callbacks, string algorithm = null)
        {
            Interop.Required(callbacks, nameof(callbacks));
            return External(certificates, algorithm, new SignerState(callbacks, null));
        }

        /// <summary>As <see cref="External(byte[], ISignerCallbacks, string)"/>, with a function of the digest.</summary>
        /// <param name="certificates">PEM, DER or P7B, the signer's first, then its chain</param>
        /// <param name="signDigest">see <see cref="ISignerCallbacks.Sign"/></param>
        /// <param name="algorithm">such as <c>SM2-SM3</c>; null for what is usual for the key</param>
        /// <exception cref="SealcoreException">certificate or algorithm cannot be used</exception>
        public static Signer External(byte[] certificates, Func<byte[], byte[]> signDigest, string algorithm = null)
        {
            Interop.Required(signDigest, nameof(signDigest));
            return External(certificates, new SignFunctionCallbacks(SignerInput.Digest, signDigest), algorithm);
        }

        /// <summary>As <see cref="External(byte[], ISignerCallbacks, string)"/>, with a function of the message.</summary>
        /// <param name="certificates">PEM, DER or P7B, the signer's first, then its chain</param>
        /// <param name="signMessage">see <see cref="ISignerCallbacks.Sign"/></param>
        /// <param name="algorithm">such as <c>SM2-SM3</c>; null for what is usual for the key</param>
        /// <exception cref="SealcoreException">certificate or algorithm cannot be used</exception>
        public static Signer ExternalMessage(
            byte[] certificates, Func<byte[], byte[]> signMessage, string algorithm = null)
        {
            Interop.Required(signMessage, nameof(signMessage));
            return External(certificates, new SignFunctionCallbacks(SignerInput.Message, signMessage), algorithm);
        }

        /// <summary>A signer from a certificate with an RSA or ECDSA private key, as a certificate store has them.</summary>
        /// <param name="certificate">has the private key; it may be disposed when the signer is</param>
        /// <param name="chain">the certificates above it, as far as they shall be in signatures; may be null</param>
        /// <param name="algorithm">null for what is usual for the key, else such as <c>RSASSA-PSS-SHA-256</c></param>
        /// <exception cref="ArgumentException">the certificate has no RSA or ECDSA private key</exception>
        /// <exception cref="SealcoreException">certificate or algorithm cannot be used</exception>
        /// <remarks>.NET knows no SM2: keys of SM2 come by <see cref="FromKey"/>, a device or a function.</remarks>
        public static Signer FromCertificate(
            X509Certificate2 certificate, IEnumerable<X509Certificate2> chain = null, string algorithm = null)
        {
            Interop.Required(certificate, nameof(certificate));
            AsymmetricAlgorithm key = CertificateKey.Of(certificate);
            try
            {
                return FromPrivateKey(certificate, key, true, chain, algorithm);
            }
            catch (Exception)
            {
                key.Dispose();
                throw;
            }
        }

        /// <summary>
        /// As <see cref="FromCertificate"/>, with the key apart: what a provider of an HSM or a key vault gives.
        /// </summary>
        /// <param name="certificate">the certificate; its private key is not asked for</param>
        /// <param name="key">an <see cref="RSA"/> or <see cref="ECDsa"/>; must live as long as the signer</param>
        /// <param name="chain">the certificates above it, as far as they shall be in signatures; may be null</param>
        /// <param name="algorithm">null for what is usual for the key, else such as <c>RSASSA-PSS-SHA-256</c></param>
        /// <exception cref="ArgumentException">the key is neither RSA nor ECDSA</exception>
        /// <exception cref="SealcoreException">certificate or algorithm cannot be used</exception>
        public static Signer FromPrivateKey(
            X509Certificate2 certificate,
            AsymmetricAlgorithm key,
            IEnumerable<X509Certificate2> chain = null,
            string algorithm = null)
        {
            Interop.Required(certificate, nameof(certificate));
            Interop.Required(key, nameof(key));
            return FromPrivateKey(certificate, key, false, chain, algorithm);
        }

        /// <summary>Signs a digest as it is.</summary>
        /// <param name="digest">for SM2: SM3(Z ‖ M)</param>
        /// <returns>the signature value, as the algorithm has it: DER for SM2 and ECDSA</returns>
        /// <exception cref="SealcoreException">the signer failed; what a callback threw is the cause</exception>
        public byte[] SignDigest(byte[] digest)
        {
            Interop.Required(digest, nameof(digest));
            return Interop.Fill(MaxSignatureLength, (byte[] room, ref UIntPtr length, out IntPtr error) =>
                NativeMethods.sealcore_signer_sign_digest(
                    Handle, digest, Interop.Length(digest), room, ref length, out error));
        }

        /// <summary>Frees the signer; what is secret in it is wiped.</summary>
        public void Dispose() => Handle.Dispose();

        internal static SignerHandle HandleOf(Signer signer) => signer?.Handle ?? SignerHandle.None;

        private static Signer FromPrivateKey(
            X509Certificate2 certificate,
            AsymmetricAlgorithm key,
            bool ownsKey,
            IEnumerable<X509Certificate2> chain,
            string algorithm)
        {
            CertificateKey callbacks = CertificateKey.From(key, algorithm);
            byte[] certificates = Certificates.ToPem(certificate, chain);
            // The state keeps the certificate too: on some systems the key lives no longer than it.
            Signer signer = External(certificates, algorithm, new SignerState(callbacks, () =>
            {
                if (ownsKey)
                {
                    key.Dispose();
                }
                GC.KeepAlive(certificate);
            }));
            callbacks.Algorithm = signer.Algorithm;
            return signer;
        }

        private static Signer External(byte[] certificates, string algorithm, SignerState state)
        {
            Interop.Required(certificates, nameof(certificates));
            byte[] name = Utf8.Bytes(algorithm);
            SignerCallbacks callbacks = state.Callbacks();
            SignerHandle signer = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_signer_external(
                certificates, Interop.Length(certificates), name, ref callbacks, out signer, out error));
            return new Signer(signer);
        }
    }
}
