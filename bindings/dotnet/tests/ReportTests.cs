using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

namespace Sealcore.Tests
{
    internal sealed class ReportTests
    {
        [Test]
        internal void FieldsOfASeal()
        {
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            using (Report report = verifier.Verify(document))
            {
                Check.True(report.IsValid, "valid");
                SignatureResult seal = report.Signatures.Single();
                Check.Equal(Verdict.Valid, seal.Verdict, "verdict");
                Check.Equal(SignatureKind.Seal, seal.Kind, "kind");
                Check.Equal("s001", seal.Id, "id");
                Check.Equal("GB/T 38540-2020", seal.Standard, "standard");
                Check.Equal("ses-v4", seal.Form, "form");
                Check.Equal(Integrity.Intact, seal.Integrity, "integrity");
                Check.Equal(Coverage.Whole, seal.Coverage, "coverage");
                Check.Equal(LaterChanges.None, seal.Changes, "changes");
                Check.Equal(Trust.Trusted, seal.Trust, "trust");
                Check.True((DateTimeOffset.UtcNow - seal.SignedAt.Value).Duration() < TimeSpan.FromHours(1), "time");
                Check.Equal("示范市示范单位", seal.SignerName, "signer");
                Check.True(seal.SignerSubject.Contains("CN=示范市示范单位"), "subject");
                Check.Equal("示范市示范单位演示专用章", seal.SealName, "seal");
                Check.True(seal.SealId.Length > 0, "seal id");
                Check.True(seal.TimeStamp == null, "no time stamp");

                Finding claimed = seal.Findings.Single(finding => finding.Code == "time-claimed");
                Check.Equal(FindingSeverity.Warning, claimed.Severity, "severity");
                Check.True(claimed.GetMessage(Language.Chinese) != claimed.GetMessage(Language.English), "two languages");
                SealcoreLibrary.Language = Language.Chinese;
                Check.Equal(claimed.GetMessage(Language.Chinese), claimed.Message, "default language");
                Check.True(report.Findings.Count == 0 || report.Findings[0].Code.Length > 0, "findings of the document");
            }
        }

        [Test]
        internal void JsonAndText()
        {
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.pdf")))
            using (Report report = verifier.Verify(document))
            {
                string english = report.ToJson("文件.pdf", Language.English);
                Check.True(english.StartsWith("{") && english.EndsWith("}") && !english.Contains("\n"), "one line");
                Check.True(english.Contains("文件.pdf"), "the name of the file");
                Check.True(report.ToJson("文件.pdf", Language.Chinese) != english, "Chinese is another text");
                Check.Equal(english, report.ToJson("文件.pdf"), "English is the default");
                Check.True(report.Render("x").Contains("VALID"), "for people");
            }
        }

        [Test]
        internal void VerdictsThatAreNotValid()
        {
            using (Document sealedDocument = Document.Open(Demo.File("sealed.ofd")))
            {
                using (Verifier nobody = new Verifier())
                using (Report report = nobody.Verify(sealedDocument))
                {
                    Check.Equal(Verdict.Indeterminate, report.Verdict, "without trust");
                    Check.Equal(Trust.Unknown, report.Signatures[0].Trust, "trust");
                    Check.True(!report.IsValid, "not valid");
                }
                using (Verifier verifier = Demo.Verifier())
                using (Document plain = Document.Open(Demo.File("document.ofd")))
                using (Report report = verifier.Verify(plain))
                {
                    Check.Equal(Verdict.Unsigned, report.Verdict, "nothing signed");
                    Check.Equal(0, report.Signatures.Count, "signatures");
                }
            }
        }

        [Test]
        internal void EveryWayToTrust()
        {
            byte[] anchor = Demo.Bytes("trust/ca.crt");
            byte[] list = Demo.Bytes("trust/ca.crl");
            Action<Verifier> check = verifier =>
            {
                using (verifier)
                using (Document document = Document.Open(Demo.File("sealed.ofd")))
                using (Report report = verifier.Verify(document))
                {
                    Check.Equal(Verdict.Valid, report.Verdict, report.Render("sealed.ofd"));
                }
            };
            check(new Verifier().AddTrust(anchor).AddCrl(list));
            check(new Verifier().AddTrust(Demo.File("trust/ca.crt")).AddCrl(Demo.File("trust/ca.crl")));
            check(new Verifier().AddTrust(Demo.Trust).AddMakerTrust(anchor).AddCrl(list));
            check(new Verifier().AddTrust(Demo.Trust).AddMakerTrust(Demo.File("trust")));
            check(new Verifier().AddTrust(new X509Certificate2(anchor)).AddCrl(list));
        }

        /// <summary>What has no name here is Other, and numbers in a name are no value.</summary>
        [Test]
        internal void NothingIsValidByDefault()
        {
            Check.True(!Enum.IsDefined(typeof(Verdict), 0), "no verdict is 0");
            Check.Equal(default(Integrity), Integrity.Other, "nothing is intact by default");
            Check.Equal(default(Trust), Trust.Other, "nobody is trusted by default");
        }
    }
}
