using System;
using System.Collections.Generic;
using System.Threading;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// What a verification found: facts, findings and a verdict. May be used by several threads at once. Its
    /// <see cref="Signatures"/> and <see cref="Findings"/> hold copies; once asked for, they outlive it.
    /// </summary>
    public sealed class Report : IDisposable
    {
        private readonly ReportHandle handle;
        private readonly Lazy<IReadOnlyList<SignatureResult>> signatures;
        private readonly Lazy<IReadOnlyList<Finding>> findings;

        internal Report(ReportHandle handle, int verdict)
        {
            this.handle = handle;
            Verdict = (Verdict)verdict;
            signatures = new Lazy<IReadOnlyList<SignatureResult>>(
                () => SignatureResult.ReadAll(handle), LazyThreadSafetyMode.PublicationOnly);
            findings = new Lazy<IReadOnlyList<Finding>>(
                () => Finding.ReadAll(handle, Finding.WholeDocument), LazyThreadSafetyMode.PublicationOnly);
        }

        /// <summary>The worst of the verdicts on the signatures and of the findings of the document.</summary>
        public Verdict Verdict { get; }

        /// <summary>Whether the verdict is <see cref="Sealcore.Verdict.Valid"/>.</summary>
        public bool IsValid => Verdict == Verdict.Valid;

        /// <summary>Each signature, seal and time stamp of the document, in its order.</summary>
        public IReadOnlyList<SignatureResult> Signatures => signatures.Value;

        /// <summary>The findings of the document itself.</summary>
        public IReadOnlyList<Finding> Findings => findings.Value;

        /// <summary>The report as the object of <c>docs/report.schema.json</c>, without a line break.</summary>
        /// <param name="file">what <c>file</c> shall be in it</param>
        /// <param name="language">of messages; null for <see cref="SealcoreLibrary.Language"/></param>
        /// <exception cref="SealcoreException">the name cannot be passed on</exception>
        public string ToJson(string file, Language? language = null)
        {
            byte[] name = Utf8.Required(file, nameof(file));
            BufferHandle json = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_report_json(
                handle, name, SealcoreLibrary.Or(language), out json, out error));
            return Interop.TakeText(json);
        }

        /// <summary>The report for people.</summary>
        /// <param name="file">the name to show</param>
        /// <param name="language">of the text; null for <see cref="SealcoreLibrary.Language"/></param>
        /// <exception cref="SealcoreException">the name cannot be passed on</exception>
        public string Render(string file, Language? language = null)
        {
            byte[] name = Utf8.Required(file, nameof(file));
            BufferHandle text = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_report_render(
                handle, name, SealcoreLibrary.Or(language), out text, out error));
            return Interop.TakeText(text);
        }

        /// <summary>Frees the report.</summary>
        public void Dispose() => handle.Dispose();
    }
}
