using System;
using System.Collections.Generic;
using Sealcore.Native;

namespace Sealcore
{
    /// <summary>The structure of a seal.</summary>
    public enum SealGeneration
    {
        /// <summary>GM/T 0031-2014.</summary>
        V1 = 1,

        /// <summary>GB/T 38540-2020.</summary>
        V4 = 4,

        /// <summary>GM/T 0031-2025.</summary>
        V5 = 5,
    }

    /// <summary>
    /// A seal that is to be made. A plain object: what is wrong in it is told by <see cref="Make"/> and
    /// <see cref="Prepare"/>.
    /// </summary>
    public sealed class SealRequest
    {
        private const int VendorKey = 1;
        private const int KindKey = 1;

        private readonly List<KeyValuePair<byte[], bool>> signers = new List<KeyValuePair<byte[], bool>>();
        private long[] validity;

        /// <summary>A request.</summary>
        /// <param name="generation">the structure</param>
        /// <param name="esId">the identifier of the seal, ASCII</param>
        /// <param name="name">the name of the seal</param>
        public SealRequest(SealGeneration generation, string esId, string name)
        {
            Generation = generation;
            EsId = Interop.Required(esId, nameof(esId));
            Name = Interop.Required(name, nameof(name));
        }

        /// <summary>The structure.</summary>
        public SealGeneration Generation { get; }

        /// <summary>The identifier of the seal.</summary>
        public string EsId { get; }

        /// <summary>The name of the seal.</summary>
        public string Name { get; }

        /// <summary>The picture.</summary>
        public Picture Picture { get; set; }

        /// <summary>The maker's vendor identifier, ASCII; null for <c>sealcore</c>.</summary>
        public string Vendor { get; set; }

        /// <summary>The type: 1 of an organisation, 2 of a person; null for 1.</summary>
        public int? Kind { get; set; }

        /// <summary>Adds who may use the seal.</summary>
        /// <param name="certificate">PEM, DER or P7B: the first one</param>
        /// <param name="asDigest">
        /// whether the seal holds the SM3 digest of the certificate instead of itself; not in V1, and all in one way
        /// </param>
        public SealRequest AddSigner(byte[] certificate, bool asDigest = false)
        {
            Interop.Required(certificate, nameof(certificate));
            signers.Add(new KeyValuePair<byte[], bool>(certificate, asDigest));
            return this;
        }

        /// <summary>
        /// Says when the seal is made, and from when until when it may be used. Without it: now, and until the first of the
        /// signers' certificates ends.
        /// </summary>
        public SealRequest SetValidity(DateTimeOffset created, DateTimeOffset validFrom, DateTimeOffset validUntil)
        {
            validity = new[] { created.ToUnixTimeSeconds(), validFrom.ToUnixTimeSeconds(), validUntil.ToUnixTimeSeconds() };
            return this;
        }

        /// <summary>Makes the seal.</summary>
        /// <param name="maker">the maker of seals</param>
        /// <exception cref="SealcoreException">something in the request is wrong, or the maker failed</exception>
        public Seal Make(Signer maker)
        {
            Interop.Required(maker, nameof(maker));
            SealHandle seal = null;
            using (SealRequestHandle request = ToNative())
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_seal_make(request, maker.Handle, out seal, out error));
            }
            return new Seal(seal);
        }

        /// <summary>The first phase of making a seal with a key that is elsewhere.</summary>
        /// <param name="makerCertificate">PEM or DER</param>
        /// <exception cref="SealcoreException">something in the request is wrong</exception>
        public SealSession Prepare(byte[] makerCertificate)
        {
            Interop.Required(makerCertificate, nameof(makerCertificate));
            SealSessionHandle session = null;
            using (SealRequestHandle request = ToNative())
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_prepare(
                    request, makerCertificate, Interop.Length(makerCertificate), out session, out error));
            }
            return new SealSession(session);
        }

        private SealRequestHandle ToNative()
        {
            byte[] generation = Utf8.Bytes("v" + (int)Generation);
            byte[] esId = Utf8.Bytes(EsId);
            byte[] name = Utf8.Bytes(Name);
            SealRequestHandle request = null;
            Interop.Call((out IntPtr error) =>
                NativeMethods.sealcore_seal_request_new(generation, esId, name, out request, out error));
            try
            {
                Fill(request);
                return request;
            }
            catch (Exception)
            {
                request.Dispose();
                throw;
            }
        }

        private void Fill(SealRequestHandle request)
        {
            if (Picture != null)
            {
                byte[] kind = Utf8.Bytes(Picture.Kind);
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_request_set_picture(
                    request,
                    kind,
                    Picture.Bytes,
                    Interop.Length(Picture.Bytes),
                    Picture.WidthMm,
                    Picture.HeightMm,
                    out error));
            }
            foreach (KeyValuePair<byte[], bool> signer in signers)
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_request_add_signer(
                    request, signer.Key, Interop.Length(signer.Key), signer.Value ? 1 : 0, out error));
            }
            if (validity != null)
            {
                Interop.Call((out IntPtr error) => NativeMethods.sealcore_seal_request_set_validity(
                    request, validity[0], validity[1], validity[2], out error));
            }
            if (Vendor != null)
            {
                byte[] vendor = Utf8.Bytes(Vendor);
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_seal_request_set_text(request, VendorKey, vendor, out error));
            }
            if (Kind != null)
            {
                Interop.Call((out IntPtr error) =>
                    NativeMethods.sealcore_seal_request_set_number(request, KindKey, Kind.Value, out error));
            }
        }
    }
}
