using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int SignFunction(
        IntPtr user, IntPtr input, UIntPtr inputLength, IntPtr signature, UIntPtr capacity, IntPtr length, IntPtr vendorCode);

    [StructLayout(LayoutKind.Sequential)]
    internal struct SignerCallbacks
    {
        internal uint StructSize;
        internal IntPtr SignDigest;
        internal IntPtr SignMessage;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>An external signer, as native code calls it.</summary>
    internal sealed class SignerState : CallbackState
    {
        private static readonly SignFunction SignDelegate = Sign;

        private static readonly IntPtr SignPointer = Marshal.GetFunctionPointerForDelegate(SignDelegate);

        private readonly ISignerCallbacks callbacks;
        private readonly Action release;

        /// <param name="callbacks">who signs</param>
        /// <param name="release">called when the signer is freed; may be null</param>
        internal SignerState(ISignerCallbacks callbacks, Action release)
        {
            this.callbacks = callbacks;
            this.release = release;
        }

        internal SignerCallbacks Callbacks()
        {
            bool message = callbacks.Input == SignerInput.Message;
            return new SignerCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<SignerCallbacks>(),
                SignDigest = message ? IntPtr.Zero : SignPointer,
                SignMessage = message ? SignPointer : IntPtr.Zero,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        protected override void Release() => release?.Invoke();

        private static int Sign(
            IntPtr user, IntPtr input, UIntPtr inputLength, IntPtr signature, UIntPtr capacity, IntPtr length, IntPtr vendorCode)
        {
            return CallbackGuard.Run<SignerState>(user, state =>
            {
                byte[] bytes = new byte[checked((int)(ulong)inputLength)];
                Marshal.Copy(input, bytes, 0, bytes.Length);
                byte[] value;
                try
                {
                    value = state.callbacks.Sign(bytes);
                }
                catch (Exception e)
                {
                    Marshal.WriteInt64(vendorCode, unchecked((long)SignerFailedException.CodeOf(e)));
                    throw;
                }
                if (value == null)
                {
                    return; // Nothing written: the library says so.
                }
                if ((ulong)value.Length > (ulong)capacity)
                {
                    throw new InvalidOperationException(
                        "the signer gave " + value.Length + " bytes; there is room for " + capacity);
                }
                Marshal.Copy(value, 0, signature, value.Length);
                Marshal.WriteIntPtr(length, (IntPtr)value.Length);
            });
        }
    }
}
