using System;
using System.Threading;

namespace Sealcore.Tests
{
    internal sealed class MonitorTests
    {
        private static void Verify(ProgressMonitor monitor)
        {
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            using (verifier.Verify(document, monitor))
            {
            }
        }

        [Test]
        internal void TellsProgress()
        {
            long last = 0;
            int calls = 0;
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) =>
            {
                Check.True(done >= last, "never backwards");
                last = done;
                calls++;
            }))
            {
                Verify(monitor);
            }
            Check.True(calls > 0 && last > 0, "progress was told");

            Collector collector = new Collector();
            using (ProgressMonitor monitor = new ProgressMonitor(collector))
            {
                Verify(monitor);
            }
            Check.Equal(last, collector.Last, "IProgress is told the same");
        }

        [Test]
        internal void CancelledBefore()
        {
            using (ProgressMonitor monitor = new ProgressMonitor())
            {
                monitor.Cancel();
                Check.Fails(SealcoreStatus.Cancelled, () => Verify(monitor));
                Check.Fails(SealcoreStatus.Cancelled, () => Verify(monitor));
            }
        }

        [Test]
        internal void CancelledFromAnotherThread()
        {
            using (ManualResetEvent started = new ManualResetEvent(false))
            using (ManualResetEvent cancelled = new ManualResetEvent(false))
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) =>
            {
                started.Set();
                cancelled.WaitOne();
            }))
            {
                Thread other = new Thread(() =>
                {
                    started.WaitOne();
                    monitor.Cancel();
                    cancelled.Set();
                });
                other.Start();
                Check.Fails(SealcoreStatus.Cancelled, () => Verify(monitor));
                other.Join();
            }
        }

        [Test]
        internal void CancelledByAToken()
        {
            using (CancellationTokenSource source = new CancellationTokenSource())
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) => source.Cancel(), source.Token))
            {
                OperationCanceledException e = Check.Throws<OperationCanceledException>(() => Verify(monitor));
                Check.Equal(source.Token, e.CancellationToken, "the token");
                Check.True(e.InnerException is SealcoreException, "the library's own is the cause");
            }
        }

        [Test]
        internal void CancelledWhileSigning()
        {
            string path = Demo.Scratch(".pdf");
            using (ProgressMonitor monitor = new ProgressMonitor())
            using (Signer signer = Demo.Signer())
            using (Document document = Document.Open(Demo.File("document.pdf")))
            {
                monitor.Cancel();
                Check.Fails(SealcoreStatus.Cancelled, () => document.Sign(new SignRequest(), signer, monitor));
                Check.Fails(SealcoreStatus.Cancelled, () => document.SignTo(path, new SignRequest(), signer, monitor));
                Check.True(!System.IO.File.Exists(path), "nothing was written");
            }
        }

        [Test]
        internal void WatchesInspection()
        {
            long last = 0;
            using (Verifier verifier = Demo.Verifier())
            using (Document document = Document.Open(Demo.File("sealed.pdf")))
            using (ProgressMonitor counts = new ProgressMonitor((done, total) =>
            {
                Check.True(done >= last && done <= total, "forwards, and no more than all");
                last = done;
            }))
            using (ProgressMonitor cancelled = new ProgressMonitor())
            {
                string told = document.Inspect(true, Language.English, verifier, counts);
                Check.Equal(document.Inspect(true, Language.English), told, "the same");
                Check.True(last > 0, "progress was told");
                cancelled.Cancel();
                Check.Fails(SealcoreStatus.Cancelled, () => document.Inspect(monitor: cancelled));
            }
            using (Verifier narrow = new Verifier().SetLimit("pages", 1))
            using (Document document = Document.Open(Demo.File("sealed.ofd")))
            {
                Check.Fails(SealcoreStatus.Limit, () => document.Inspect(verifier: narrow));
            }
        }

        [Test]
        internal void WhatProgressThrowsIsTheCause()
        {
            InvalidOperationException thrown = new InvalidOperationException("progress bar is gone");
            using (ProgressMonitor monitor = new ProgressMonitor((done, total) => { throw thrown; }))
            {
                SealcoreException e = Check.Fails(SealcoreStatus.Cancelled, () => Verify(monitor));
                Check.True(ReferenceEquals(thrown, e.InnerException), "cause");
            }
        }

        private sealed class Collector : IProgress<long>
        {
            internal long Last { get; private set; }

            public void Report(long value) => Last = value;
        }
    }
}
