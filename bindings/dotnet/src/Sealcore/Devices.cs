using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>Devices that hold keys.</summary>
    public static class Devices
    {
        /// <summary>What a module holds, as JSON: its devices, their applications, keys and certificates.</summary>
        /// <param name="uri"><c>pkcs11:</c>, <c>sdf:</c> or <c>skf:</c> with the module; its path attributes narrow it</param>
        /// <param name="pin">null to list what is open to everybody</param>
        /// <exception cref="SealcoreException">
        /// there is no such module or device, or it failed; <see cref="SealcoreException.VendorCode"/> is its status
        /// </exception>
        public static string List(string uri, string pin = null)
        {
            byte[] name = Utf8.Required(uri, nameof(uri));
            BufferHandle json = null;
            using (Secret secret = new Secret(pin))
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_device_list(name, secret.Bytes, out json, out error));
            }
            return Interop.TakeText(json);
        }
    }
}
