using System;
using System.Security.Cryptography.X509Certificates;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// Judges documents, seals and time stamps: with whom to trust, the revocation lists, a policy and a moment. Set it up
    /// once; then it may be used by several threads at once. Setting it up while it is used is an error
    /// (<see cref="SealcoreStatus.Busy"/>).
    /// </summary>
    public sealed class Verifier : IDisposable
    {
        /// <summary>A verifier that trusts nobody yet.</summary>
        public Verifier()
        {
            VerifierHandle verifier = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_verifier_new(out verifier, out error));
            Handle = verifier;
        }

        internal VerifierHandle Handle { get; }

        /// <summary>
        /// Trusts certificates in PEM, DER or P7B: the self-signed ones, or all where none is. Revocation lists among them
        /// count.
        /// </summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddTrust(byte[] certificates)
        {
            Interop.Required(certificates, nameof(certificates));
            return Set((out IntPtr error) => NativeMethods.sealcore_verifier_add_trust(
                Handle, certificates, Interop.Length(certificates), out error));
        }

        /// <summary>Trusts the certificates in a file or a folder. Revocation lists among them count.</summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddTrust(string path)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_add_trust_path(Handle, name, out error));
        }

        /// <summary>Trusts a certificate.</summary>
        /// <exception cref="SealcoreException">it cannot be read</exception>
        public Verifier AddTrust(X509Certificate2 certificate)
        {
            return AddTrust(Interop.Required(certificate, nameof(certificate)).RawData);
        }

        /// <summary>
        /// Trusts certificates as anchors of makers of seals. Without any, makers are judged by the same anchors as signers;
        /// with some, by these alone, and by the revocation lists among them and those of <see cref="AddCrl(byte[])"/>.
        /// </summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddMakerTrust(byte[] certificates)
        {
            Interop.Required(certificates, nameof(certificates));
            return Set((out IntPtr error) => NativeMethods.sealcore_verifier_add_maker_trust(
                Handle, certificates, Interop.Length(certificates), out error));
        }

        /// <summary>As <see cref="AddMakerTrust(byte[])"/>, from a file or a folder.</summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddMakerTrust(string path)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_add_maker_trust_path(Handle, name, out error));
        }

        /// <summary>Adds revocation lists in PEM or DER.</summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddCrl(byte[] lists)
        {
            Interop.Required(lists, nameof(lists));
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_add_crl(Handle, lists, Interop.Length(lists), out error));
        }

        /// <summary>Adds the revocation lists in a file or a folder.</summary>
        /// <exception cref="SealcoreException">they cannot be read</exception>
        public Verifier AddCrl(string path)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_add_crl_path(Handle, name, out error));
        }

        /// <summary>
        /// Sets the policy: <c>seal</c> (the default: after sealing only further seals and signatures may come),
        /// <c>pades</c> or <c>pades-p1-strict</c>.
        /// </summary>
        /// <exception cref="SealcoreException">there is no policy of this name</exception>
        public Verifier SetPolicy(string policy)
        {
            byte[] name = Utf8.Required(policy, nameof(policy));
            return Set((out IntPtr error) => NativeMethods.sealcore_verifier_set_policy(Handle, name, out error));
        }

        /// <summary>
        /// Sets the moment at which revocation and trust in time stamps are judged, and bare seals; without it, the moment
        /// of each verification. Seconds count; what is finer is cut off.
        /// </summary>
        /// <exception cref="SealcoreException">it is outside the years that certificates can express</exception>
        public Verifier SetTime(DateTimeOffset time)
        {
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_set_time(Handle, time.ToUnixTimeSeconds(), out error));
        }

        /// <summary>
        /// Sets what a hostile document may cost: <c>entries</c>, <c>inflated_bytes</c>, <c>pages</c> and more, see
        /// <c>limits</c> of <see cref="SealcoreLibrary.Call"/> with <c>describe</c>.
        /// </summary>
        /// <exception cref="SealcoreException">there is no limit of this name</exception>
        public Verifier SetLimit(string limit, long value)
        {
            byte[] name = Utf8.Required(limit, nameof(limit));
            ulong bound = checked((ulong)value);
            return Set((out IntPtr error) =>
                NativeMethods.sealcore_verifier_set_limit(Handle, name, bound, out error));
        }

        /// <summary>Verifies. A signature that does not hold is in the report, not an exception.</summary>
        /// <param name="document">what to judge</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">there was nothing to judge, or it was cancelled</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public Report Verify(Document document, ProgressMonitor monitor = null)
        {
            Interop.Required(document, nameof(document));
            ReportHandle report = null;
            int verdict = 0;
            Interop.Call(monitor, (out IntPtr error) => NativeMethods.sealcore_verify(
                Handle, document.Handle, ProgressMonitor.HandleOf(monitor), out verdict, out report, out error));
            return new Report(report, verdict);
        }

        /// <summary>Frees the verifier.</summary>
        public void Dispose() => Handle.Dispose();

        private Verifier Set(NativeFunction function)
        {
            Interop.Call(function);
            return this;
        }
    }
}
