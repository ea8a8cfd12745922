using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Sealcore.Tests
{
    internal sealed class LifetimeTests
    {
        /// <summary>One of everything, all disposed of.</summary>
        private static void Everything()
        {
            using (Signer signer = Demo.Signer())
            using (Signer external = Signer.External(Demo.Bytes("keys/signer.crt"), signer.SignDigest))
            using (Signer tsa = Demo.KeyOf("tsa"))
            using (Authority local = Authority.Local(tsa, new AuthorityOptions("1.2.3.4.5")))
            using (Authority authority = Authority.External(local.Respond))
            using (Seal seal = Demo.Seal())
            using (Key key = Key.Generate("sm2"))
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) => { }))
            using (Document document = Document.Open(new MemoryStream(Demo.Bytes("document.pdf"))))
            using (Verifier verifier = Demo.Verifier())
            {
                SignRequest request = new SignRequest
                {
                    Seal = seal,
                    Placements = { Placement.Seam() },
                    Authority = authority,
                    Certificates = Demo.Bytes("keys/signer.crt"),
                };
                using (Document signed = Document.Open(document.Sign(request, external, monitor)))
                using (Report report = verifier.Verify(signed, monitor))
                {
                    report.ToJson("x");
                }
                using (document.Prepare(request))
                {
                }
                document.SignTo(new MemoryStream(), request, signer);
            }
            Check.Throws<SealcoreException>(() => Document.Open(new MemoryStream(new byte[5])));
            Check.Throws<SealcoreException>(() => Signer.External(new byte[1], digest => digest));
        }

        [Test]
        internal void NothingLeaks()
        {
            Settle();
            Everything();
            long before = SealcoreLibrary.LiveHandles;
            for (int i = 0; i < 20; i++)
            {
                Everything();
            }
            Check.Equal(before, SealcoreLibrary.LiveHandles, "live handles");
        }

        [Test]
        internal void FinalizersFreeWhatWasForgotten()
        {
            Settle();
            long before = SealcoreLibrary.LiveHandles;
            WeakReference[] callbacks = Forget();
            Check.True(SealcoreLibrary.LiveHandles >= before + 5, "handles were forgotten");
            for (int i = 0; i < 50 && SealcoreLibrary.LiveHandles > before; i++)
            {
                Settle();
            }
            // What lies on the stack of this thread may hold one back: Mono's collector scans stacks conservatively.
            Check.True(SealcoreLibrary.LiveHandles <= before + 1, "handles left: " + (SealcoreLibrary.LiveHandles - before));
            int alive = 0;
            foreach (WeakReference callback in callbacks)
            {
                alive += callback.IsAlive ? 1 : 0;
            }
            Check.True(alive <= 1, "callbacks were let go with their handles");
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static WeakReference[] Forget()
        {
            WeakReference[] callbacks = new WeakReference[8];
            Thread thread = new Thread(() =>
            {
                for (int i = 0; i < callbacks.Length; i++)
                {
                    Callbacks one = new Callbacks();
                    callbacks[i] = new WeakReference(one);
                    GC.KeepAlive(Signer.External(Demo.Bytes("keys/signer.crt"), one));
                    GC.KeepAlive(Document.Open(Demo.File("document.ofd")));
                }
            });
            thread.Start();
            thread.Join();
            return callbacks;
        }

        [Test]
        internal void CallbacksLiveAsLongAsTheirHandle()
        {
            using (Signer inner = Demo.Signer())
            using (Signer external = Signer.External(Demo.Bytes("keys/signer.crt"), new Callbacks { Inner = inner }))
            {
                Settle();
                Settle();
                Check.True(external.SignDigest(new byte[32]).Length > 0, "signed after collections");
            }
        }

        [Test]
        internal void DisposedTwice()
        {
            Document document = Document.Open(Demo.File("document.ofd"));
            document.Dispose();
            document.Dispose();
            Signer signer = Demo.Signer();
            signer.Dispose();
            signer.Dispose();
            Report report = Report();
            report.Dispose();
            report.Dispose();
        }

        [Test]
        internal void UsedAfterDispose()
        {
            Document document = Document.Open(Demo.File("document.ofd"));
            document.Dispose();
            Check.Throws<ObjectDisposedException>(() => document.Inspect());
            Check.Throws<ObjectDisposedException>(() => GC.KeepAlive(document.Format));
            using (Verifier verifier = Demo.Verifier())
            {
                Check.Throws<ObjectDisposedException>(() => verifier.Verify(document));
            }
            Signer signer = Demo.Signer();
            signer.Dispose();
            Check.Throws<ObjectDisposedException>(() => signer.SignDigest(new byte[32]));
            Check.Throws<ObjectDisposedException>(() => GC.KeepAlive(signer.Algorithm));
            ProgressMonitor monitor = new ProgressMonitor();
            monitor.Dispose();
            Check.Throws<ObjectDisposedException>(() => monitor.Cancel());
        }

        [Test]
        internal void CopiesOutliveTheReport()
        {
            Report report = Report();
            int count = report.Signatures.Count;
            report.Dispose();
            Check.Equal(count, report.Signatures.Count, "signatures");
            Check.True(report.Signatures[0].Findings.Count > 0, "findings");
            Check.Equal(Verdict.Valid, report.Verdict, "verdict");
            Check.Throws<ObjectDisposedException>(() => GC.KeepAlive(report.Findings));
            Check.Throws<ObjectDisposedException>(() => report.ToJson("x"));
        }

        private static Report Report()
        {
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            {
                return verifier.Verify(document);
            }
        }

        private static void Settle()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }

        private sealed class Callbacks : ISignerCallbacks
        {
            internal Signer Inner { get; set; }

            public SignerInput Input => SignerInput.Digest;

            public byte[] Sign(byte[] input) => Inner.SignDigest(input);
        }
    }
}
