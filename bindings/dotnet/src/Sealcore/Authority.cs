using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>A time-stamp authority: one in this process, or one that the application reaches.</summary>
    public sealed class Authority : IDisposable
    {
        private Authority(AuthorityHandle handle)
        {
            Handle = handle;
        }

        internal AuthorityHandle Handle { get; }

        /// <summary>An authority in this process.</summary>
        /// <param name="signer">its key and certificate, which must be for time stamps and nothing else</param>
        /// <param name="options">its policy and how it counts</param>
        /// <exception cref="SealcoreException">the certificate is not for time stamps, or an option is wrong</exception>
        public static Authority Local(Signer signer, AuthorityOptions options)
        {
            Interop.Required(signer, nameof(signer));
            byte[] json = Utf8.Bytes(Interop.Required(options, nameof(options)).ToJson());
            AuthorityHandle authority = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_authority_local(signer.Handle, json, out authority, out error));
            return new Authority(authority);
        }

        /// <summary>An authority elsewhere.</summary>
        /// <param name="respond">
        /// sends a request (<c>application/timestamp-query</c>) and gives the reply, at most 64 KiB; called on the thread
        /// that signs; kept alive as long as the authority
        /// </param>
        public static Authority External(Func<byte[], byte[]> respond)
        {
            Interop.Required(respond, nameof(respond));
            AuthorityCallbacks callbacks = new AuthorityState(respond).Callbacks();
            AuthorityHandle authority = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_authority_external(ref callbacks, out authority, out error));
            return new Authority(authority);
        }

        /// <summary>Answers a request. A refusal is an answer too, see <see cref="TimeStamp.Token"/>.</summary>
        /// <param name="request">of RFC 3161, DER</param>
        /// <exception cref="SealcoreException">the key or the application failed</exception>
        public byte[] Respond(byte[] request)
        {
            Interop.Required(request, nameof(request));
            BufferHandle reply = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_authority_respond(
                Handle, request, Interop.Length(request), out reply, out error));
            return Interop.Take(reply);
        }

        /// <summary>Frees the authority.</summary>
        public void Dispose() => Handle.Dispose();
    }

    /// <summary>How a local authority works.</summary>
    public sealed class AuthorityOptions
    {
        /// <summary>Options with a policy.</summary>
        /// <param name="policy">the OID of the policy</param>
        public AuthorityOptions(string policy)
        {
            Policy = Interop.Required(policy, nameof(policy));
        }

        /// <summary>The OID of the policy.</summary>
        public string Policy { get; }

        /// <summary>What tokens promise of the system's clock, 1 to 3600000 milliseconds; null for the usual.</summary>
        public int? AccuracyMs { get; set; }

        /// <summary>Whether every time is later than the one before; null for no.</summary>
        public bool? Ordering { get; set; }

        /// <summary>
        /// A text file with one decimal number and a line feed, 1 for a new authority, which remembers the serial numbers; one
        /// process at a time may use it. It must be there, since one that was lost must not begin again. Null for random
        /// numbers.
        /// </summary>
        public string SerialsPath { get; set; }

        /// <summary>OIDs of policies that requests may ask for beside <see cref="Policy"/>.</summary>
        public IList<string> OtherPolicies { get; } = new List<string>();

        /// <summary>Whether tokens carry the authority's name; null for no.</summary>
        public bool? StateName { get; set; }

        internal string ToJson()
        {
            return new Json()
                .Add("policy", Policy)
                .Add("accuracy_ms", AccuracyMs)
                .Add("ordering", Ordering)
                .Add("serials", SerialsPath)
                .Add("other_policies", OtherPolicies)
                .Add("state_name", StateName)
                .ToString();
        }
    }
}
