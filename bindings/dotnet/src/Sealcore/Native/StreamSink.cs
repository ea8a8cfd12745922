using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int WriteFunction(IntPtr user, IntPtr bytes, UIntPtr length);

    [StructLayout(LayoutKind.Sequential)]
    internal struct SinkCallbacks
    {
        internal uint StructSize;
        internal IntPtr Write;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>A stream that a signed document is written to. It stays open: it is the caller's.</summary>
    internal sealed class StreamSink : CallbackState
    {
        private const int ChunkLength = 64 * 1024;

        private static readonly WriteFunction WriteDelegate = Write;

        private static readonly IntPtr WritePointer = Marshal.GetFunctionPointerForDelegate(WriteDelegate);

        private readonly byte[] chunk = new byte[ChunkLength];
        private readonly Stream stream;

        internal StreamSink(Stream stream)
        {
            this.stream = stream;
        }

        internal SinkCallbacks Callbacks()
        {
            return new SinkCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<SinkCallbacks>(),
                Write = WritePointer,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        private static int Write(IntPtr user, IntPtr bytes, UIntPtr length)
        {
            return CallbackGuard.Run<StreamSink>(user, sink => sink.Write(bytes, (long)(ulong)length));
        }

        private void Write(IntPtr bytes, long length)
        {
            while (length > 0)
            {
                int part = (int)Math.Min(length, chunk.Length);
                Marshal.Copy(bytes, chunk, 0, part);
                stream.Write(chunk, 0, part);
                bytes = new IntPtr(bytes.ToInt64() + part);
                length -= part;
            }
        }
    }
}
