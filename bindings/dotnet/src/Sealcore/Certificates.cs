using System;
using System.Collections.Generic;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>Certificates and revocation lists: made and read.</summary>
    public static class Certificates
    {
        /// <summary>A certificate that is signed with its own key, in PEM.</summary>
        /// <param name="key">the key</param>
        /// <param name="options">what is in it</param>
        /// <exception cref="SealcoreException">an option is wrong</exception>
        public static byte[] SelfSign(Key key, CertificateOptions options)
        {
            Interop.Required(key, nameof(key));
            return Issue(SignerHandle.None, key.Handle, null, options);
        }

        /// <summary>A certificate for a key at hand, in PEM.</summary>
        /// <param name="issuer">the authority</param>
        /// <param name="key">the key that it is for</param>
        /// <param name="options">what is in it</param>
        /// <exception cref="SealcoreException">an option is wrong, or the issuer failed</exception>
        public static byte[] Issue(Signer issuer, Key key, CertificateOptions options)
        {
            Interop.Required(issuer, nameof(issuer));
            Interop.Required(key, nameof(key));
            return Issue(issuer.Handle, key.Handle, null, options);
        }

        /// <summary>A certificate for a request, in PEM.</summary>
        /// <param name="issuer">the authority</param>
        /// <param name="request">PKCS#10, PEM or DER</param>
        /// <param name="options">what is in it, without a subject: the request has one</param>
        /// <exception cref="SealcoreException">the request does not hold, an option is wrong, or the issuer failed</exception>
        public static byte[] Issue(Signer issuer, byte[] request, CertificateOptions options)
        {
            Interop.Required(issuer, nameof(issuer));
            Interop.Required(request, nameof(request));
            return Issue(issuer.Handle, KeyHandle.None, request, options);
        }

        /// <summary>A revocation list, in PEM.</summary>
        /// <param name="issuer">the authority</param>
        /// <param name="options">what is in it</param>
        /// <exception cref="SealcoreException">an option is wrong, or the issuer failed</exception>
        public static byte[] IssueCrl(Signer issuer, CrlOptions options)
        {
            Interop.Required(issuer, nameof(issuer));
            byte[] text = Utf8.Bytes(Interop.Required(options, nameof(options)).ToJson());
            BufferHandle pem = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_crl_issue(issuer.Handle, text, out pem, out error));
            return Interop.Take(pem);
        }

        /// <summary>What is in certificates, revocation lists or a request, as JSON.</summary>
        /// <param name="bytes">PEM, DER or P7B</param>
        /// <exception cref="SealcoreException">it cannot be read</exception>
        public static string Inspect(byte[] bytes)
        {
            Interop.Required(bytes, nameof(bytes));
            BufferHandle json = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_certificate_inspect(bytes, Interop.Length(bytes), out json, out error));
            return Interop.TakeText(json);
        }

        /// <summary>Certificates of .NET as PEM, in the order in which this library takes them.</summary>
        /// <param name="certificate">the signer's</param>
        /// <param name="chain">those above it; may be null</param>
        public static byte[] ToPem(X509Certificate2 certificate, IEnumerable<X509Certificate2> chain = null)
        {
            StringBuilder pem = new StringBuilder();
            Append(pem, Interop.Required(certificate, nameof(certificate)));
            foreach (X509Certificate2 above in chain ?? new X509Certificate2[0])
            {
                Append(pem, above);
            }
            return Encoding.ASCII.GetBytes(pem.ToString());
        }

        private static byte[] Issue(SignerHandle issuer, KeyHandle key, byte[] request, CertificateOptions options)
        {
            byte[] json = Utf8.Bytes(Interop.Required(options, nameof(options)).ToJson());
            BufferHandle pem = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_certificate_issue(
                issuer, key, request, Interop.Length(request), json, out pem, out error));
            return Interop.Take(pem);
        }

        private static void Append(StringBuilder pem, X509Certificate2 certificate)
        {
            const int Column = 64;
            string text = Convert.ToBase64String(certificate.RawData);
            pem.Append("-----BEGIN CERTIFICATE-----\n");
            for (int i = 0; i < text.Length; i += Column)
            {
                pem.Append(text, i, Math.Min(Column, text.Length - i)).Append('\n');
            }
            pem.Append("-----END CERTIFICATE-----\n");
        }
    }
}
