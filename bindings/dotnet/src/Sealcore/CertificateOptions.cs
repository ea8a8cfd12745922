using System;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>What is in a certificate that is made.</summary>
    public sealed class CertificateOptions
    {
        /// <summary>The subject, such as <c>CN=name,O=organisation,C=CN</c>; null for that of the request.</summary>
        public string Subject { get; set; }

        /// <summary>What it is for, see <c>sealcore_certificate_issue</c> in sealcore.h; null for the usual.</summary>
        public string Profile { get; set; }

        /// <summary>From when it is valid; null for now.</summary>
        public DateTimeOffset? NotBefore { get; set; }

        /// <summary>Until when it is valid; null for the usual.</summary>
        public DateTimeOffset? NotAfter { get; set; }

        /// <summary>Where its revocation list is found; null for nowhere.</summary>
        public string CrlUrl { get; set; }

        internal string ToJson()
        {
            return new Json()
                .Add("subject", Subject)
                .Add("profile", Profile)
                .Add("not_before", NotBefore?.ToUnixTimeSeconds())
                .Add("not_after", NotAfter?.ToUnixTimeSeconds())
                .Add("crl_url", CrlUrl)
                .ToString();
        }
    }
}
