using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    /// <summary>
    /// Stands between native code and the application's callbacks. Nothing that they throw passes into native code; the
    /// first of it is remembered and becomes the cause of the exception of the call that they failed.
    /// </summary>
    /// <remarks>Callbacks run on the thread of the call, so what they threw is kept for each thread.</remarks>
    internal static class CallbackGuard
    {
        [ThreadStatic]
        private static Exception failure;

        /// <summary>What a callback of the call that just ended has thrown, if any.</summary>
        internal static Exception TakeFailure()
        {
            Exception taken = failure;
            if (taken != null)
            {
                failure = null;
            }
            return taken;
        }

        /// <summary>Runs a callback on what <paramref name="user"/> stands for, and gives the value for native code.</summary>
        internal static int Run<T>(IntPtr user, Action<T> body)
            where T : class
        {
            // The body may itself call the library, which takes what it finds here.
            Exception earlier = failure;
            failure = null;
            Exception thrown = null;
            int result = NativeMethods.CallbackOk;
            try
            {
                body((T)GCHandle.FromIntPtr(user).Target);
            }
            catch (OperationCanceledException e)
            {
                thrown = e;
                result = NativeMethods.CallbackCancel;
            }
            catch (Exception e)
            {
                thrown = e;
                result = NativeMethods.CallbackFailed;
            }
            failure = earlier ?? thrown;
            return result;
        }

        /// <summary>As <see cref="Run{T}"/> where nobody asks for the result: what is thrown is lost.</summary>
        internal static void RunQuietly<T>(IntPtr user, Action<T> body)
            where T : class
        {
            Exception earlier = failure;
            Run(user, body);
            failure = earlier;
        }
    }
}
