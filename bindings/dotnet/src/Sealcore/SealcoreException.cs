using System;
using System.Globalization;
using System.Text;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// A call failed. A document whose signature does not hold is not a failure: verification gives a
    /// <see cref="Report"/>. Where a callback of the application threw, that is the
    /// <see cref="Exception.InnerException"/>.
    /// </summary>
    public class SealcoreException : Exception
    {
        private readonly string english;
        private readonly string chinese;

        private SealcoreException(
            SealcoreStatus status,
            string statusName,
            string kind,
            string english,
            string chinese,
            string part,
            long? position,
            ulong vendorCode,
            Exception cause)
            : base(Compose(english, chinese, part, position, vendorCode), cause)
        {
            this.english = english;
            this.chinese = chinese;
            Status = status;
            StatusName = statusName;
            Kind = kind;
            Part = part;
            Position = position;
            VendorCode = vendorCode;
        }

        /// <summary>Why the call failed. A newer library may give a value that has no name here.</summary>
        public SealcoreStatus Status { get; }

        /// <summary>The name of the status in C, such as <c>SEALCORE_E_PASSWORD</c>.</summary>
        public string StatusName { get; }

        /// <summary>The kind of error as JSON has it, such as <c>password</c> or <c>device</c>.</summary>
        public string Kind { get; }

        /// <summary>The part of the input that is at fault: an entry of a package, an object; null when none.</summary>
        public string Part { get; }

        /// <summary>The byte in that part, or in the input; null when unknown.</summary>
        public long? Position { get; }

        /// <summary>The status of a device or a remote service; 0 when there is none.</summary>
        public ulong VendorCode { get; }

        /// <summary>What failed, without part and position, in a language of choice.</summary>
        public string GetMessage(Language language) => language == Language.Chinese ? chinese : english;

        /// <summary>Takes over an error of the library; <paramref name="error"/> may be NULL.</summary>
        internal static SealcoreException Take(int status, IntPtr error, Exception cause)
        {
            string name = Utf8.Read(NativeMethods.sealcore_status_name(status));
            using (ErrorHandle handle = new ErrorHandle(error))
            {
                if (handle.IsInvalid)
                {
                    return new SealcoreException(
                        (SealcoreStatus)status, name, "internal", name, name, null, null, 0, cause);
                }
                long position = NativeMethods.sealcore_error_position(handle);
                return new SealcoreException(
                    (SealcoreStatus)status,
                    name,
                    handle.Text(() => NativeMethods.sealcore_error_kind(handle)),
                    handle.Text(() => NativeMethods.sealcore_error_message(handle, (int)Language.English)),
                    handle.Text(() => NativeMethods.sealcore_error_message(handle, (int)Language.Chinese)),
                    handle.Text(() => NativeMethods.sealcore_error_part(handle)),
                    position < 0 ? (long?)null : position,
                    NativeMethods.sealcore_error_vendor_code(handle),
                    cause);
            }
        }

        internal static SealcoreException WrongAbi(uint expected, uint found)
        {
            return new SealcoreException(
                SealcoreStatus.Abi,
                "SEALCORE_E_ABI",
                "api",
                "libsealcore has ABI " + found + ", this assembly was built for " + expected,
                "libsealcore 的 ABI 版本为 " + found + "，本程序集要求 " + expected,
                null,
                null,
                0,
                null);
        }

        private static string Compose(string english, string chinese, string part, long? position, ulong vendorCode)
        {
            bool zh = SealcoreLibrary.Language == Language.Chinese;
            StringBuilder text = new StringBuilder(zh ? chinese : english);
            string separator = zh ? "；" : "; ";
            if (part != null)
            {
                text.Append(separator).Append(zh ? "位于 " : "in ").Append(part);
            }
            if (position != null)
            {
                text.Append(separator).Append(zh ? "字节 " : "at byte ")
                    .Append(position.Value.ToString(CultureInfo.InvariantCulture));
            }
            if (vendorCode != 0)
            {
                text.Append(separator).Append(zh ? "厂商代码 0x" : "vendor code 0x")
                    .Append(vendorCode.ToString("X8", CultureInfo.InvariantCulture));
            }
            return text.ToString();
        }
    }
}
