using System;

namespace Sealcore.Tests
{
    internal sealed class SealMakingTests
    {
        private static SealRequest Request(SealGeneration generation)
        {
            return new SealRequest(generation, "TEST0000000001", "测试专用章")
            {
                Picture = new Picture(Demo.Bytes("seal.png"), 40, 40),
                Vendor = "test",
                Kind = 1,
            }.AddSigner(Demo.Bytes("keys/signer.crt"), generation == SealGeneration.V5)
                .SetValidity(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(30));
        }

        private static void UseAndJudge(Seal seal, string what)
        {
            using (Signer signer = Demo.Signer())
            using (Document document = Document.Open(Demo.File("document.ofd")))
            {
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } };
                Check.Equal(Verdict.Valid, Demo.Judge(document.Sign(request, signer)), what);
            }
        }

        [Test]
        internal void EveryGeneration()
        {
            using (Signer maker = Demo.KeyOf("maker"))
            {
                foreach (SealGeneration generation in Enum.GetValues(typeof(SealGeneration)))
                {
                    using (Seal seal = Request(generation).Make(maker))
                    {
                        Check.SameBytes(Demo.Bytes("seal.png"), seal.Picture(), "picture");
                        Check.True(seal.Inspect(Language.Chinese).Contains("TEST0000000001"), "identifier");
                        Check.Equal(Verdict.Valid, Demo.Judge(seal.Save()), "a bare seal of " + generation);
                        using (Seal again = Seal.Load(seal.Save()))
                        {
                            Check.SameBytes(seal.Save(), again.Save(), "byte for byte");
                        }
                        UseAndJudge(seal, "used: " + generation);
                    }
                }
            }
        }

        [Test]
        internal void ValidAsLongAsItsSigner()
        {
            SealRequest request = new SealRequest(SealGeneration.V4, "TEST0000000002", "测试专用章")
            {
                Picture = new Picture(Demo.Bytes("seal.png"), 40, 40),
            };
            using (Signer maker = Demo.KeyOf("maker"))
            using (Seal seal = request.AddSigner(Demo.Bytes("keys/signer.crt")).Make(maker))
            {
                Check.Equal(Verdict.Valid, Demo.Judge(seal.Save()), "validity was not said");
            }
        }

        [Test]
        internal void InTwoPhases()
        {
            using (SealSession session = Request(SealGeneration.V4).Prepare(Demo.Bytes("keys/maker.crt")))
            using (Signer maker = Demo.KeyOf("maker"))
            {
                Check.Equal(32, session.Digest.Length, "digest");
                Check.True(session.Message.Length > 100, "message");
                byte[] value = maker.SignDigest(session.Digest);
                using (Seal seal = session.Complete(value))
                {
                    UseAndJudge(seal, "made in two phases");
                }
                value[value.Length - 1] ^= 1;
                Check.Throws<SealcoreException>(() => session.Complete(value));
            }
        }

        [Test]
        internal void WhatIsNoSeal()
        {
            using (Signer maker = Demo.KeyOf("maker"))
            {
                SealRequest request = new SealRequest(SealGeneration.V4, "X", "x");
                Check.Throws<SealcoreException>(() => request.Make(maker));
                request = Request(SealGeneration.V4);
                request.Picture = new Picture(new byte[0], 0, -1, "png");
                Check.Throws<SealcoreException>(() => request.Make(maker));
                Check.Throws<SealcoreException>(() => new SealRequest((SealGeneration)9, "X", "x").Make(maker));
                Check.Throws<SealcoreException>(() => Request(SealGeneration.V1).AddSigner(new byte[3]).Make(maker));
            }
        }
    }
}
