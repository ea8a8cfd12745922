using System;
using System.IO;
using System.Linq;

namespace Sealcore.Tests
{
    internal sealed class SealingTests
    {
        private static readonly string[] Both = { "document.ofd", "document.pdf" };

        [Test]
        internal void SealsAndVerifies()
        {
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            {
                foreach (string name in Both)
                {
                    SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } };
                    using (Document document = Document.Open(Demo.Bytes(name)))
                    {
                        byte[] signed = document.Sign(request, signer);
                        Check.Equal(Verdict.Valid, Demo.Judge(signed), name);
                        signed[signed.Length / 2] ^= 1;
                        Check.True(Judged(signed) != Verdict.Valid, name + " with a bit flipped is not valid");
                    }
                }
            }
        }

        /// <summary>A document that cannot even be opened is as little valid as one that is judged so.</summary>
        private static Verdict? Judged(byte[] document)
        {
            try
            {
                using (Verifier verifier = Demo.Verifier())
                using (Document opened = Document.Open(document))
                using (Report report = verifier.Verify(opened))
                {
                    return report.Verdict;
                }
            }
            catch (SealcoreException)
            {
                return null;
            }
        }

        [Test]
        internal void EveryPlacement()
        {
            Placement[] placements =
            {
                Placement.At(Pages.All, 20, 30),
                Placement.At(Pages.Number(2), 20.5, 30.25),
                Placement.At(Pages.Range(1, 2), 100, 100),
                Placement.Seam(),
                Placement.Seam(Pages.All, Side.Left, 100, 2, 5, 3),
                Placement.Seam(Pages.All, Side.Top),
                Placement.Seam(Pages.All, Side.Bottom),
                Placement.Facing(),
                Placement.Facing(Pages.Range(2, 3), 150),
                Placement.Keyword("盖章处"),
                Placement.Keyword("盖章处", Placement.LastOccurrence, Pages.Last, 5, -5),
                Placement.Keyword("盖章处", 1),
            };
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            {
                foreach (string name in Both)
                {
                    using (Document document = Document.Open(Demo.File(name)))
                    {
                        for (int i = 0; i < placements.Length; i++)
                        {
                            SignRequest request = new SignRequest { Seal = seal, Placements = { placements[i] } };
                            Check.Equal(Verdict.Valid, Demo.Judge(document.Sign(request, signer)), name + " placement " + i);
                        }
                        SignRequest both = new SignRequest { Seal = seal, Placements = { placements[1], placements[3] } };
                        Check.Equal(Verdict.Valid, Demo.Judge(document.Sign(both, signer)), name + " point and seam");

                        SignRequest nowhere = new SignRequest { Seal = seal, Placements = { Placement.Keyword("no such word") } };
                        Check.Throws<SealcoreException>(() => document.Sign(nowhere, signer));
                        SignRequest noPage = new SignRequest { Seal = seal, Placements = { Placement.At("nonsense", 1, 1) } };
                        Check.Throws<SealcoreException>(() => document.Sign(noPage, signer));
                    }
                }
            }
        }

        [Test]
        internal void PathsBytesAndStreams()
        {
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            {
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } };
                foreach (string name in Both)
                {
                    string path = Demo.Scratch(Path.GetExtension(name));
                    using (Document document = Document.Open(Demo.File(name)))
                    {
                        document.SignTo(path, request, signer);
                    }
                    Check.Equal(Verdict.Valid, Demo.Judge(File.ReadAllBytes(path)), name + " to a path");

                    MemoryStream source = new MemoryStream(Demo.Bytes(name));
                    MemoryStream sink = new MemoryStream();
                    using (Document document = Document.Open(source, null, true))
                    {
                        Check.Equal(name.EndsWith("ofd") ? DocumentFormat.Ofd : DocumentFormat.Pdf, document.Format, "format");
                        document.SignTo(sink, request, signer);
                    }
                    Check.True(source.CanRead, "the source was left open");
                    Check.True(sink.CanWrite, "the sink stays open");
                    Check.Equal(Verdict.Valid, Demo.Judge(sink.ToArray()), name + " to a stream");

                    using (Document.Open(source))
                    {
                    }
                    Check.True(!source.CanRead, "the source was closed with the document");
                }
            }
        }

        [Test]
        internal void StreamsThatFail()
        {
            IOException thrown = new IOException("the disk is gone");
            SealcoreException e = Check.Throws<SealcoreException>(
                () => Document.Open(new BrokenStream(Demo.Bytes("document.ofd"), thrown)));
            Check.True(ReferenceEquals(thrown, e.InnerException), "the cause is what the source threw");

            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(Demo.File("document.ofd")))
            {
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } };
                e = Check.Throws<SealcoreException>(
                    () => document.SignTo(new BrokenStream(new byte[0], thrown), request, signer));
                Check.True(ReferenceEquals(thrown, e.InnerException), "the cause is what the sink threw");
                Check.Equal(SealcoreStatus.Callback, e.Status, "status");
            }
            Check.Throws<ArgumentException>(() => Document.Open(new ForwardStream()));

            MemoryStream junk = new MemoryStream(new byte[100]);
            Check.Throws<SealcoreException>(() => Document.Open(junk, null, true));
            Check.True(junk.CanRead, "left open");
            Check.Throws<SealcoreException>(() => Document.Open(junk));
            Check.True(!junk.CanRead, "let go of when it could not be opened");
        }

        [Test]
        internal void InPlaceAppends()
        {
            string path = Demo.Scratch(".pdf");
            File.Copy(Demo.File("document.pdf"), path);
            byte[] before = File.ReadAllBytes(path);
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            {
                Document.SignInPlace(
                    path, new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } }, signer);
                byte[] after = File.ReadAllBytes(path);
                Check.SameBytes(before, after.Take(before.Length).ToArray(), "what was there stays");
                Check.Equal(Verdict.Valid, Demo.Judge(after), "in place");
                string ofd = Demo.Scratch(".ofd");
                File.Copy(Demo.File("document.ofd"), ofd);
                Check.Throws<SealcoreException>(() => Document.SignInPlace(ofd, new SignRequest { Seal = seal }, signer));
            }
        }

        [Test]
        internal void EveryOptionOfPdf()
        {
            using (Signer signer = Demo.Signer())
            using (Document document = Document.Open(Demo.File("document.pdf")))
            {
                SignRequest request = new SignRequest
                {
                    Picture = new Picture(Demo.Bytes("seal.png"), 30, 30, "png"),
                    Placements = { Placement.At(Pages.Number(1), 20, 20) },
                    Time = DateTimeOffset.UtcNow,
                    Field = "签名域1",
                    Contents = "gm-cms",
                    Reason = "同意",
                    Location = "北京",
                    Contact = "010-0000",
                    Name = "某单位",
                    Caption = "已核",
                    Certify = Certification.FormFilling,
                    Lock = FieldLock.Include,
                    LockFields = { "a", "b" },
                    OpacityPercent = 80,
                    WhiteTransparent = true,
                    ReserveBytes = 4096,
                };
                byte[] signed = document.Sign(request, signer);
                using (Verifier verifier = Demo.Verifier())
                using (Document opened = Document.Open(signed))
                using (Report report = verifier.Verify(opened))
                {
                    Check.Equal("签名域1", report.Signatures.Single().Id, "the field");
                    Check.Equal(SignatureKind.Signature, report.Signatures.Single().Kind, "kind");
                }
            }
        }

        [Test]
        internal void OptionsOfOfd()
        {
            using (Signer signer = Demo.Signer())
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(Demo.File("document.ofd")))
            {
                SignRequest whole = new SignRequest
                {
                    Seal = seal,
                    Placements = { Placement.At(Pages.Last, 150, 230) },
                    Whole = true,
                    DocumentNumber = 1,
                };
                byte[] signed = document.Sign(whole, signer);
                Check.Equal(Verdict.Valid, Demo.Judge(signed), "locked");
                using (Document again = Document.Open(signed))
                {
                    Check.Fails(SealcoreStatus.Refused, () => again.Sign(whole, signer));
                }
                byte[] recorded = document.AddIntegrityRecord(signer, DateTimeOffset.UtcNow);
                Check.True(recorded.Length > Demo.Bytes("document.ofd").Length, "an integrity record was added");
            }
        }

        [Test]
        internal void Inspects()
        {
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            {
                string plain = document.Inspect();
                string risky = document.Inspect(true, Language.Chinese);
                Check.True(plain.StartsWith("{") && plain.Contains("\"ofd\""), plain);
                Check.True(risky.Length > plain.Length, "with risks there is more");
            }
            using (Document seal = Document.Open(Demo.File("seal.esl")))
            {
                Check.Equal(DocumentFormat.Seal, seal.Format, "a seal alone");
                Check.True(seal.Inspect().StartsWith("{"), "JSON");
            }
        }

        private sealed class BrokenStream : MemoryStream
        {
            private readonly Exception failure;

            internal BrokenStream(byte[] bytes, Exception failure)
            {
                base.Write(bytes, 0, bytes.Length);
                this.failure = failure;
            }

            public override int Read(byte[] buffer, int offset, int count)
            {
                throw failure;
            }

            public override void Write(byte[] buffer, int offset, int count)
            {
                throw failure;
            }
        }

        private sealed class ForwardStream : MemoryStream
        {
            public override bool CanSeek => false;
        }
    }
}
