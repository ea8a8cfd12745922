using System;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    /// <summary>
    /// Finds libsealcore and checks its ABI, once. Where SEALCORE_LIB names a file or a folder, the library is taken from
    /// there; else from where the runtime looks: beside the assembly, <c>runtimes/RID/native</c> of the package, the
    /// system's path.
    /// </summary>
    internal static class LibraryLoader
    {
        private const string Variable = "SEALCORE_LIB";

        private static readonly ExceptionDispatchInfo Failure = Load();

        /// <summary>Throws if the library is not there or is of another ABI.</summary>
        internal static void Ensure() => Failure?.Throw();

        private static ExceptionDispatchInfo Load()
        {
            try
            {
                Locate(Environment.GetEnvironmentVariable(Variable));
                CheckAbi();
                return null;
            }
            catch (Exception e)
            {
                return ExceptionDispatchInfo.Capture(e);
            }
        }

        /// <summary>Not inlined: its P/Invoke must be bound after <see cref="Locate"/> has run.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void CheckAbi()
        {
            uint abi = NativeMethods.sealcore_abi_version();
            if (abi != NativeMethods.AbiVersion)
            {
                throw SealcoreException.WrongAbi(NativeMethods.AbiVersion, abi);
            }
        }

        private static string FileName()
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                return "sealcore.dll";
            }
            return RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libsealcore.dylib" : "libsealcore.so";
        }

        /// <summary>The file that the variable means, or null where it is not set.</summary>
        private static string Configured(string value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return null;
            }
            string path = Directory.Exists(value) ? Path.Combine(value, FileName()) : value;
            if (!File.Exists(path))
            {
                throw new DllNotFoundException(Variable + " names " + path + ", which is not there");
            }
            return Path.GetFullPath(path);
        }

#if NET7_0_OR_GREATER
        private static void Locate(string value)
        {
            string configured = Configured(value);
            NativeLibrary.SetDllImportResolver(typeof(LibraryLoader).Assembly, (name, assembly, searchPath) =>
            {
                if (name != NativeMethods.Library)
                {
                    return IntPtr.Zero;
                }
                if (configured != null)
                {
                    return NativeLibrary.Load(configured);
                }
                if (NativeLibrary.TryLoad(name, assembly, searchPath, out IntPtr library))
                {
                    return library;
                }
                // A system package without development files has the library under its soname alone.
                string soname = FileName() + "." + NativeMethods.AbiVersion;
                return NativeLibrary.TryLoad(soname, assembly, searchPath, out library) ? library : IntPtr.Zero;
            });
        }
#else
        private static void Locate(string value)
        {
            string configured = Configured(value);
            if (configured == null)
            {
                return;
            }
            if (Type.GetType("Mono.Runtime") != null)
            {
                mono_dllmap_insert(
                    IntPtr.Zero, Utf8.Bytes(NativeMethods.Library), null, Utf8.Bytes(configured), null);
            }
            else if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                // A library that is loaded already is found by its name.
                if (LoadLibraryW(configured) == IntPtr.Zero)
                {
                    throw new DllNotFoundException(configured + " cannot be loaded: " + Marshal.GetLastWin32Error());
                }
            }
            else if (!UseResolver(configured))
            {
                throw new DllNotFoundException(Variable + " has no effect on this runtime; use LD_LIBRARY_PATH");
            }
        }

        /// <summary>.NET Core 3 to .NET 7 have a resolver that .NET Standard 2.0 does not declare.</summary>
        private static bool UseResolver(string configured)
        {
            const string Place = ", System.Runtime.InteropServices";
            Type native = Type.GetType("System.Runtime.InteropServices.NativeLibrary" + Place);
            Type resolver = Type.GetType("System.Runtime.InteropServices.DllImportResolver" + Place);
            MethodInfo load = native?.GetMethod("Load", new[] { typeof(string) });
            MethodInfo set = native?.GetMethod("SetDllImportResolver");
            if (load == null || set == null || resolver == null)
            {
                return false;
            }
            Func<string, Assembly, DllImportSearchPath?, IntPtr> resolve = (name, assembly, searchPath) =>
                name == NativeMethods.Library ? (IntPtr)load.Invoke(null, new object[] { configured }) : IntPtr.Zero;
            set.Invoke(
                null,
                new object[]
                {
                    typeof(LibraryLoader).GetTypeInfo().Assembly,
                    Delegate.CreateDelegate(resolver, resolve.Target, resolve.Method),
                });
            return true;
        }

        /// <summary>What a dllmap element of a configuration file does, for a path that is known only now.</summary>
        [DllImport("__Internal", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        private static extern void mono_dllmap_insert(
            IntPtr assembly, byte[] library, byte[] function, byte[] targetLibrary, byte[] targetFunction);

        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
        private static extern IntPtr LoadLibraryW(string path);
#endif
    }
}
