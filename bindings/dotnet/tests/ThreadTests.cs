using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Sealcore.Tests
{
    internal sealed class ThreadTests
    {
        private const int Threads = 8;
        private const int Rounds = 25;

        /// <summary>Documents, verifier, signer and seal are shared by all.</summary>
        [Test]
        internal void EightThreadsShareWhatMayBeShared()
        {
            using (Verifier verifier = Demo.Verifier())
            using (Document ofd = Document.Open(Demo.File("sealed.ofd")))
            using (Document pdf = Document.Open(new MemoryStream(Demo.Bytes("sealed.pdf"))))
            using (Document plain = Document.Open(Demo.File("document.pdf")))
            using (Signer inner = Demo.Signer())
            using (Signer signer = Signer.External(Demo.Bytes("keys/signer.crt"), inner.SignDigest))
            using (Seal seal = Demo.Seal())
            {
                SignRequest request = new SignRequest { Seal = seal, Placements = { Placement.Seam() } };
                OnThreads(round =>
                {
                    foreach (Document document in new[] { ofd, pdf })
                    {
                        using (Report report = verifier.Verify(document))
                        {
                            Check.Equal(Verdict.Valid, report.Verdict, "verdict");
                            Check.Equal(1, report.Signatures.Count, "signatures");
                        }
                    }
                    if (round % 5 == 0)
                    {
                        Check.Equal(Verdict.Valid, Demo.Judge(plain.Sign(request, signer)), "signed");
                    }
                });
            }
        }

        [Test]
        internal void CausesStayOnTheirThreads()
        {
            int counter = 0;
            OnThreads(round =>
            {
                string mine = "failure " + Interlocked.Increment(ref counter);
                using (Signer signer = Signer.External(
                    Demo.Bytes("keys/signer.crt"), digest => { throw new InvalidOperationException(mine); }))
                {
                    SealcoreException e = Check.Throws<SealcoreException>(() => signer.SignDigest(new byte[32]));
                    Check.Equal(mine, e.InnerException.Message, "cause");
                }
            });
        }

        [Test]
        internal void ChangedWhileItIsUsed()
        {
            SealcoreException here = null;
            SealcoreException elsewhere = null;
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) =>
            {
                if (here == null)
                {
                    here = Check.Throws<SealcoreException>(() => verifier.SetPolicy("pades"));
                    Thread other = new Thread(() =>
                        elsewhere = Check.Throws<SealcoreException>(() => verifier.SetPolicy("pades")));
                    other.Start();
                    other.Join();
                }
            }))
            using (Report report = verifier.Verify(document, monitor))
            {
                Check.Equal(Verdict.Valid, report.Verdict, "the call goes on");
                verifier.SetPolicy("pades");
            }
            Check.Equal(SealcoreStatus.Reentrant, here.Status, "from a callback");
            Check.Equal(SealcoreStatus.Busy, elsewhere.Status, "from another thread");
        }

        /// <summary>A handle that is disposed of during a call lives until the call ends.</summary>
        [Test]
        internal void DisposedWhileItIsUsed()
        {
            using (Verifier verifier = Demo.Verifier())
            {
                long before = SealcoreLibrary.LiveHandles;
                MemoryStream stream = new MemoryStream(Demo.Bytes("sealed.ofd"));
                Document document = Document.Open(stream);
                ProgressMonitor monitor = null;
                monitor = new ProgressMonitor((done, total) =>
                {
                    document.Dispose();
                    monitor.Dispose();
                });
                using (Report report = verifier.Verify(document, monitor))
                {
                    Check.Equal(Verdict.Valid, report.Verdict, "verdict");
                }
                Check.True(!stream.CanRead, "the stream is closed in the end");
                Check.Equal(before, SealcoreLibrary.LiveHandles, "live handles");
            }
        }

        private static void OnThreads(Action<int> work)
        {
            List<Exception> failures = new List<Exception>();
            List<Thread> threads = new List<Thread>();
            for (int i = 0; i < Threads; i++)
            {
                Thread thread = new Thread(() =>
                {
                    try
                    {
                        for (int round = 0; round < Rounds; round++)
                        {
                            work(round);
                        }
                    }
                    catch (Exception e)
                    {
                        lock (failures)
                        {
                            failures.Add(e);
                        }
                    }
                });
                thread.Start();
                threads.Add(thread);
            }
            threads.ForEach(thread => thread.Join());
            if (failures.Count > 0)
            {
                throw new AggregateException(failures);
            }
        }
    }
}
