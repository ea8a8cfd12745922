using System;
using Microsoft.Win32.SafeHandles;

namespace Sealcore.Native
{
    /// <summary>
    /// A handle of libsealcore. It is freed once: by <c>Dispose</c>, else by the finalizer, and never while a call uses it.
    /// </summary>
    internal abstract class SealcoreHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        protected SealcoreHandle()
            : base(true)
        {
        }

        /// <summary>Reads text that lives as long as this handle.</summary>
        internal string Text(Func<IntPtr> read)
        {
            bool held = false;
            try
            {
                DangerousAddRef(ref held);
                return Utf8.Read(read());
            }
            finally
            {
                if (held)
                {
                    DangerousRelease();
                }
            }
        }

        protected sealed override bool ReleaseHandle()
        {
            Free(handle);
            return true;
        }

        protected abstract void Free(IntPtr value);
    }

    // The constructors are public because the marshaller of LibraryImport makes the handles.
    internal sealed class ErrorHandle : SealcoreHandle
    {
        public ErrorHandle()
        {
        }

        internal ErrorHandle(IntPtr error)
        {
            SetHandle(error);
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_error_free(value);
    }

    internal sealed class BufferHandle : SealcoreHandle
    {
        public BufferHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_buffer_free(value);
    }

    internal sealed class DocumentHandle : SealcoreHandle
    {
        public DocumentHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_document_free(value);
    }

    internal sealed class MonitorHandle : SealcoreHandle
    {
        internal static readonly MonitorHandle None = new MonitorHandle();

        public MonitorHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_monitor_free(value);
    }

    internal sealed class VerifierHandle : SealcoreHandle
    {
        internal static readonly VerifierHandle None = new VerifierHandle();

        public VerifierHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_verifier_free(value);
    }

    internal sealed class ReportHandle : SealcoreHandle
    {
        public ReportHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_report_free(value);
    }

    internal sealed class KeyHandle : SealcoreHandle
    {
        internal static readonly KeyHandle None = new KeyHandle();

        public KeyHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_key_free(value);
    }

    internal sealed class SignerHandle : SealcoreHandle
    {
        internal static readonly SignerHandle None = new SignerHandle();

        public SignerHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_signer_free(value);
    }

    internal sealed class SealHandle : SealcoreHandle
    {
        public SealHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_seal_free(value);
    }

    internal sealed class SealRequestHandle : SealcoreHandle
    {
        public SealRequestHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_seal_request_free(value);
    }

    internal sealed class SealSessionHandle : SealcoreHandle
    {
        public SealSessionHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_seal_session_free(value);
    }

    internal sealed class RequestHandle : SealcoreHandle
    {
        public RequestHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_request_free(value);
    }

    internal sealed class SessionHandle : SealcoreHandle
    {
        public SessionHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_session_free(value);
    }

    internal sealed class AuthorityHandle : SealcoreHandle
    {
        public AuthorityHandle()
        {
        }

        protected override void Free(IntPtr value) => NativeMethods.sealcore_authority_free(value);
    }
}
