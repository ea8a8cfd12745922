using System;
using System.IO;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// An OFD, a PDF or a seal that was opened: it can be inspected, verified and signed. It is never changed; signing
    /// gives another document. May be used by several threads at once.
    /// </summary>
    public sealed class Document : IDisposable
    {
        private Document(DocumentHandle handle)
        {
            Handle = handle;
        }

        /// <summary>What it is.</summary>
        public DocumentFormat Format =>
            Interop.Read(() => (DocumentFormat)NativeMethods.sealcore_document_format(Handle));

        internal DocumentHandle Handle { get; }

        /// <summary>Opens a file.</summary>
        /// <param name="path">the file; it must not be changed while the document is open</param>
        /// <param name="password">of an encrypted PDF; null otherwise</param>
        /// <exception cref="SealcoreException">
        /// it cannot be read, is of no known format, costs more than the limits allow, or has another password
        /// </exception>
        public static Document Open(string path, string password = null)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            DocumentHandle document = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_document_open_path(name, secret.Bytes, out document, out error));
            }
            return new Document(document);
        }

        /// <summary>Opens a document in memory. The bytes are copied.</summary>
        /// <param name="bytes">the whole document</param>
        /// <param name="password">of an encrypted PDF; null otherwise</param>
        /// <exception cref="SealcoreException">as with <see cref="Open(string, string)"/></exception>
        public static Document Open(byte[] bytes, string password = null)
        {
            Interop.Required(bytes, nameof(bytes));
            DocumentHandle document = null;
            using (Secret secret = new Secret(password))
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_document_open_bytes(
                    bytes, Interop.Length(bytes), secret.Bytes, out document, out error));
            }
            return new Document(document);
        }

        /// <summary>
        /// Opens a document in a seekable stream, which is read when it is needed, from the stream's beginning, by one
        /// thread at a time. Nobody else may use the stream while the document is open.
        /// </summary>
        /// <param name="stream">readable and seekable</param>
        /// <param name="password">of an encrypted PDF; null otherwise</param>
        /// <param name="leaveOpen">whether the stream stays open when the document is disposed, or cannot be opened</param>
        /// <exception cref="SealcoreException">
        /// as with <see cref="Open(string, string)"/>; what the stream threw is the cause
        /// </exception>
        public static Document Open(Stream stream, string password = null, bool leaveOpen = false)
        {
            Interop.Required(stream, nameof(stream));
            if (!stream.CanSeek || !stream.CanRead)
            {
                throw new ArgumentException("the stream must be readable and seekable", nameof(stream));
            }
            DocumentHandle document = null;
            using (Secret secret = new Secret(password))
            {
                SourceCallbacks source = new StreamSource(stream, leaveOpen).Callbacks();
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_document_open_source(ref source, secret.Bytes, out document, out error));
            }
            return new Document(document);
        }

        /// <summary>What is in the document, without a verdict, as JSON.</summary>
        /// <param name="withRisks">whether to add what a signer should know before signing</param>
        /// <param name="language">of messages; null for <see cref="SealcoreLibrary.Language"/></param>
        /// <param name="verifier">whose limits count; null for the usual ones</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">it cannot be read, or it was cancelled</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public string Inspect(
            bool withRisks = false,
            Language? language = null,
            Verifier verifier = null,
            ProgressMonitor monitor = null)
        {
            BufferHandle json = null;
            Interop.Call(monitor, (out IntPtr error) => NativeMethods.sealcore_document_inspect(
                Handle,
                withRisks ? 1 : 0,
                SealcoreLibrary.Or(language),
                verifier?.Handle ?? VerifierHandle.None,
                ProgressMonitor.HandleOf(monitor),
                out json,
                out error));
            return Interop.TakeText(json);
        }

        /// <summary>Signs, and gives the signed document.</summary>
        /// <param name="request">what to sign, and where it shows</param>
        /// <param name="signer">who signs</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">
        /// a rule forbids it, the signer failed, or the document cannot be signed; what a callback threw is the cause
        /// </exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public byte[] Sign(SignRequest request, Signer signer, ProgressMonitor monitor = null)
        {
            BufferHandle signed = null;
            SignWith(request, signer, monitor, (native, key, watch) => Interop.Call(monitor, (out IntPtr error) =>
                NativeMethods.sealcore_sign(Handle, native, key, watch, out signed, out error)));
            return Interop.Take(signed);
        }

        /// <summary>Signs into a file, which is written whole or not at all.</summary>
        /// <param name="path">the file; one that is there is replaced</param>
        /// <param name="request">what to sign, and where it shows</param>
        /// <param name="signer">who signs</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">as with <see cref="Sign"/>, or the file cannot be written</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public void SignTo(string path, SignRequest request, Signer signer, ProgressMonitor monitor = null)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            SignWith(request, signer, monitor, (native, key, watch) => Interop.Call(monitor, (out IntPtr error) =>
                NativeMethods.sealcore_sign_to_path(Handle, native, key, watch, name, out error)));
        }

        /// <summary>Signs into a stream, which stays open. If it fails, part of the document may have been written.</summary>
        /// <param name="stream">writable</param>
        /// <param name="request">what to sign, and where it shows</param>
        /// <param name="signer">who signs</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">
        /// as with <see cref="Sign"/>; what the stream threw is the cause
        /// </exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public void SignTo(Stream stream, SignRequest request, Signer signer, ProgressMonitor monitor = null)
        {
            Interop.Required(stream, nameof(stream));
            SignWith(request, signer, monitor, (native, key, watch) =>
            {
                SinkCallbacks sink = new StreamSink(stream).Callbacks();
                Interop.Call(monitor, (out IntPtr error) =>
                    NativeMethods.sealcore_sign_to_sink(Handle, native, key, watch, ref sink, out error));
            });
        }

        /// <summary>Signs a PDF where it lies, by appending to the file. If it fails, the file is as it was.</summary>
        /// <param name="path">the PDF</param>
        /// <param name="request">what to sign, and where it shows</param>
        /// <param name="signer">who signs</param>
        /// <param name="password">of an encrypted PDF; null otherwise</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">as with <see cref="Sign"/>, or it is no PDF</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public static void SignInPlace(
            string path, SignRequest request, Signer signer, string password = null, ProgressMonitor monitor = null)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            using (Secret secret = new Secret(password))
            {
                SignWith(request, signer, monitor, (native, key, watch) => Interop.Call(monitor, (out IntPtr error) =>
                    NativeMethods.sealcore_sign_in_place(name, secret.Bytes, native, key, watch, out error)));
            }
        }

        /// <summary>
        /// The first phase of signing with a key that is elsewhere: puts everything together but the signature.
        /// <see cref="SignRequest.Certificates"/> must be set.
        /// </summary>
        /// <param name="request">what to sign, and where it shows</param>
        /// <param name="monitor">reports progress and cancels; may be null</param>
        /// <exception cref="SealcoreException">a rule forbids it, or the document cannot be signed</exception>
        /// <exception cref="OperationCanceledException">the monitor's token was cancelled</exception>
        public SigningSession Prepare(SignRequest request, ProgressMonitor monitor = null)
        {
            Interop.Required(request, nameof(request));
            SessionHandle session = null;
            using (RequestHandle native = request.ToNative())
            {
                Interop.Call(monitor, (out IntPtr error) => NativeMethods.sealcore_prepare(
                    Handle, native, ProgressMonitor.HandleOf(monitor), out session, out error));
            }
            return new SigningSession(session);
        }

        /// <summary>Adds an integrity record as of GM/T 0099 to an OFD, and gives the new document.</summary>
        /// <param name="signer">who signs the record</param>
        /// <param name="time">the time in the record</param>
        /// <exception cref="SealcoreException">it is no OFD, a rule forbids it, or the signer failed</exception>
        public byte[] AddIntegrityRecord(Signer signer, DateTimeOffset time)
        {
            Interop.Required(signer, nameof(signer));
            BufferHandle document = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_add_integrity_record(
                Handle, signer.Handle, time.ToUnixTimeSeconds(), out document, out error));
            return Interop.Take(document);
        }

        /// <summary>Closes the document, and its stream if it was to be closed with it.</summary>
        public void Dispose() => Handle.Dispose();

        private static void SignWith(
            SignRequest request,
            Signer signer,
            ProgressMonitor monitor,
            Action<RequestHandle, SignerHandle, MonitorHandle> sign)
        {
            Interop.Required(request, nameof(request));
            Interop.Required(signer, nameof(signer));
            using (RequestHandle native = request.ToNative())
            {
                sign(native, signer.Handle, ProgressMonitor.HandleOf(monitor));
            }
        }
    }
}
