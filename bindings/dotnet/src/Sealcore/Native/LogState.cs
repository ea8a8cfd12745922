using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void LogFunction(IntPtr user, int level, IntPtr message);

    [StructLayout(LayoutKind.Sequential)]
    internal struct LogCallbacks
    {
        internal uint StructSize;
        internal IntPtr Log;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>Where messages of the library go. What it throws is lost: a log must not fail what it tells of.</summary>
    internal sealed class LogState : CallbackState
    {
        private static readonly LogFunction LogDelegate = Log;

        private static readonly IntPtr LogPointer = Marshal.GetFunctionPointerForDelegate(LogDelegate);

        private readonly Action<LogLevel, string> log;

        internal LogState(Action<LogLevel, string> log)
        {
            this.log = log;
        }

        internal LogCallbacks Callbacks()
        {
            return new LogCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<LogCallbacks>(),
                Log = LogPointer,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        private static void Log(IntPtr user, int level, IntPtr message)
        {
            CallbackGuard.RunQuietly<LogState>(user, state => state.log((LogLevel)level, Utf8.Read(message)));
        }
    }
}
