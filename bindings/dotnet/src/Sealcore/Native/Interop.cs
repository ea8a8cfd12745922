using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    /// <summary>A function of the ABI with its last parameter.</summary>
    internal delegate int NativeFunction(out IntPtr error);

    /// <summary>A function that writes bytes into room that the caller gives.</summary>
    internal delegate int NativeFill(byte[] room, ref UIntPtr length, out IntPtr error);

    /// <summary>What every call has in common: loading, errors, bytes that come out.</summary>
    /// <remarks>
    /// Calls stand in lambdas so that no method with a P/Invoke is compiled before the library was found: Mono binds a
    /// P/Invoke when it compiles the method around it, or one that it inlines that method into, and remembers a failure.
    /// </remarks>
    internal static class Interop
    {
        internal static UIntPtr Length(byte[] bytes) => bytes == null ? UIntPtr.Zero : new UIntPtr((uint)bytes.Length);

        internal static T Required<T>(T value, string parameter)
            where T : class
        {
            if (value == null)
            {
                throw new ArgumentNullException(parameter);
            }
            return value;
        }

        /// <summary>Calls, and throws what failed.</summary>
        internal static void Call(NativeFunction function)
        {
            LibraryLoader.Ensure();
            int status = function(out IntPtr error);
            Exception cause = CallbackGuard.TakeFailure();
            if (status != 0)
            {
                throw SealcoreException.Take(status, error, cause);
            }
        }

        /// <summary>Calls with a monitor: what a token cancelled is an <see cref="OperationCanceledException"/>.</summary>
        internal static void Call(ProgressMonitor monitor, NativeFunction function)
        {
            try
            {
                Call(function);
            }
            catch (SealcoreException e) when (e.Status == SealcoreStatus.Cancelled && monitor != null
                && monitor.Token.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, monitor.Token);
            }
        }

        /// <summary>Reads something that cannot fail.</summary>
        internal static T Read<T>(Func<T> function)
        {
            LibraryLoader.Ensure();
            return function();
        }

        /// <summary>Calls a function of the two-call kind with room that is surely enough.</summary>
        internal static byte[] Fill(int room, NativeFill function)
        {
            byte[] bytes = new byte[room];
            UIntPtr length = new UIntPtr((uint)room);
            Call((out IntPtr error) => function(bytes, ref length, out error));
            Array.Resize(ref bytes, checked((int)(uint)length));
            return bytes;
        }

        /// <summary>The bytes of a buffer, which is freed.</summary>
        internal static byte[] Take(BufferHandle buffer)
        {
            using (buffer)
            {
                bool held = false;
                try
                {
                    buffer.DangerousAddRef(ref held);
                    ulong length = (ulong)NativeMethods.sealcore_buffer_len(buffer);
                    if (length > int.MaxValue)
                    {
                        throw new OverflowException("more than 2 GiB do not fit into an array; write to a path or a stream");
                    }
                    byte[] bytes = new byte[length];
                    if (bytes.Length > 0)
                    {
                        Marshal.Copy(NativeMethods.sealcore_buffer_data(buffer), bytes, 0, bytes.Length);
                    }
                    return bytes;
                }
                finally
                {
                    if (held)
                    {
                        buffer.DangerousRelease();
                    }
                }
            }
        }

        /// <summary>The text of a buffer, which is freed.</summary>
        internal static string TakeText(BufferHandle buffer) => Utf8.Read(Take(buffer));
    }
}
