using System;
using System.IO;
using System.Linq;

namespace Sealcore.Tests
{
    internal sealed class ErrorTests
    {
        [Test]
        internal void WrongPassword()
        {
            SealcoreException e = Check.Fails(
                SealcoreStatus.Password, () => Signer.Open(Demo.File("keys/signer.p12"), "wrong"));
            Check.Equal("SEALCORE_E_PASSWORD", e.StatusName, "name");
            Check.Equal("password", e.Kind, "kind");
            Check.True(!e.Message.Contains("wrong\""), "no password in a message");
            Check.Fails(SealcoreStatus.Password, () => Signer.FromKey(Demo.Bytes("keys/signer.p12"), "错误"));
            Check.Fails(SealcoreStatus.Password, () => Key.Load(Demo.Bytes("keys/signer.p12"), "wrong"));
        }

        [Test]
        internal void EncryptedPdf()
        {
            string path = Path.Combine(
                Environment.GetEnvironmentVariable("SEALCORE_DOTNET"), "../../testdata/pdf/encrypted/r4-aes.pdf");
            Check.Fails(SealcoreStatus.Password, () => Document.Open(path, "wrong"));
            foreach (string password in new[] { "user", "owner" })
            {
                using (Document document = Document.Open(path, password))
                using (Signer signer = Demo.Signer())
                {
                    SignRequest request = new SignRequest { IgnorePermissions = true };
                    using (Document signed = Document.Open(document.Sign(request, signer), password))
                    using (Verifier verifier = Demo.Verifier())
                    using (Report report = verifier.Verify(signed))
                    {
                        Check.Equal(Integrity.Intact, report.Signatures.Single().Integrity, report.Render(path));
                    }
                }
            }
        }

        [Test]
        internal void WhatIsNotThere()
        {
            Check.Fails(SealcoreStatus.Io, () => Document.Open(Demo.File("no such file.ofd")));
            Check.Fails(SealcoreStatus.Io, () => new Verifier().AddTrust(Demo.File("no such folder")));
            Check.Throws<SealcoreException>(() => Signer.Open(Demo.File("no such key.p12"), "x"));
        }

        [Test]
        internal void WhatIsNoDocument()
        {
            Check.Fails(SealcoreStatus.Format, () => Document.Open(new byte[] { 1, 2, 3 }));
            Check.Throws<SealcoreException>(() => Document.Open(new byte[0]));
            Check.Throws<SealcoreException>(() => Document.Open(new MemoryStream()));
            Check.Throws<SealcoreException>(() => Seal.Load(new byte[] { 0x30, 0x80 }));
        }

        [Test]
        internal void PolicyLimitAndTime()
        {
            using (Verifier verifier = new Verifier())
            {
                Check.Throws<SealcoreException>(() => verifier.SetPolicy("no such policy"));
                Check.Throws<SealcoreException>(() => verifier.SetLimit("no such limit", 1));
                Check.Throws<OverflowException>(() => verifier.SetLimit("pages", -1));
                verifier.SetPolicy("pades-p1-strict").SetTime(DateTimeOffset.UtcNow);
                verifier.SetLimit("signatures", 0);
                using (Document document = Document.Open(Demo.File("sealed.ofd")))
                {
                    Check.Fails(SealcoreStatus.Limit, () => verifier.Verify(document));
                }
            }
        }

        /// <summary>Damaged documents end in a report or an exception, whatever is damaged.</summary>
        [Test]
        internal void HostileDocuments()
        {
            Random random = new Random(7);
            using (Verifier verifier = Demo.Verifier())
            {
                foreach (string name in new[] { "sealed.ofd", "sealed.pdf", "seal.esl" })
                {
                    byte[] original = Demo.Bytes(name);
                    int judged = 0;
                    int refused = 0;
                    for (int round = 0; round < 60; round++)
                    {
                        byte[] bytes = original.Take(round % 4 == 0 ? random.Next(original.Length) : original.Length).ToArray();
                        for (int i = 0; i < round % 7 && bytes.Length > 0; i++)
                        {
                            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                        }
                        try
                        {
                            using (Document document = Document.Open(bytes))
                            using (Report report = verifier.Verify(document))
                            {
                                report.ToJson(name);
                                Check.True(report.Signatures.Count < 100, "signatures are listed");
                                judged++;
                            }
                        }
                        catch (SealcoreException e)
                        {
                            Check.True(e.Status != SealcoreStatus.Panic, "no panic: " + e);
                            refused++;
                        }
                    }
                    Check.True(judged > 0 && refused > 0, name + ": " + judged + " judged, " + refused + " refused");
                }
            }
        }
    }
}
