using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Sealcore.Native
{
    /// <summary>Text as the ABI has it: UTF-8 that ends in NUL. .NET Standard 2.0 has no marshalling for it everywhere.</summary>
    internal static class Utf8
    {
        /// <summary>Lone surrogates are an error of the caller, not a question mark in a file name.</summary>
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>What the library gives is UTF-8; a reader of messages need not fail if it is not.</summary>
        private static readonly UTF8Encoding Tolerant = new UTF8Encoding(false, false);

        /// <summary>The bytes with the NUL, or null for null.</summary>
        internal static byte[] Bytes(string text)
        {
            if (text == null)
            {
                return null;
            }
            if (text.IndexOf('\0') >= 0)
            {
                throw new ArgumentException("text with a NUL character cannot be passed on");
            }
            byte[] bytes = new byte[Strict.GetByteCount(text) + 1];
            Strict.GetBytes(text, 0, text.Length, bytes, 0);
            return bytes;
        }

        /// <summary>As <see cref="Bytes"/>, for what must be there.</summary>
        internal static byte[] Required(string text, string parameter)
        {
            if (text == null)
            {
                throw new ArgumentNullException(parameter);
            }
            return Bytes(text);
        }

        internal static string Read(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            byte[] bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Tolerant.GetString(bytes);
        }

        internal static string Read(byte[] bytes) => Tolerant.GetString(bytes);
    }
}
