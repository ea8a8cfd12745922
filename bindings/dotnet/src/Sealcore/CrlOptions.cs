using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>Why a certificate was revoked, RFC 5280, 5.3.1.</summary>
    public enum RevocationReason
    {
        /// <summary>Not said.</summary>
        Unspecified = 0,

        /// <summary>The key is in other hands, or may be.</summary>
        KeyCompromise = 1,

        /// <summary>The authority's key is.</summary>
        AuthorityCompromise = 2,

        /// <summary>The subject's name or the like has changed.</summary>
        AffiliationChanged = 3,

        /// <summary>Another certificate has taken its place.</summary>
        Superseded = 4,

        /// <summary>It is no longer needed.</summary>
        CessationOfOperation = 5,

        /// <summary>For the time being.</summary>
        CertificateHold = 6,

        /// <summary>No longer on hold.</summary>
        RemoveFromCrl = 8,

        /// <summary>What it was granted for was withdrawn.</summary>
        PrivilegeWithdrawn = 9,

        /// <summary>The key of an attribute authority is in other hands.</summary>
        AttributeAuthorityCompromise = 10,
    }

    /// <summary>What is in a revocation list that is made.</summary>
    public sealed class CrlOptions
    {
        private readonly List<Json> revoked = new List<Json>();

        /// <summary>When it is made; null for now.</summary>
        public DateTimeOffset? ThisUpdate { get; set; }

        /// <summary>When the next one comes; null for 30 days later.</summary>
        public DateTimeOffset? NextUpdate { get; set; }

        /// <summary>Its number, higher than the last one's; null for the seconds since 1970.</summary>
        public long? Number { get; set; }

        /// <summary>Revokes a certificate.</summary>
        /// <param name="serial">its serial number, hexadecimal</param>
        /// <param name="at">since when; null for <see cref="ThisUpdate"/></param>
        /// <param name="reason">why; null to leave it out</param>
        public CrlOptions Revoke(string serial, DateTimeOffset? at = null, RevocationReason? reason = null)
        {
            revoked.Add(new Json()
                .Add("serial", Interop.Required(serial, nameof(serial)))
                .Add("at", at?.ToUnixTimeSeconds())
                .Add("reason", (long?)reason));
            return this;
        }

        internal string ToJson()
        {
            return new Json()
                .Add("this_update", ThisUpdate?.ToUnixTimeSeconds())
                .Add("next_update", NextUpdate?.ToUnixTimeSeconds())
                .Add("number", Number)
                .Raw("revoked", "[" + string.Join(",", revoked) + "]")
                .ToString();
        }
    }
}
