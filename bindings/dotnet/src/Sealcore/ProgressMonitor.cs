using System;
using System.Threading;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// Watches long work: tells how far it is, and cancels it. Cancelled by <see cref="Cancel"/> or by what the progress
    /// function throws, the call ends in a <see cref="SealcoreException"/> (<see cref="SealcoreStatus.Cancelled"/>);
    /// cancelled by a token, in an <see cref="OperationCanceledException"/>. A monitor that was cancelled stays so.
    /// </summary>
    public sealed class ProgressMonitor : IDisposable
    {
        private readonly MonitorHandle handle;

        /// <summary>A monitor that only cancels.</summary>
        /// <param name="cancellation">cancels from any thread</param>
        public ProgressMonitor(CancellationToken cancellation = default(CancellationToken))
            : this((Action<long, long>)null, cancellation)
        {
        }

        /// <summary>A monitor that reports bytes done.</summary>
        /// <param name="progress">is told the bytes done; may be null</param>
        /// <param name="cancellation">cancels from any thread</param>
        public ProgressMonitor(IProgress<long> progress, CancellationToken cancellation = default(CancellationToken))
            : this(progress == null ? null : new Action<long, long>((done, total) => progress.Report(done)), cancellation)
        {
        }

        /// <summary>A monitor that reports bytes done and bytes in all.</summary>
        /// <param name="progress">
        /// is told both on the thread that works, the second 0 while unknown; what it throws cancels; may be null
        /// </param>
        /// <param name="cancellation">cancels from any thread</param>
        public ProgressMonitor(
            Action<long, long> progress, CancellationToken cancellation = default(CancellationToken))
        {
            Token = cancellation;
            MonitorCallbacks callbacks = new MonitorState(progress, cancellation).Callbacks();
            MonitorHandle monitor = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_monitor_new(ref callbacks, out monitor, out error));
            handle = monitor;
        }

        /// <summary>The token that it was made with.</summary>
        public CancellationToken Token { get; }

        /// <summary>Cancels the work that uses this monitor; may be called from any thread.</summary>
        public void Cancel()
        {
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_monitor_cancel(handle, out error));
        }

        /// <summary>Frees the monitor.</summary>
        public void Dispose() => handle.Dispose();

        internal static MonitorHandle HandleOf(ProgressMonitor monitor) => monitor?.handle ?? MonitorHandle.None;
    }
}
