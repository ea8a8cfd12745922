using System;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void DropFunction(IntPtr user);

    /// <summary>
    /// What a callback works on. A GCHandle in <c>user</c> keeps it alive until the library calls <c>drop</c>, which it does
    /// exactly once, whether the call that was given the callbacks succeeds or fails.
    /// </summary>
    internal abstract class CallbackState
    {
        /// <summary>Held for ever: native code has its address.</summary>
        private static readonly DropFunction DropDelegate = Drop;

        internal static readonly IntPtr DropPointer = Marshal.GetFunctionPointerForDelegate(DropDelegate);

        /// <summary>The value for <c>user</c>. From here on the state lives until <c>drop</c>.</summary>
        internal IntPtr Hold()
        {
            // No handle may be held if the call cannot take place.
            LibraryLoader.Ensure();
            return GCHandle.ToIntPtr(GCHandle.Alloc(this));
        }

        /// <summary>Lets go of what the state owns.</summary>
        protected virtual void Release()
        {
        }

        private static void Drop(IntPtr user)
        {
            CallbackGuard.RunQuietly<CallbackState>(user, state => state.Release());
            GCHandle.FromIntPtr(user).Free();
        }
    }
}
