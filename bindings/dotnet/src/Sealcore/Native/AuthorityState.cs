using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int RespondFunction(
        IntPtr user, IntPtr request, UIntPtr requestLength, IntPtr reply, UIntPtr capacity, IntPtr length);

    [StructLayout(LayoutKind.Sequential)]
    internal struct AuthorityCallbacks
    {
        internal uint StructSize;
        internal IntPtr Respond;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>A time-stamp authority that the application reaches.</summary>
    internal sealed class AuthorityState : CallbackState
    {
        private static readonly RespondFunction RespondDelegate = Respond;

        private static readonly IntPtr RespondPointer = Marshal.GetFunctionPointerForDelegate(RespondDelegate);

        private readonly Func<byte[], byte[]> respond;

        internal AuthorityState(Func<byte[], byte[]> respond)
        {
            this.respond = respond;
        }

        internal AuthorityCallbacks Callbacks()
        {
            return new AuthorityCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<AuthorityCallbacks>(),
                Respond = RespondPointer,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        private static int Respond(
            IntPtr user, IntPtr request, UIntPtr requestLength, IntPtr reply, UIntPtr capacity, IntPtr length)
        {
            return CallbackGuard.Run<AuthorityState>(user, state =>
            {
                byte[] bytes = new byte[checked((int)(ulong)requestLength)];
                Marshal.Copy(request, bytes, 0, bytes.Length);
                byte[] answer = state.respond(bytes);
                if (answer == null)
                {
                    return;
                }
                if ((ulong)answer.Length > (ulong)capacity)
                {
                    throw new InvalidOperationException(
                        "the reply has " + answer.Length + " bytes; there is room for " + capacity);
                }
                Marshal.Copy(answer, 0, reply, answer.Length);
                Marshal.WriteIntPtr(length, (IntPtr)answer.Length);
            });
        }
    }
}
