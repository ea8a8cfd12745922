using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>What a signature is.</summary>
    public enum SignatureKind
    {
        /// <summary>A value that this version does not know.</summary>
        Other = 0,

        /// <summary>An electronic seal.</summary>
        Seal,

        /// <summary>A digital signature without a seal.</summary>
        Signature,

        /// <summary>A time stamp.</summary>
        Timestamp,
    }

    /// <summary>Whether what was signed is what is there: the bytes that it covers and its own maths, nothing else.</summary>
    public enum Integrity
    {
        /// <summary>Not stated, or a value that this version does not know.</summary>
        Other = 0,

        /// <summary>As it was signed.</summary>
        Intact,

        /// <summary>Not as it was signed.</summary>
        Altered,

        /// <summary>The key is not there, or the algorithm is unknown.</summary>
        Unverifiable,
    }

    /// <summary>How much of the document the signature covers.</summary>
    public enum Coverage
    {
        /// <summary>Not stated, or a value that this version does not know.</summary>
        Other = 0,

        /// <summary>The document as it was when it was signed.</summary>
        Whole,

        /// <summary>A part of it.</summary>
        Partial,
    }

    /// <summary>What came after the signature.</summary>
    public enum LaterChanges
    {
        /// <summary>Not stated, or a value that this version does not know.</summary>
        Other = 0,

        /// <summary>Nothing.</summary>
        None,

        /// <summary>What may come.</summary>
        Permitted,

        /// <summary>What must not come.</summary>
        Forbidden,
    }

    /// <summary>Whether a path leads from the signer to an anchor.</summary>
    public enum Trust
    {
        /// <summary>Not stated, or a value that this version does not know.</summary>
        Other = 0,

        /// <summary>One does.</summary>
        Trusted,

        /// <summary>Anchors were given, and none does.</summary>
        Untrusted,

        /// <summary>No anchors were given.</summary>
        Unknown,
    }

    /// <summary>What is known of one signature. A copy: it does not depend on the report's life.</summary>
    public sealed class SignatureResult
    {
        private SignatureResult(ReportHandle report, UIntPtr index)
        {
            Func<int, string> text = field => report.Text(() =>
                NativeMethods.sealcore_report_signature_text(report, index, field));

            Verdict = Interop.Read(() => (Verdict)NativeMethods.sealcore_report_signature_verdict(report, index));
            Id = text(1);
            Kind = Names.Parse<SignatureKind>(text(2));
            Standard = text(3);
            Form = text(4);
            Integrity = Names.Parse<Integrity>(text(5));
            Coverage = Names.Parse<Coverage>(text(6));
            Changes = Names.Parse<LaterChanges>(text(7));
            Trust = Names.Parse<Trust>(text(8));
            SignedAt = Names.Time(text(9));
            SignerName = text(10);
            SignerSubject = text(11);
            SealId = text(12);
            SealName = text(13);
            TimeStamp = text(14);
            Findings = Finding.ReadAll(report, index);
        }

        /// <summary>The verdict on this signature.</summary>
        public Verdict Verdict { get; }

        /// <summary>The record's ID in OFD, the name of the field in PDF.</summary>
        public string Id { get; }

        /// <summary>What it is.</summary>
        public SignatureKind Kind { get; }

        /// <summary>The standard whose structure it has, such as <c>GB/T 38540-2020</c>.</summary>
        public string Standard { get; }

        /// <summary>The structure of the value, as JSON names it; null when there is none.</summary>
        public string Form { get; }

        /// <summary>Whether what was signed is what is there.</summary>
        public Integrity Integrity { get; }

        /// <summary>How much of the document it covers.</summary>
        public Coverage Coverage { get; }

        /// <summary>What came after it.</summary>
        public LaterChanges Changes { get; }

        /// <summary>Whether the signer is trusted.</summary>
        public Trust Trust { get; }

        /// <summary>When it was signed: proven by a time stamp, else as claimed; null when unknown.</summary>
        public DateTimeOffset? SignedAt { get; }

        /// <summary>The common name of the signer; null when unknown.</summary>
        public string SignerName { get; }

        /// <summary>The subject of the signer's certificate; null when unknown.</summary>
        public string SignerSubject { get; }

        /// <summary>The identifier of the seal; null when there is none.</summary>
        public string SealId { get; }

        /// <summary>The name of the seal; null when there is none.</summary>
        public string SealName { get; }

        /// <summary>The time in its time stamp, RFC 3339; null when there is none.</summary>
        public string TimeStamp { get; }

        /// <summary>The findings about it.</summary>
        public IReadOnlyList<Finding> Findings { get; }

        internal static IReadOnlyList<SignatureResult> ReadAll(ReportHandle report)
        {
            ulong count = Interop.Read(() => (ulong)NativeMethods.sealcore_report_signature_count(report));
            List<SignatureResult> signatures = new List<SignatureResult>();
            for (ulong i = 0; i < count; i++)
            {
                signatures.Add(new SignatureResult(report, new UIntPtr(i)));
            }
            return signatures.AsReadOnly();
        }
    }
}
