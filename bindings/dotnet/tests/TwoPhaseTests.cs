using System.IO;
using System.Linq;

namespace Sealcore.Tests
{
    internal sealed class TwoPhaseTests
    {
        private static SignRequest Request(Seal seal)
        {
            return new SignRequest
            {
                Seal = seal,
                Placements = { Placement.Seam() },
                Certificates = Demo.Bytes("keys/signer.crt"),
            };
        }

        [Test]
        internal void SavedAndResumed()
        {
            foreach (string name in new[] { "document.ofd", "document.pdf" })
            {
                byte[] saved;
                byte[] digest;
                using (Seal seal = Demo.Seal())
                using (Document document = Document.Open(Demo.File(name)))
                using (SigningSession session = document.Prepare(Request(seal)))
                {
                    saved = session.Save();
                    digest = session.Digest;
                    Check.Equal("SM2-SM3", session.Algorithm, "algorithm");
                    Check.Equal(32, digest.Length, "digest");
                    Check.True(session.Message.Length > 0, "there is a message");
                }
                byte[] value;
                using (Signer signer = Demo.Signer())
                {
                    value = signer.SignDigest(digest);
                }
                using (SigningSession session = SigningSession.Load(saved))
                using (Document document = Document.Open(Demo.File(name)))
                {
                    Check.SameBytes(digest, session.Digest, "the digest is the same after loading");
                    byte[] signed = session.Complete(document, value);
                    Check.Equal(Verdict.Valid, Demo.Judge(signed), name + " completed");

                    string path = Demo.Scratch(Path.GetExtension(name));
                    session.CompleteTo(path, document, value);
                    Check.SameBytes(signed, File.ReadAllBytes(path), "to a path");
                    MemoryStream stream = new MemoryStream();
                    session.CompleteTo(stream, document, value);
                    Check.SameBytes(signed, stream.ToArray(), "to a stream");

                    byte[] wrong = (byte[])value.Clone();
                    wrong[wrong.Length - 1] ^= 1;
                    Check.Throws<SealcoreException>(() => session.Complete(document, wrong));
                    using (Document other = Document.Open(Demo.File(name == "document.ofd" ? "sealed.ofd" : "sealed.pdf")))
                    {
                        Check.Throws<SealcoreException>(() => session.Complete(other, value));
                    }
                }
            }
        }

        [Test]
        internal void AppendAndTail()
        {
            string path = Demo.Scratch(".pdf");
            File.Copy(Demo.File("document.pdf"), path);
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(path))
            using (SigningSession session = document.Prepare(Request(seal)))
            {
                byte[] value = signer.SignDigest(session.Digest);
                byte[] tail = session.Tail(value);
                byte[] before = File.ReadAllBytes(path);
                session.Append(path, value);
                Check.SameBytes(before.Concat(tail).ToArray(), File.ReadAllBytes(path), "document and tail");
                Check.Equal(Verdict.Valid, Demo.Judge(File.ReadAllBytes(path)), "appended");
            }
        }

        [Test]
        internal void WhatIsNoSession()
        {
            Check.Throws<SealcoreException>(() => SigningSession.Load(new byte[0]));
            Check.Throws<SealcoreException>(() => SigningSession.Load(new byte[] { 1, 2, 3 }));
            using (Document document = Document.Open(Demo.File("document.ofd")))
            using (Seal seal = Demo.Seal())
            {
                // No certificate: there is nothing to prepare for.
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.Seam() } };
                Check.Throws<SealcoreException>(() => document.Prepare(request));
            }
        }

        [Test]
        internal void StampedBetweenThePhases()
        {
            using (Signer signer = Demo.Signer())
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority authority = Authority.Local(tsa, new AuthorityOptions("1.2.3.4.5")))
            using (Seal seal = Demo.Seal())
            {
                foreach (string name in new[] { "document.ofd", "document.pdf" })
                {
                    using (Document document = Document.Open(Demo.File(name)))
                    {
                        SignRequest request = Request(seal);
                        request.ReserveBytes = name == "document.pdf" ? 8192 : (long?)null;
                        using (SigningSession session = document.Prepare(request))
                        {
                            byte[] value = signer.SignDigest(session.Digest);
                            byte[] reply = authority.Respond(session.TimeStampRequest(value));
                            session.AddTimeStamp(value, reply);
                            byte[] signed = session.Complete(document, value);
                            using (Verifier verifier = Demo.Verifier())
                            using (Document opened = Document.Open(signed))
                            using (Report report = verifier.Verify(opened))
                            {
                                Check.Equal(Verdict.Valid, report.Verdict, name);
                                Check.True(report.Signatures[0].TimeStamp != null, name + " has a time stamp");
                            }
                        }
                    }
                }
            }
        }
    }
}
