using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>A private key: in memory, wiped when it is disposed, or in a device.</summary>
    public sealed class Key : IDisposable
    {
        private Key(KeyHandle handle)
        {
            Handle = handle;
        }

        internal KeyHandle Handle { get; }

        /// <summary>Makes a key.</summary>
        /// <param name="algorithm">
        /// such as <c>sm2</c>, <c>p256</c>, <c>rsa-3072</c>; all are listed by <see cref="SealcoreLibrary.Call"/> with
        /// <c>describe</c>
        /// </param>
        /// <exception cref="SealcoreException">the algorithm is unknown</exception>
        public static Key Generate(string algorithm)
        {
            byte[] name = Utf8.Required(algorithm, nameof(algorithm));
            KeyHandle key = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_key_generate(name, out key, out error));
            return new Key(key);
        }

        /// <summary>Reads a key file: PKCS#12, PKCS#8, SEC 1 or PKCS#1, DER or PEM.</summary>
        /// <param name="bytes">the file's bytes</param>
        /// <param name="password">null where there is none</param>
        /// <exception cref="SealcoreException">it cannot be read, or the password is wrong</exception>
        public static Key Load(byte[] bytes, string password = null)
        {
            Interop.Required(bytes, nameof(bytes));
            KeyHandle key = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_key_load(
                    bytes, Interop.Length(bytes), secret.Bytes, out key, out error));
            }
            return new Key(key);
        }

        /// <summary>A key where it is: to ask for a certificate, and to sign its own.</summary>
        /// <param name="uri">path of a key file, or <c>file:</c>, <c>pkcs11:</c>, <c>sdf:</c>, <c>skf:</c> URI</param>
        /// <param name="pin">of the device, or password of the file; null where there is none</param>
        /// <exception cref="SealcoreException">it cannot be opened, or the PIN is wrong</exception>
        public static Key Open(string uri, string pin = null)
        {
            byte[] name = Utf8.Required(uri, nameof(uri));
            KeyHandle key = null;
            using (Secret secret = new Secret(pin))
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_key_open(name, secret.Bytes, out key, out error));
            }
            return new Key(key);
        }

        /// <summary>The key as PKCS#8 in PEM.</summary>
        /// <param name="password">encrypts it; null leaves it open</param>
        /// <exception cref="SealcoreException">the key is in a device, or cannot be written</exception>
        public byte[] ToPkcs8(string password)
        {
            BufferHandle pem = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_key_pkcs8(Handle, secret.Bytes, out pem, out error));
            }
            return Interop.Take(pem);
        }

        /// <summary>The key with its certificates as PKCS#12.</summary>
        /// <param name="certificates">PEM, DER or P7B, the key's first, then its chain</param>
        /// <param name="name">the friendly name; may be null</param>
        /// <param name="password">encrypts it</param>
        /// <exception cref="SealcoreException">the key is in a device, or not that of the certificate</exception>
        public byte[] ToPkcs12(byte[] certificates, string name, string password)
        {
            Interop.Required(certificates, nameof(certificates));
            Interop.Required(password, nameof(password));
            byte[] friendly = Utf8.Bytes(name);
            BufferHandle pfx = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_key_pkcs12(
                    Handle, certificates, Interop.Length(certificates), friendly, secret.Bytes, out pfx, out error));
            }
            return Interop.Take(pfx);
        }

        /// <summary>A certificate request (PKCS#10) in PEM.</summary>
        /// <param name="subject">such as <c>CN=name,O=organisation,C=CN</c></param>
        /// <exception cref="SealcoreException">the subject cannot be read</exception>
        public byte[] CertificateRequest(string subject)
        {
            byte[] name = Utf8.Required(subject, nameof(subject));
            BufferHandle pem = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_certificate_request(Handle, name, out pem, out error));
            return Interop.Take(pem);
        }

        /// <summary>Wipes and frees the key.</summary>
        public void Dispose() => Handle.Dispose();
    }
}
