namespace Sealcore.Native
{
    /// <summary>
    /// The functions of sealcore.h, one for one, under their own names. There are two halves with the same parameters:
    /// <c>DllImport</c> for .NET Standard, .NET Framework and Mono, <c>LibraryImport</c> for .NET 7 and later. A test
    /// compares them with each other and with the header.
    /// </summary>
    /// <remarks>
    /// How C becomes C#: <c>size_t</c> is <c>UIntPtr</c>; text that goes in is a <c>byte[]</c> that ends in NUL
    /// (<see cref="Utf8"/>), text that comes out an <c>IntPtr</c> that is read at once; an optional handle is the
    /// <c>None</c> of its class, since a null SafeHandle cannot be marshalled; <c>sealcore_error **</c> is an <c>out IntPtr</c>
    /// that <see cref="SealcoreException"/> takes over right after the call.
    /// </remarks>
    internal static partial class NativeMethods
    {
        internal const string Library = "sealcore";

        /// <summary>The ABI that these declarations were written for.</summary>
        internal const uint AbiVersion = 1;

        internal const int CallbackOk = 1;
        internal const int CallbackCancel = 2;
        internal const int CallbackFailed = 0;

        /// <summary>Room for every digest: SHA-512 is the longest.</summary>
        internal const int MaxDigestLength = 64;
    }
}
