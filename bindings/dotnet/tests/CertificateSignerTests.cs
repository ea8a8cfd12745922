using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sealcore.Tests
{
    /// <summary>Keys of .NET. Files for them come from openssl, as Mono reads older PKCS#12 alone.</summary>
    internal sealed class CertificateSignerTests
    {
        private const string Password = "x";

        [Test]
        internal void RsaOfAPkcs12()
        {
            X509Certificate2 certificate = Make("rsa:2048", string.Empty);
            using (Signer signer = Signer.FromCertificate(certificate))
            {
                Check.True(signer.Algorithm.StartsWith("RSA", StringComparison.Ordinal), signer.Algorithm);
                Check.Equal(256, signer.MaxSignatureLength, "length of the modulus");
                SignPdf(signer, certificate);
            }
        }

        [Test]
        internal void KeyApartFromItsCertificate()
        {
            X509Certificate2 certificate = Make("rsa:2048", string.Empty);
            using (RSA key = certificate.GetRSAPrivateKey())
            {
                X509Certificate2 open = new X509Certificate2(certificate.RawData);
                using (Signer signer = Signer.FromPrivateKey(open, key, new[] { certificate }))
                {
                    SignPdf(signer, certificate);
                }
                // The key is the caller's: it works on.
                key.SignHash(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                Check.Throws<ArgumentException>(() => Signer.FromCertificate(open));
            }
        }

        /// <summary>Mono has no ECDSA of its own, so openssl signs behind .NET's class.</summary>
        [Test]
        internal void Ecdsa()
        {
            string keyPath = Demo.Scratch(".key");
            X509Certificate2 certificate = Make("ec -pkeyopt ec_paramgen_curve:P-256", keyPath);
            using (ECDsa key = new OpensslEcdsa(keyPath))
            using (Signer signer = Signer.FromPrivateKey(certificate, key))
            {
                Check.True(signer.Algorithm.StartsWith("ECDSA", StringComparison.Ordinal), signer.Algorithm);
                SignPdf(signer, certificate);
            }
        }

        /// <summary>ECDSA and RSASSA-PSS of .NET itself.</summary>
        [Test]
        internal void WhatMonoDoesNotHave()
        {
            if (Type.GetType("Mono.Runtime") != null)
            {
                Console.WriteLine("      Mono has neither ECDSA nor RSASSA-PSS: not tried");
                return;
            }
            X509Certificate2 curve = Make("ec -pkeyopt ec_paramgen_curve:P-384", string.Empty);
            using (Signer signer = Signer.FromCertificate(curve))
            {
                SignPdf(signer, curve);
            }
            X509Certificate2 rsa = Make("rsa:2048", string.Empty);
            using (Signer signer = Signer.FromCertificate(rsa, null, "RSASSA-PSS-SHA-256"))
            {
                SignPdf(signer, rsa);
            }
        }

        [Test]
        internal void KeyOfAnotherCertificateIsNoticed()
        {
            X509Certificate2 certificate = Make("rsa:2048", string.Empty);
            using (RSA other = RSA.Create())
            using (Signer signer = Signer.FromPrivateKey(certificate, other))
            using (Document document = Document.Open(Demo.File("document.pdf")))
            {
                Check.Throws<SealcoreException>(() => document.Sign(new SignRequest(), signer));
            }
        }

        private static void SignPdf(Signer signer, X509Certificate2 anchor)
        {
            using (Document document = Document.Open(Demo.File("document.pdf")))
            {
                byte[] signed = document.Sign(new SignRequest { Reason = "test" }, signer);
                using (Verifier verifier = new Verifier().AddTrust(anchor))
                using (Document opened = Document.Open(signed))
                using (Report report = verifier.Verify(opened))
                {
                    SignatureResult signature = report.Signatures.Single();
                    Check.Equal(Integrity.Intact, signature.Integrity, "integrity");
                    Check.Equal(Trust.Trusted, signature.Trust, "trust");
                    Check.Equal("CMS", signature.Standard, "standard");
                }
            }
        }

        /// <summary>A self-signed certificate with its key; the key also as a file where a path is given.</summary>
        private static X509Certificate2 Make(string algorithm, string keyPath)
        {
            string key = keyPath.Length == 0 ? Demo.Scratch(".key") : keyPath;
            string certificate = Demo.Scratch(".crt");
            string pfx = Demo.Scratch(".p12");
            Demo.Run(
                "openssl",
                "req -x509 -newkey " + algorithm + " -nodes -keyout " + key + " -out " + certificate
                    + " -subj /CN=dotnet -days 30 -addext keyUsage=critical,digitalSignature");
            Demo.Run(
                "openssl",
                "pkcs12 -export -legacy -in " + certificate + " -inkey " + key + " -out " + pfx + " -passout pass:" + Password);
            return new X509Certificate2(File.ReadAllBytes(pfx), Password, X509KeyStorageFlags.Exportable);
        }

        private sealed class OpensslEcdsa : ECDsa
        {
            private readonly string keyPath;

            internal OpensslEcdsa(string keyPath)
            {
                this.keyPath = keyPath;
            }

            public override byte[] SignHash(byte[] hash)
            {
                string input = Demo.Scratch(".digest");
                string output = Demo.Scratch(".sig");
                File.WriteAllBytes(input, hash);
                Demo.Run("openssl", "pkeyutl -sign -inkey " + keyPath + " -in " + input + " -out " + output);
                return File.ReadAllBytes(output);
            }

            public override bool VerifyHash(byte[] hash, byte[] signature)
            {
                throw new NotSupportedException();
            }
        }
    }
}
