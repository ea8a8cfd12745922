using System;
using System.IO;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>An electronic seal (电子印章). May be used by several threads at once.</summary>
    public sealed class Seal : IDisposable
    {
        internal Seal(SealHandle handle)
        {
            Handle = handle;
        }

        internal SealHandle Handle { get; }

        /// <summary>A seal from its bytes, of any generation, as in a file <c>.esl</c>.</summary>
        /// <exception cref="SealcoreException">these bytes are no seal</exception>
        public static Seal Load(byte[] bytes)
        {
            Interop.Required(bytes, nameof(bytes));
            SealHandle seal = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_seal_load(bytes, Interop.Length(bytes), out seal, out error));
            return new Seal(seal);
        }

        /// <summary>A seal from a file.</summary>
        /// <exception cref="IOException">the file cannot be read</exception>
        /// <exception cref="SealcoreException">it is no seal</exception>
        public static Seal Load(string path) => Load(File.ReadAllBytes(path));

        /// <summary>The seal as DER, byte for byte as it was made.</summary>
        public byte[] Save()
        {
            BufferHandle der = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_save(Handle, out der, out error));
            return Interop.Take(der);
        }

        /// <summary>What is in the seal, without a verdict, as JSON.</summary>
        /// <param name="language">of messages; null for <see cref="SealcoreLibrary.Language"/></param>
        /// <exception cref="SealcoreException">it cannot be read</exception>
        public string Inspect(Language? language = null)
        {
            BufferHandle json = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_seal_inspect(Handle, SealcoreLibrary.Or(language), out json, out error));
            return Interop.TakeText(json);
        }

        /// <summary>The picture, as it is in the seal.</summary>
        public byte[] Picture()
        {
            BufferHandle picture = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_picture(Handle, out picture, out error));
            return Interop.Take(picture);
        }

        /// <summary>Frees the seal.</summary>
        public void Dispose() => Handle.Dispose();
    }
}
