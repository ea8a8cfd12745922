using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Sealcore.Tests
{
    internal sealed class TimeStampTests
    {
        private static Authority Local(Signer tsa)
        {
            return Authority.Local(
                tsa,
                new AuthorityOptions("1.2.3.4.5") { AccuracyMs = 500, OtherPolicies = { "1.2.3.4.6" } });
        }

        [Test]
        internal void RequestReplyToken()
        {
            byte[] data = Encoding.UTF8.GetBytes("stamped");
            byte[] digest;
            using (SHA256 sha = SHA256.Create())
            {
                digest = sha.ComputeHash(data);
            }
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority authority = Local(tsa))
            using (Verifier verifier = Demo.Verifier())
            {
                byte[] request = TimeStamp.Request("sha256", digest);
                byte[] reply = authority.Respond(request);
                byte[] token = TimeStamp.Token(reply, request);
                using (Report report = TimeStamp.Verify(verifier, token, data, request))
                {
                    Check.Equal(Verdict.Valid, report.Verdict, report.Render("token"));
                    Check.Equal(SignatureKind.Timestamp, report.Signatures.Single().Kind, "kind");
                }
                using (Report report = TimeStamp.Verify(verifier, token, Encoding.UTF8.GetBytes("other")))
                {
                    Check.Equal(Verdict.Invalid, report.Verdict, "other data");
                }
                Check.Throws<SealcoreException>(() => TimeStamp.Token(reply, TimeStamp.Request("sha256", digest)));
                Check.Throws<SealcoreException>(() => TimeStamp.Request("sha256", new byte[5]));
                Check.Throws<SealcoreException>(() => TimeStamp.Verify(verifier, new byte[] { 1 }, data));
            }
        }

        [Test]
        internal void VerificationIsWatched()
        {
            byte[] data = new byte[1 << 20];
            byte[] request = TimeStamp.Request("sm3", SealcoreLibrary.Digest("sm3", data));
            long last = 0;
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority authority = Local(tsa))
            using (Verifier verifier = Demo.Verifier())
            using (ProgressMonitor counts = new ProgressMonitor((done, total) => last = done))
            using (ProgressMonitor cancelled = new ProgressMonitor())
            {
                byte[] token = TimeStamp.Token(authority.Respond(request), request);
                TimeStamp.Verify(verifier, token, data, null, counts).Dispose();
                Check.Equal((long)token.Length + data.Length, last, "all was told");
                cancelled.Cancel();
                Check.Fails(SealcoreStatus.Cancelled, () => TimeStamp.Verify(verifier, token, data, null, cancelled));
            }
        }

        [Test]
        internal void RefusalIsAnError()
        {
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority authority = Local(tsa))
            {
                byte[] request = TimeStamp.Request("sm3", new byte[32], "1.2.3.4.99");
                byte[] refusal = authority.Respond(request);
                Check.Fails(SealcoreStatus.Authority, () => TimeStamp.Token(refusal, request));
                byte[] other = TimeStamp.Request("sm3", new byte[32], "1.2.3.4.6", TimeStampOptions.None);
                Check.True(TimeStamp.Token(authority.Respond(other), other).Length > 0, "another policy that it has");
            }
        }

        [Test]
        internal void OnSignatures()
        {
            using (Signer signer = Demo.Signer())
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority local = Local(tsa))
            using (Seal seal = Demo.Seal())
            {
                int asked = 0;
                using (Authority external = Authority.External(request =>
                {
                    asked++;
                    return local.Respond(request);
                }))
                {
                    foreach (Authority authority in new[] { local, external })
                    {
                        foreach (string name in new[] { "document.ofd", "document.pdf" })
                        {
                            SignRequest request = new SignRequest
                            {
                                Seal = seal,
                                Placements = { Placement.Seam() },
                                Authority = authority,
                            };
                            using (Document document = Document.Open(Demo.File(name)))
                            using (Document signed = Document.Open(document.Sign(request, signer)))
                            using (Verifier verifier = Demo.Verifier())
                            using (Report report = verifier.Verify(signed))
                            {
                                Check.Equal(Verdict.Valid, report.Verdict, report.Render(name));
                                Check.True(report.Signatures[0].TimeStamp != null, "there is a time stamp");
                                Check.True(
                                    report.Signatures[0].Findings.All(finding => finding.Code != "time-claimed"),
                                    "the time is not only claimed");
                            }
                        }
                    }
                }
                Check.Equal(2, asked, "requests to the external authority");
            }
        }

        [Test]
        internal void ExternalAuthorityThatFails()
        {
            InvalidOperationException thrown = new InvalidOperationException("no network");
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(Demo.File("document.ofd")))
            {
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.Seam() } };
                using (request.Authority = Authority.External(query => { throw thrown; }))
                {
                    SealcoreException e = Check.Throws<SealcoreException>(() => document.Sign(request, signer));
                    Check.True(ReferenceEquals(thrown, e.InnerException), "cause");
                }
                foreach (byte[] answer in new[] { null, new byte[0], new byte[] { 1 }, new byte[100000] })
                {
                    using (request.Authority = Authority.External(query => answer))
                    {
                        Check.Throws<SealcoreException>(() => document.Sign(request, signer));
                    }
                }
            }
        }

        [Test]
        internal void WhatIsNoAuthority()
        {
            using (Signer signer = Demo.Signer())
            using (Signer tsa = Demo.KeyOf("tsa"))
            {
                Check.Throws<SealcoreException>(() => Authority.Local(signer, new AuthorityOptions("1.2.3")));
                Check.Throws<SealcoreException>(() => Authority.Local(tsa, new AuthorityOptions("no OID")));
            }
        }
    }
}
