using System;
using System.IO;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>
    /// The time between the two phases of signing: everything is put together but the signature. Can be saved, and
    /// completed elsewhere with the same document.
    /// </summary>
    public sealed class SigningSession : IDisposable
    {
        private readonly SessionHandle handle;

        internal SigningSession(SessionHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>What is to be signed, as a digest; for SM2 it is SM3(Z ‖ M) and must not be hashed again.</summary>
        public byte[] Digest => Interop.Fill(
            NativeMethods.MaxDigestLength,
            (byte[] room, ref UIntPtr length, out IntPtr error) =>
                NativeMethods.sealcore_session_digest(handle, room, ref length, out error));

        /// <summary>What is to be signed, for who hashes by himself.</summary>
        public byte[] Message
        {
            get
            {
                BufferHandle message = null;
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_session_message(handle, out message, out error));
                return Interop.Take(message);
            }
        }

        /// <summary>The algorithm to sign with, such as <c>SM2-SM3</c>.</summary>
        public string Algorithm => handle.Text(() => NativeMethods.sealcore_session_algorithm(handle));

        /// <summary>A session that was saved.</summary>
        /// <exception cref="SealcoreException">these bytes are no session</exception>
        public static SigningSession Load(byte[] bytes)
        {
            Interop.Required(bytes, nameof(bytes));
            SessionHandle session = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_session_load(bytes, Interop.Length(bytes), out session, out error));
            return new SigningSession(session);
        }

        /// <summary>The session as bytes, to be kept until the signature is there. It holds no secret.</summary>
        public byte[] Save()
        {
            BufferHandle bytes = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_save(handle, out bytes, out error));
            return Interop.Take(bytes);
        }

        /// <summary>
        /// The request that a time-stamp authority is to answer, for a signature. On PDF,
        /// <see cref="SignRequest.ReserveBytes"/> must have kept room.
        /// </summary>
        /// <param name="signature">the signature value</param>
        /// <exception cref="SealcoreException">the signature does not hold, or none can be stamped here</exception>
        public byte[] TimeStampRequest(byte[] signature)
        {
            Interop.Required(signature, nameof(signature));
            BufferHandle request = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_time_stamp_request(
                handle, signature, Interop.Length(signature), out request, out error));
            return Interop.Take(request);
        }

        /// <summary>Adds the authority's answer, which is checked.</summary>
        /// <param name="signature">the signature value, the same as before</param>
        /// <param name="reply">the reply, or a bare token</param>
        /// <exception cref="SealcoreException">the authority refused, or the answer does not fit</exception>
        public void AddTimeStamp(byte[] signature, byte[] reply)
        {
            Interop.Required(signature, nameof(signature));
            Interop.Required(reply, nameof(reply));
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_add_time_stamp(
                handle, signature, Interop.Length(signature), reply, Interop.Length(reply), out error));
        }

        /// <summary>The second phase: verifies the signature, and gives the signed document.</summary>
        /// <param name="document">the document that was prepared, unchanged</param>
        /// <param name="signature">the signature value: SM2 and ECDSA in DER or as r ‖ s</param>
        /// <exception cref="SealcoreException">the signature does not hold, or it is another document</exception>
        public byte[] Complete(Document document, byte[] signature)
        {
            Interop.Required(document, nameof(document));
            Interop.Required(signature, nameof(signature));
            BufferHandle signed = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_complete(
                handle, document.Handle, signature, Interop.Length(signature), out signed, out error));
            return Interop.Take(signed);
        }

        /// <summary>As <see cref="Complete"/>, into a file that is written whole or not at all.</summary>
        /// <param name="path">the file; one that is there is replaced</param>
        /// <param name="document">the document that was prepared, unchanged</param>
        /// <param name="signature">the signature value</param>
        /// <exception cref="SealcoreException">as with <see cref="Complete"/>, or it cannot be written</exception>
        public void CompleteTo(string path, Document document, byte[] signature)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            Interop.Required(document, nameof(document));
            Interop.Required(signature, nameof(signature));
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_complete_to_path(
                handle, document.Handle, signature, Interop.Length(signature), name, out error));
        }

        /// <summary>As <see cref="Complete"/>, into a stream, which stays open.</summary>
        /// <param name="stream">writable</param>
        /// <param name="document">the document that was prepared, unchanged</param>
        /// <param name="signature">the signature value</param>
        /// <exception cref="SealcoreException">
        /// as with <see cref="Complete"/>; what the stream threw is the cause
        /// </exception>
        public void CompleteTo(Stream stream, Document document, byte[] signature)
        {
            Interop.Required(stream, nameof(stream));
            Interop.Required(document, nameof(document));
            Interop.Required(signature, nameof(signature));
            SinkCallbacks sink = new StreamSink(stream).Callbacks();
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_complete_to_sink(
                handle, document.Handle, signature, Interop.Length(signature), ref sink, out error));
        }

        /// <summary>PDF: completes by appending to the file that was prepared.</summary>
        /// <param name="path">the PDF, unchanged since</param>
        /// <param name="signature">the signature value</param>
        /// <exception cref="SealcoreException">as with <see cref="Complete"/>; the file is then as it was</exception>
        public void Append(string path, byte[] signature)
        {
            byte[] name = Utf8.Required(path, nameof(path));
            Interop.Required(signature, nameof(signature));
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_append(
                handle, name, signature, Interop.Length(signature), out error));
        }

        /// <summary>PDF: the bytes that belong behind the document, for storage that can append.</summary>
        /// <param name="signature">the signature value</param>
        /// <exception cref="SealcoreException">the signature does not hold, or it is no PDF</exception>
        public byte[] Tail(byte[] signature)
        {
            Interop.Required(signature, nameof(signature));
            BufferHandle tail = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_session_tail(
                handle, signature, Interop.Length(signature), out tail, out error));
            return Interop.Take(tail);
        }

        /// <summary>Frees the session.</summary>
        public void Dispose() => handle.Dispose();
    }
}
