using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>How much a finding weighs.</summary>
    public enum FindingSeverity
    {
        /// <summary>A value that this version does not know.</summary>
        Other = 0,

        /// <summary>Good to know.</summary>
        Info,

        /// <summary>To be looked at.</summary>
        Warning,

        /// <summary>Against a rule.</summary>
        Error,
    }

    /// <summary>One thing that a verification found. A copy: it does not depend on the report's life.</summary>
    public sealed class Finding
    {
        /// <summary>SEALCORE_WHOLE_DOCUMENT, which is SIZE_MAX.</summary>
        internal static readonly UIntPtr WholeDocument =
            UIntPtr.Size == 8 ? new UIntPtr(ulong.MaxValue) : new UIntPtr(uint.MaxValue);

        private const int CodeField = 1;
        private const int SeverityField = 2;
        private const int ClauseField = 3;
        private const int PartField = 4;
        private const int MessageField = 5;

        private readonly string english;
        private readonly string chinese;

        private Finding(ReportHandle report, UIntPtr signature, UIntPtr index)
        {
            Func<int, Language, string> text = (field, language) => report.Text(() =>
                NativeMethods.sealcore_report_finding_text(report, signature, index, field, (int)language));

            Code = text(CodeField, Language.English);
            Severity = Names.Parse<FindingSeverity>(text(SeverityField, Language.English));
            Clause = text(ClauseField, Language.English);
            Part = text(PartField, Language.English);
            english = text(MessageField, Language.English);
            chinese = text(MessageField, Language.Chinese);
        }

        /// <summary>The stable code, such as <c>time-claimed</c>; see <c>docs/findings.md</c>.</summary>
        public string Code { get; }

        /// <summary>How much it weighs.</summary>
        public FindingSeverity Severity { get; }

        /// <summary>The clause of the standard that is met or broken; null when none is known.</summary>
        public string Clause { get; }

        /// <summary>The part of the document; null when none.</summary>
        public string Part { get; }

        /// <summary>The message in <see cref="SealcoreLibrary.Language"/>.</summary>
        public string Message => GetMessage(SealcoreLibrary.Language);

        /// <summary>The message in a language of choice.</summary>
        public string GetMessage(Language language) => language == Language.Chinese ? chinese : english;

        /// <summary>Code and message.</summary>
        public override string ToString() => Message + " [" + Code + "]";

        internal static IReadOnlyList<Finding> ReadAll(ReportHandle report, UIntPtr signature)
        {
            ulong count = Interop.Read(() => (ulong)NativeMethods.sealcore_report_finding_count(report, signature));
            List<Finding> findings = new List<Finding>();
            for (ulong i = 0; i < count; i++)
            {
                findings.Add(new Finding(report, signature, new UIntPtr(i)));
            }
            return findings.AsReadOnly();
        }
    }
}
