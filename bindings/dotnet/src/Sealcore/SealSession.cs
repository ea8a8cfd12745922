using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>The time between the two phases of making a seal.</summary>
    public sealed class SealSession : IDisposable
    {
        private readonly SealSessionHandle handle;

        internal SealSession(SealSessionHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>What the maker is to sign, as a digest; for SM2 it is SM3(Z ‖ M) and must not be hashed again.</summary>
        public byte[] Digest => Interop.Fill(
            NativeMethods.MaxDigestLength,
            (byte[] room, ref UIntPtr length, out IntPtr error) =>
                NativeMethods.sealcore_seal_session_digest(handle, room, ref length, out error));

        /// <summary>What the maker is to sign, for who hashes by himself.</summary>
        public byte[] Message
        {
            get
            {
                BufferHandle message = null;
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_seal_session_message(handle, out message, out error));
                return Interop.Take(message);
            }
        }

        /// <summary>The second phase: verifies the signature, and gives the seal.</summary>
        /// <param name="signature">the maker's signature value: DER or r ‖ s</param>
        /// <exception cref="SealcoreException">the signature does not hold</exception>
        public Seal Complete(byte[] signature)
        {
            Interop.Required(signature, nameof(signature));
            SealHandle seal = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_session_complete(
                handle, signature, Interop.Length(signature), out seal, out error));
            return new Seal(seal);
        }

        /// <summary>Frees the session.</summary>
        public void Dispose() => handle.Dispose();
    }
}
