using System;

namespace Sealcore.Native
{
    /// <summary>
    /// A password or PIN on its way into the library: the copy that is made here is wiped after the call. The caller's
    /// <see cref="string"/> stays, as .NET gives no way to wipe one.
    /// </summary>
    internal sealed class Secret : IDisposable
    {
        internal Secret(string text)
        {
            Bytes = Utf8.Bytes(text);
        }

        /// <summary>The bytes with the NUL, or null for null.</summary>
        internal byte[] Bytes { get; }

        public void Dispose()
        {
            if (Bytes != null)
            {
                Array.Clear(Bytes, 0, Bytes.Length);
            }
        }
    }
}
