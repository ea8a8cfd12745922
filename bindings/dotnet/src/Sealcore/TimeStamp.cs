using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>What a time-stamp request asks for beside the stamp.</summary>
    [Flags]
    public enum TimeStampOptions
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>The authority's certificate in the token.</summary>
        Certificates = 1,

        /// <summary>A nonce, so that an old reply cannot be passed off as the answer.</summary>
        Nonce = 2,
    }

    /// <summary>Time stamps of RFC 3161, as bytes.</summary>
    public static class TimeStamp
    {
        /// <summary>A request for a digest.</summary>
        /// <param name="digestAlgorithm">such as <c>sm3</c> or <c>sha256</c></param>
        /// <param name="digest">the digest</param>
        /// <param name="policy">the OID of a policy; null for the authority's</param>
        /// <param name="options">what else to ask for</param>
        /// <exception cref="SealcoreException">the algorithm is unknown, or the digest is of another length</exception>
        public static byte[] Request(
            string digestAlgorithm,
            byte[] digest,
            string policy = null,
            TimeStampOptions options = TimeStampOptions.Certificates | TimeStampOptions.Nonce)
        {
            byte[] algorithm = Utf8.Required(digestAlgorithm, nameof(digestAlgorithm));
            Interop.Required(digest, nameof(digest));
            byte[] oid = Utf8.Bytes(policy);
            BufferHandle request = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_timestamp_request(
                algorithm, digest, Interop.Length(digest), oid, (uint)options, out request, out error));
            return Interop.Take(request);
        }

        /// <summary>The token in a reply.</summary>
        /// <param name="reply">what the authority answered</param>
        /// <param name="request">what it was asked, to compare; may be null</param>
        /// <exception cref="SealcoreException">
        /// the authority refused (<see cref="SealcoreStatus.Authority"/>, with its reason), or the answer does not fit
        /// </exception>
        public static byte[] Token(byte[] reply, byte[] request = null)
        {
            Interop.Required(reply, nameof(reply));
            BufferHandle token = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_timestamp_token(
                reply, Interop.Length(reply), request, Interop.Length(request), out token, out error));
            return Interop.Take(token);
        }

        /// <summary>Verifies a token.</summary>
        /// <param name="verifier">with whom to trust</param>
        /// <param name="token">the token</param>
        /// <param name="data">what was stamped; null where only the request is known</param>
        /// <param name="request">what the authority was asked; may be null</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">the token cannot be read, or it was cancelled</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public static Report Verify(
            Verifier verifier,
            byte[] token,
            byte[] data,
            byte[] request = null,
            ProgressMonitor monitor = null)
        {
            Interop.Required(verifier, nameof(verifier));
            Interop.Required(token, nameof(token));
            ReportHandle report = null;
            int verdict = 0;
            Interop.Call(monitor, (out IntPtr error) => NativeMethods.sealcore_timestamp_verify(
                verifier.Handle,
                token,
                Interop.Length(token),
                data,
                Interop.Length(data),
                request,
                Interop.Length(request),
                ProgressMonitor.HandleOf(monitor),
                out verdict,
                out report,
                out error));
            return new Report(report, verdict);
        }
    }
}
