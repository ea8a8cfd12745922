using System;

namespace Sealcore
{
    /// <summary>
    /// Thrown by an <see cref="ISignerCallbacks"/> to pass a vendor's code on: it is then the
    /// <see cref="SealcoreException.VendorCode"/> of the exception of the call.
    /// </summary>
    public class SignerFailedException : Exception
    {
        /// <summary>A failure with a message and a code.</summary>
        /// <param name="message">what failed; never a PIN</param>
        /// <param name="vendorCode">such as 0x0A000024 for a wrong PIN of an SKF token</param>
        /// <param name="cause">may be null</param>
        public SignerFailedException(string message, ulong vendorCode, Exception cause = null)
            : base(message, cause)
        {
            VendorCode = vendorCode;
        }

        /// <summary>The vendor's code.</summary>
        public ulong VendorCode { get; }

        internal static ulong CodeOf(Exception exception)
        {
            return (exception as SignerFailedException)?.VendorCode ?? (exception as SealcoreException)?.VendorCode ?? 0;
        }
    }
}
