using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>What a certificate is for.</summary>
    public enum CertificateProfile
    {
        /// <summary>An authority that is its own anchor.</summary>
        Root,

        /// <summary>An authority below another one.</summary>
        Authority,

        /// <summary>A maker of seals.</summary>
        Maker,

        /// <summary>An organisation that signs.</summary>
        Unit,

        /// <summary>A person who signs.</summary>
        Person,

        /// <summary>A time-stamp authority.</summary>
        Tsa,
    }

    /// <summary>What is in a certificate that is made.</summary>
    public sealed class CertificateOptions
    {
        /// <summary>Options for a purpose.</summary>
        /// <param name="profile">what the certificate is for</param>
        public CertificateOptions(CertificateProfile profile)
        {
            Profile = profile;
        }

        /// <summary>What the certificate is for.</summary>
        public CertificateProfile Profile { get; }

        /// <summary>The subject, such as <c>CN=name,O=organisation,C=CN</c>. Goes with a key; a request has its own.</summary>
        public string Subject { get; set; }

        /// <summary>From when it is valid; null for now.</summary>
        public DateTimeOffset? NotBefore { get; set; }

        /// <summary>Until when it is valid; null for 365 days.</summary>
        public DateTimeOffset? NotAfter { get; set; }

        /// <summary>Where its revocation list is found; null for nowhere.</summary>
        public string CrlUrl { get; set; }

        internal string ToJson()
        {
            return new Json()
                .Add("profile", Profile.ToString().ToLowerInvariant())
                .Add("subject", Subject)
                .Add("not_before", NotBefore?.ToUnixTimeSeconds())
                .Add("not_after", NotAfter?.ToUnixTimeSeconds())
                .Add("crl_url", CrlUrl)
                .ToString();
        }
    }
}
