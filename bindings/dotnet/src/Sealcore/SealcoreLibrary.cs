using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>The library as a whole: its version, its self-test, its log and the language of messages.</summary>
    public static class SealcoreLibrary
    {
        private static volatile int language = (int)Language.English;

        /// <summary>
        /// The language of messages where none is given: of exceptions, findings and texts. English until the application
        /// sets another one. An exception keeps both languages, see <see cref="SealcoreException.GetMessage"/>.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">the value is no language</exception>
        public static Language Language
        {
            get => (Language)language;
            set
            {
                if (value != Language.English && value != Language.Chinese)
                {
                    throw new ArgumentOutOfRangeException(nameof(value));
                }
                language = (int)value;
            }
        }

        /// <summary>The version of libsealcore, such as <c>0.1.0</c>.</summary>
        public static string Version => Interop.Read(() => Utf8.Read(NativeMethods.sealcore_version()));

        /// <summary>The version of the ABI that this assembly and the loaded library share.</summary>
        public static int AbiVersion => Interop.Read(() => (int)NativeMethods.sealcore_abi_version());

        /// <summary>How many native objects live in this process, for tests that look for leaks.</summary>
        public static long LiveHandles => Interop.Read(() => (long)(ulong)NativeMethods.sealcore_handle_count());

        /// <summary>
        /// Computes known answers of SM2, SM3 and SM4. It also runs by itself before the first operation.
        /// </summary>
        /// <exception cref="SealcoreException">an answer is wrong (<see cref="SealcoreStatus.SelfTest"/>)</exception>
        public static void SelfTest() => Interop.Call((out IntPtr error) => NativeMethods.sealcore_self_test(out error));

        /// <summary>The digest of bytes, SM3 above all, which .NET does not have.</summary>
        /// <param name="algorithm">such as <c>sm3</c> or <c>sha256</c>; <see cref="Call"/> with <c>describe</c> lists all</param>
        /// <param name="bytes">what to digest</param>
        /// <exception cref="SealcoreException">the algorithm is unknown, or no longer sound</exception>
        public static byte[] Digest(string algorithm, byte[] bytes)
        {
            byte[] name = Utf8.Required(algorithm, nameof(algorithm));
            Interop.Required(bytes, nameof(bytes));
            return Interop.Fill(
                NativeMethods.MaxDigestLength,
                (byte[] room, ref UIntPtr length, out IntPtr error) => NativeMethods.sealcore_digest(
                    name, bytes, Interop.Length(bytes), room, ref length, out error));
        }

        /// <summary>Sends the library's messages to a function, until it is replaced.</summary>
        /// <param name="level">the level up to which messages are wanted</param>
        /// <param name="log">called on whatever thread works; what it throws is ignored</param>
        /// <exception cref="SealcoreException">the level is not known</exception>
        public static void SetLog(LogLevel level, Action<LogLevel, string> log)
        {
            Interop.Required(log, nameof(log));
            LogCallbacks callbacks = new LogState(log).Callbacks();
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_set_log((int)level, ref callbacks, out error));
        }

        /// <summary>Turns the log off.</summary>
        public static void ClearLog()
        {
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_set_log((int)LogLevel.Error, IntPtr.Zero, out error));
        }

        /// <summary>
        /// Calls an operation that takes and gives JSON. <c>describe</c> with <c>{}</c> tells version, policies, algorithms,
        /// device schemes, operations and limits.
        /// </summary>
        /// <param name="operation">the name of the operation</param>
        /// <param name="requestJson">a JSON object</param>
        /// <exception cref="SealcoreException">the operation is unknown, or failed</exception>
        public static string Call(string operation, string requestJson)
        {
            byte[] name = Utf8.Required(operation, nameof(operation));
            byte[] request = Utf8.Required(requestJson, nameof(requestJson));
            BufferHandle response = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_call(name, request, out response, out error));
            return Interop.TakeText(response);
        }

        internal static int Or(Language? chosen) => (int)(chosen ?? Language);
    }
}
