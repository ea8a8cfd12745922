using System;
using System.Linq;

namespace Sealcore.Tests
{
    internal sealed class ExternalSignerTests
    {
        private static byte[] Certificate => Demo.Bytes("keys/signer.crt");

        private static byte[] Seal(Signer signer)
        {
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(Demo.File("document.ofd")))
            {
                return document.Sign(
                    new SignRequest { Seal = seal, Placements = { Placement.At(Pages.Last, 150, 230) } }, signer);
            }
        }

        private static SealcoreException Fails(Func<byte[], byte[]> sign)
        {
            using (Signer external = Signer.External(Certificate, sign))
            {
                return Check.Throws<SealcoreException>(() => Seal(external));
            }
        }

        [Test]
        internal void SignsADigest()
        {
            using (Signer inner = Demo.Signer())
            using (Signer external = Signer.External(Certificate, inner.SignDigest))
            {
                Check.Equal("SM2-SM3", external.Algorithm, "algorithm");
                Check.True(external.MaxSignatureLength >= 64, "room for a signature");
                Check.SameBytes(inner.Certificate, external.Certificate, "certificate");
                Check.Equal(Verdict.Valid, Demo.Judge(Seal(external)), "sealed");
            }
        }

        [Test]
        internal void SignsAMessage()
        {
            // The library hashes a message for the same certificate in a session: the digest is what the inner key signs.
            byte[] message = null;
            using (Signer external = Signer.ExternalMessage(Certificate, input =>
            {
                message = input;
                return new byte[0];
            }))
            {
                Check.Throws<SealcoreException>(() => Seal(external));
            }
            Check.True(message != null && message.Length > 32, "a message was given");
        }

        [Test]
        internal void MessageOfASessionIsWhatIsSigned()
        {
            using (Seal seal = Demo.Seal())
            using (Document document = Document.Open(Demo.File("document.pdf")))
            using (Signer inner = Demo.Signer())
            {
                SignRequest request = new SignRequest
                {
                    Seal = seal,
                    Placements = { Placement.Seam() },
                    Time = DateTimeOffset.UtcNow,
                    Certificates = Certificate,
                };
                byte[] seen = null;
                byte[] digest;
                byte[] message;
                using (SigningSession session = document.Prepare(request))
                {
                    digest = session.Digest;
                    message = session.Message;
                }
                using (Signer external = Signer.ExternalMessage(Certificate, input =>
                {
                    seen = input;
                    return inner.SignDigest(digest);
                }))
                {
                    byte[] signed = document.Sign(request, external);
                    Check.SameBytes(message, seen, "the message is that of a session of the same request");
                    Check.Equal(Verdict.Valid, Demo.Judge(signed), "signed by message");
                }
            }
        }

        [Test]
        internal void Throws()
        {
            InvalidOperationException thrown = new InvalidOperationException("no token");
            SealcoreException e = Fails(digest => { throw thrown; });
            Check.True(ReferenceEquals(thrown, e.InnerException), "the cause is what was thrown");
            Check.True(e.Status == SealcoreStatus.Signer || e.Status == SealcoreStatus.Callback, "status " + e.Status);
            Check.Equal(0UL, e.VendorCode, "no vendor code");
        }

        [Test]
        internal void ThrowsWithAVendorCode()
        {
            SealcoreException e = Fails(digest => { throw new SignerFailedException("wrong PIN", 0x0A000024); });
            Check.Equal(0x0A000024UL, e.VendorCode, "vendor code");
            Check.True(e.InnerException is SignerFailedException, "cause");
        }

        [Test]
        internal void WritesNothing()
        {
            Check.True(Fails(digest => null).InnerException == null, "nothing was thrown");
            Check.True(Fails(digest => new byte[0]).InnerException == null, "nothing was thrown");
        }

        [Test]
        internal void WritesTooMuch()
        {
            SealcoreException e = Fails(digest => new byte[100000]);
            Check.True(e.InnerException is InvalidOperationException, "cause: " + e.InnerException);
        }

        [Test]
        internal void WritesWhatIsNoSignature()
        {
            Fails(digest => new byte[64]);
            Fails(digest => Enumerable.Repeat((byte)0xFF, 64).ToArray());
            using (Signer other = Demo.KeyOf("maker"))
            {
                Fails(other.SignDigest);
            }
        }

        [Test]
        internal void Cancels()
        {
            SealcoreException e = Fails(digest => { throw new OperationCanceledException("the user says no"); });
            Check.Equal(SealcoreStatus.Cancelled, e.Status, "status");
            Check.True(e.InnerException is OperationCanceledException, "cause");
        }

        [Test]
        internal void FailureOfOneCallIsNotTheCauseOfTheNext()
        {
            Fails(digest => { throw new InvalidOperationException("first"); });
            SealcoreException e = Check.Throws<SealcoreException>(() => Document.Open(new byte[] { 1 }));
            Check.True(e.InnerException == null, "no cause");
        }

        [Test]
        internal void CallbackMayUseTheLibrary()
        {
            using (Signer inner = Demo.Signer())
            using (Signer external = Signer.External(Certificate, digest =>
            {
                Check.Throws<SealcoreException>(() => Document.Open(new byte[] { 1 }));
                return inner.SignDigest(digest);
            }))
            {
                Check.Equal(Verdict.Valid, Demo.Judge(Seal(external)), "sealed");
            }
        }

        [Test]
        internal void CallbackMayNotUseItsOwnCall()
        {
            Signer external = null;
            SealcoreException inside = null;
            using (external = Signer.External(Certificate, digest =>
            {
                inside = Check.Throws<SealcoreException>(() => external.SignDigest(digest));
                throw inside;
            }))
            {
                SealcoreException e = Check.Throws<SealcoreException>(() => Seal(external));
                Check.Equal(SealcoreStatus.Reentrant, inside.Status, "status inside");
                Check.True(ReferenceEquals(inside, e.InnerException), "cause");
            }
        }

        [Test]
        internal void WhatCannotBeASigner()
        {
            Check.Throws<SealcoreException>(() => Signer.External(new byte[] { 1 }, digest => digest));
            Check.Throws<SealcoreException>(() => Signer.External(Certificate, digest => digest, "no such algorithm"));
            Check.Throws<ArgumentNullException>(() => Signer.External(null, digest => digest));
        }
    }
}
