using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int ProgressFunction(IntPtr user, ulong done, ulong total);

    [StructLayout(LayoutKind.Sequential)]
    internal struct MonitorCallbacks
    {
        internal uint StructSize;
        internal IntPtr Progress;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>What a monitor reports to, and the token that cancels it.</summary>
    internal sealed class MonitorState : CallbackState
    {
        private static readonly ProgressFunction ProgressDelegate = Progress;

        private static readonly IntPtr ProgressPointer = Marshal.GetFunctionPointerForDelegate(ProgressDelegate);

        private readonly Action<long, long> progress;
        private readonly CancellationToken cancellation;

        internal MonitorState(Action<long, long> progress, CancellationToken cancellation)
        {
            this.progress = progress;
            this.cancellation = cancellation;
        }

        internal MonitorCallbacks Callbacks()
        {
            return new MonitorCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<MonitorCallbacks>(),
                Progress = ProgressPointer,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        private static int Progress(IntPtr user, ulong done, ulong total)
        {
            return CallbackGuard.Run<MonitorState>(user, state =>
            {
                state.cancellation.ThrowIfCancellationRequested();
                state.progress?.Invoke((long)done, (long)total);
            });
        }
    }
}
