using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int ReadAtFunction(IntPtr user, ulong offset, IntPtr buffer, UIntPtr length, IntPtr read);

    [StructLayout(LayoutKind.Sequential)]
    internal struct SourceCallbacks
    {
        internal uint StructSize;
        internal ulong Length;
        internal IntPtr ReadAt;
        internal IntPtr Drop;
        internal IntPtr User;
    }

    /// <summary>A seekable stream as a source. Documents may be used by several threads, a stream may not.</summary>
    internal sealed class StreamSource : CallbackState
    {
        private const int ChunkLength = 64 * 1024;

        private static readonly ReadAtFunction ReadAtDelegate = ReadAt;

        private static readonly IntPtr ReadAtPointer = Marshal.GetFunctionPointerForDelegate(ReadAtDelegate);

        private readonly object gate = new object();
        private readonly byte[] chunk = new byte[ChunkLength];
        private readonly Stream stream;
        private readonly bool leaveOpen;

        internal StreamSource(Stream stream, bool leaveOpen)
        {
            this.stream = stream;
            this.leaveOpen = leaveOpen;
        }

        internal SourceCallbacks Callbacks()
        {
            ulong length = (ulong)stream.Length;
            return new SourceCallbacks
            {
                StructSize = (uint)Marshal.SizeOf<SourceCallbacks>(),
                Length = length,
                ReadAt = ReadAtPointer,
                Drop = DropPointer,
                User = Hold(),
            };
        }

        protected override void Release()
        {
            if (!leaveOpen)
            {
                stream.Dispose();
            }
        }

        private static int ReadAt(IntPtr user, ulong offset, IntPtr buffer, UIntPtr length, IntPtr read)
        {
            return CallbackGuard.Run<StreamSource>(user, source =>
            {
                int got = source.Read(offset, buffer, (ulong)length);
                Marshal.WriteIntPtr(read, (IntPtr)got);
            });
        }

        private int Read(ulong offset, IntPtr buffer, ulong length)
        {
            lock (gate)
            {
                stream.Position = checked((long)offset);
                int got = stream.Read(chunk, 0, (int)Math.Min(length, (ulong)chunk.Length));
                Marshal.Copy(chunk, 0, buffer, got);
                return got;
            }
        }
    }
}
