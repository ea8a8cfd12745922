using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>What a certification (DocMDP) permits after it.</summary>
    public enum Certification
    {
        /// <summary>Nothing.</summary>
        NoChanges = 1,

        /// <summary>Filling in forms, and signing.</summary>
        FormFilling = 2,

        /// <summary>Annotations too.</summary>
        Annotations = 3,
    }

    /// <summary>Which fields of a PDF a signature locks (FieldMDP).</summary>
    public enum FieldLock
    {
        /// <summary>Every field.</summary>
        All = 1,

        /// <summary>Those in <see cref="SignRequest.LockFields"/>.</summary>
        Include = 2,

        /// <summary>Every field but those in <see cref="SignRequest.LockFields"/>.</summary>
        Exclude = 3,
    }

    /// <summary>
    /// What to sign with, and where it shows. A plain object: what is wrong in it is told when it is used. May be used
    /// again and by several threads, as long as nobody changes it.
    /// </summary>
    public sealed class SignRequest
    {
        private enum TextKey
        {
            Field = 1,
            Contents = 2,
            Reason = 3,
            Location = 4,
            Contact = 5,
            Name = 6,
            Caption = 7,
            Relative = 8,
            Filter = 9,
            SubFilter = 10,
            Algorithm = 11,
            LockField = 12,
        }

        private enum NumberKey
        {
            Time = 1,
            Whole = 2,
            Document = 3,
            Certify = 4,
            Lock = 5,
            Opacity = 6,
            WhiteTransparent = 7,
            Reserve = 8,
            IgnorePermissions = 9,
        }

        /// <summary>The seal; null for a digital signature without one.</summary>
        public Seal Seal { get; set; }

        /// <summary>A picture for a signature without a seal (PDF); null for none.</summary>
        public Picture Picture { get; set; }

        /// <summary>Where it shows. A seal in several places is one signature.</summary>
        public IList<Placement> Placements { get; } = new List<Placement>();

        /// <summary>
        /// For <see cref="Document.Prepare"/>: PEM, DER or P7B, the signer's certificate first, then its chain. Where a
        /// <see cref="Signer"/> signs, its own are taken.
        /// </summary>
        public byte[] Certificates { get; set; }

        /// <summary>Stamps the signature; null for no time stamp.</summary>
        public Authority Authority { get; set; }

        /// <summary>The signing time; null for now.</summary>
        public DateTimeOffset? Time { get; set; }

        /// <summary>
        /// For <see cref="Document.Prepare"/>: the signature algorithm, null for what is usual for the key. A signer has its
        /// own.
        /// </summary>
        public string Algorithm { get; set; }

        /// <summary>OFD: whether nothing may come after.</summary>
        public bool Whole { get; set; }

        /// <summary>OFD: which document of the package, from 1; null for the first.</summary>
        public int? DocumentNumber { get; set; }

        /// <summary>OFD: the ID of the signature that this one builds on (GM/T 0099).</summary>
        public string Relative { get; set; }

        /// <summary>PDF: the full name of an empty field, or the name of a new one; null to choose a name.</summary>
        public string Field { get; set; }

        /// <summary>
        /// PDF: the signature value, <c>seal</c>, <c>cms</c> or <c>gm-cms</c> (of GB/T 35275); <c>auto</c> or null for a seal
        /// signature with a seal, else CMS, for SM2 keys of GB/T 35275.
        /// </summary>
        public string Contents { get; set; }

        /// <summary>PDF: the reason.</summary>
        public string Reason { get; set; }

        /// <summary>PDF: the place where it was signed.</summary>
        public string Location { get; set; }

        /// <summary>PDF: how to reach the signer.</summary>
        public string Contact { get; set; }

        /// <summary>PDF: the signer's name, in place of that in the certificate.</summary>
        public string Name { get; set; }

        /// <summary>PDF: a line of text below the picture.</summary>
        public string Caption { get; set; }

        /// <summary>PDF: the value of /Filter, together with <see cref="SubFilter"/>; null for the usual.</summary>
        public string Filter { get; set; }

        /// <summary>PDF: the value of /SubFilter, together with <see cref="Filter"/>; null for the usual.</summary>
        public string SubFilter { get; set; }

        /// <summary>PDF: certifies the document; null for an ordinary signature.</summary>
        public Certification? Certify { get; set; }

        /// <summary>PDF: locks fields; null for none.</summary>
        public FieldLock? Lock { get; set; }

        /// <summary>PDF: the fields that <see cref="Lock"/> speaks of.</summary>
        public IList<string> LockFields { get; } = new List<string>();

        /// <summary>PDF: how dense the picture is, 0 to 100 percent; null for 100.</summary>
        public int? OpacityPercent { get; set; }

        /// <summary>
        /// PDF: whether the white of a raster picture without transparency lets the page through; null for yes.
        /// </summary>
        public bool? WhiteTransparent { get; set; }

        /// <summary>
        /// PDF: bytes kept for what is added to the signature later, 8192 for a time stamp between two phases; with an
        /// <see cref="Authority"/> the library knows.
        /// </summary>
        public long? ReserveBytes { get; set; }

        /// <summary>PDF: signs although an earlier signature or the encryption forbids it.</summary>
        public bool IgnorePermissions { get; set; }

        /// <summary>The native request, which the caller disposes.</summary>
        internal RequestHandle ToNative()
        {
            RequestHandle request = null;
            Interop.Call((out IntPtr error) => NativeMethods.sealcore_request_new(out request, out error));
            try
            {
                SetObjects(request);
                SetTexts(request);
                SetNumbers(request);
                foreach (Placement placement in Placements)
                {
                    placement.AddTo(request);
                }
                return request;
            }
            catch (Exception)
            {
                request.Dispose();
                throw;
            }
        }

        private void SetObjects(RequestHandle request)
        {
            if (Seal != null)
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_request_set_seal(request, Seal.Handle, out error));
            }
            if (Picture != null)
            {
                byte[] kind = Utf8.Bytes(Picture.Kind);
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_request_set_picture(
                    request,
                    kind,
                    Picture.Bytes,
                    Interop.Length(Picture.Bytes),
                    Picture.WidthMm,
                    Picture.HeightMm,
                    out error));
            }
            if (Certificates != null)
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_request_set_certificate(
                    request, Certificates, Interop.Length(Certificates), out error));
            }
            if (Authority != null)
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_request_set_authority(request, Authority.Handle, out error));
            }
        }

        private void SetTexts(RequestHandle request)
        {
            Set(request, TextKey.Field, Field);
            Set(request, TextKey.Contents, Contents);
            Set(request, TextKey.Reason, Reason);
            Set(request, TextKey.Location, Location);
            Set(request, TextKey.Contact, Contact);
            Set(request, TextKey.Name, Name);
            Set(request, TextKey.Caption, Caption);
            Set(request, TextKey.Relative, Relative);
            Set(request, TextKey.Filter, Filter);
            Set(request, TextKey.SubFilter, SubFilter);
            Set(request, TextKey.Algorithm, Algorithm);
            foreach (string field in LockFields)
            {
                Set(request, TextKey.LockField, field);
            }
        }

        private void SetNumbers(RequestHandle request)
        {
            Set(request, NumberKey.Time, Time?.ToUnixTimeSeconds());
            Set(request, NumberKey.Whole, Whole ? 1 : (long?)null);
            Set(request, NumberKey.Document, DocumentNumber);
            Set(request, NumberKey.Certify, (long?)Certify);
            Set(request, NumberKey.Lock, (long?)Lock);
            Set(request, NumberKey.Opacity, OpacityPercent);
            Set(request, NumberKey.WhiteTransparent, WhiteTransparent == null ? (long?)null : WhiteTransparent.Value ? 1 : 0);
            Set(request, NumberKey.Reserve, ReserveBytes);
            Set(request, NumberKey.IgnorePermissions, IgnorePermissions ? 1 : (long?)null);
        }

        private static void Set(RequestHandle request, TextKey key, string value)
        {
            if (value != null)
            {
                byte[] text = Utf8.Bytes(value);
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_request_set_text(request, (int)key, text, out error));
            }
        }

        private static void Set(RequestHandle request, NumberKey key, long? value)
        {
            if (value != null)
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_request_set_number(request, (int)key, value.Value, out error));
            }
        }
    }
}
