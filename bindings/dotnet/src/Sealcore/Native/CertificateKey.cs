using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sealcore.Native
{
    /// <summary>A private key of .NET as an external signer: RSA or ECDSA, digest in.</summary>
    internal abstract class CertificateKey : ISignerCallbacks
    {
        public SignerInput Input => SignerInput.Digest;

        /// <summary>As the library names it; may be null before the signer is made.</summary>
        internal string Algorithm { get; set; }

        public abstract byte[] Sign(byte[] input);

        /// <summary>The private key that a certificate has; the caller disposes it.</summary>
        internal static AsymmetricAlgorithm Of(X509Certificate2 certificate)
        {
            AsymmetricAlgorithm key = null;
            if (certificate.HasPrivateKey)
            {
                key = certificate.GetRSAPrivateKey();
                if (key == null)
                {
                    key = certificate.GetECDsaPrivateKey();
                }
            }
            return key ?? throw new ArgumentException(
                "the certificate has no RSA or ECDSA private key", nameof(certificate));
        }

        internal static CertificateKey From(AsymmetricAlgorithm key, string algorithm)
        {
            if (key is RSA rsa)
            {
                return new RsaKey(rsa) { Algorithm = algorithm };
            }
            if (key is ECDsa ecdsa)
            {
                return new EcdsaKey(ecdsa) { Algorithm = algorithm };
            }
            throw new ArgumentException("the key is neither RSA nor ECDSA", nameof(key));
        }

        private sealed class RsaKey : CertificateKey
        {
            private readonly RSA key;

            internal RsaKey(RSA key)
            {
                this.key = key;
            }

            public override byte[] Sign(byte[] input)
            {
                bool pss = Algorithm != null && Algorithm.StartsWith("RSASSA-PSS", StringComparison.Ordinal);
                RSASignaturePadding padding = pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
                return key.SignHash(input, DigestOf(input.Length), padding);
            }

            private static HashAlgorithmName DigestOf(int length)
            {
                switch (length)
                {
                    case 32:
                        return HashAlgorithmName.SHA256;
                    case 48:
                        return HashAlgorithmName.SHA384;
                    case 64:
                        return HashAlgorithmName.SHA512;
                    default:
                        throw new NotSupportedException("a digest of " + length + " bytes is not signed with RSA here");
                }
            }
        }

        private sealed class EcdsaKey : CertificateKey
        {
            private readonly ECDsa key;

            internal EcdsaKey(ECDsa key)
            {
                this.key = key;
            }

            public override byte[] Sign(byte[] input) => key.SignHash(input);
        }
    }
}
