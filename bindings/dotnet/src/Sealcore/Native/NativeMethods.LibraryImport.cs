#if NET7_0_OR_GREATER
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sealcore.Native
{
    internal static partial class NativeMethods
    {
        // library
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_version();

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial uint sealcore_abi_version();

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_status_name(int status);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_verdict_name(int verdict);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial UIntPtr sealcore_handle_count();

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_self_test(out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_digest(
            byte[] algorithm, byte[] bytes, UIntPtr bytesLength, [Out] byte[] digest, ref UIntPtr length,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_call(
            byte[] operation, byte[] requestJson, out BufferHandle responseJson, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_set_log(int level, ref LogCallbacks callbacks, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_set_log(int level, IntPtr callbacks, out IntPtr error);

        // errors, buffers
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_error_code(ErrorHandle error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_error_kind(ErrorHandle error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_error_message(ErrorHandle error, int lang);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_error_part(ErrorHandle error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial long sealcore_error_position(ErrorHandle error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial ulong sealcore_error_vendor_code(ErrorHandle error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_error_free(IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_buffer_data(BufferHandle buffer);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial UIntPtr sealcore_buffer_len(BufferHandle buffer);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_buffer_free(IntPtr buffer);

        // documents
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_document_open_path(
            byte[] path, byte[] password, out DocumentHandle document, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_document_open_bytes(
            byte[] bytes, UIntPtr length, byte[] password, out DocumentHandle document, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_document_open_source(
            ref SourceCallbacks source, byte[] password, out DocumentHandle document, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_document_format(DocumentHandle document);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_document_inspect(
            DocumentHandle document, int withRisks, int lang, VerifierHandle verifier, MonitorHandle monitor,
            out BufferHandle json, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_document_free(IntPtr document);

        // monitor
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_monitor_new(
            ref MonitorCallbacks callbacks, out MonitorHandle monitor, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_monitor_cancel(MonitorHandle monitor, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_monitor_free(IntPtr monitor);

        // verification
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_new(out VerifierHandle verifier, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_trust(
            VerifierHandle verifier, byte[] bytes, UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_trust_path(
            VerifierHandle verifier, byte[] path, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_maker_trust(
            VerifierHandle verifier, byte[] bytes, UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_maker_trust_path(
            VerifierHandle verifier, byte[] path, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_crl(
            VerifierHandle verifier, byte[] bytes, UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_add_crl_path(
            VerifierHandle verifier, byte[] path, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_set_policy(
            VerifierHandle verifier, byte[] policy, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_set_time(
            VerifierHandle verifier, long unixSeconds, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verifier_set_limit(
            VerifierHandle verifier, byte[] limit, ulong value, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_verifier_free(IntPtr verifier);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_verify(
            VerifierHandle verifier, DocumentHandle document, MonitorHandle monitor, out int verdict,
            out ReportHandle report, out IntPtr error);

        // reports
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_report_verdict(ReportHandle report);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial UIntPtr sealcore_report_signature_count(ReportHandle report);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_report_signature_verdict(ReportHandle report, UIntPtr signature);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_report_signature_text(
            ReportHandle report, UIntPtr signature, int field);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial UIntPtr sealcore_report_finding_count(ReportHandle report, UIntPtr signature);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_report_finding_text(
            ReportHandle report, UIntPtr signature, UIntPtr finding, int field, int lang);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_report_json(
            ReportHandle report, byte[] file, int lang, out BufferHandle json, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_report_render(
            ReportHandle report, byte[] file, int lang, out BufferHandle text, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_report_free(IntPtr report);

        // keys, certificates
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_key_generate(byte[] algorithm, out KeyHandle key, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_key_load(
            byte[] bytes, UIntPtr length, byte[] password, out KeyHandle key, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_key_open(
            byte[] uri, byte[] pin, out KeyHandle key, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_key_pkcs8(
            KeyHandle key, byte[] password, out BufferHandle pem, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_key_pkcs12(
            KeyHandle key, byte[] certificates, UIntPtr length, byte[] name, byte[] password, out BufferHandle pfx,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_key_free(IntPtr key);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_certificate_request(
            KeyHandle key, byte[] subject, out BufferHandle pem, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_certificate_issue(
            SignerHandle issuer, KeyHandle key, byte[] request, UIntPtr length, byte[] json, out BufferHandle pem,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_crl_issue(
            SignerHandle issuer, byte[] json, out BufferHandle pem, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_certificate_inspect(
            byte[] bytes, UIntPtr length, out BufferHandle json, out IntPtr error);

        // signers
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_signer_from_key(
            byte[] key, UIntPtr keyLength, byte[] password, byte[] certificates, UIntPtr certificatesLength,
            out SignerHandle signer, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_signer_open(
            byte[] uri, byte[] pin, byte[] certificates, UIntPtr certificatesLength, out SignerHandle signer,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_signer_external(
            byte[] certificates, UIntPtr certificatesLength, byte[] algorithm, ref SignerCallbacks callbacks,
            out SignerHandle signer, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_signer_algorithm(SignerHandle signer);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial UIntPtr sealcore_signer_max_signature_len(SignerHandle signer);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_signer_certificate(
            SignerHandle signer, out BufferHandle der, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_signer_sign_digest(
            SignerHandle signer, byte[] digest, UIntPtr digestLength, [Out] byte[] signature, ref UIntPtr length,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_signer_free(IntPtr signer);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_device_list(
            byte[] uri, byte[] pin, out BufferHandle json, out IntPtr error);

        // seals
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_load(
            byte[] bytes, UIntPtr length, out SealHandle seal, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_save(SealHandle seal, out BufferHandle der, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_inspect(
            SealHandle seal, int lang, out BufferHandle json, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_picture(SealHandle seal, out BufferHandle picture, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_seal_free(IntPtr seal);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_new(
            byte[] generation, byte[] esId, byte[] name, out SealRequestHandle request, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_set_picture(
            SealRequestHandle request, byte[] kind, byte[] bytes, UIntPtr length, int widthMm, int heightMm,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_add_signer(
            SealRequestHandle request, byte[] certificate, UIntPtr length, int asDigest, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_set_validity(
            SealRequestHandle request, long created, long validFrom, long validUntil, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_set_text(
            SealRequestHandle request, int key, byte[] value, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_request_set_number(
            SealRequestHandle request, int key, long value, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_seal_request_free(IntPtr request);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_make(
            SealRequestHandle request, SignerHandle maker, out SealHandle seal, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_prepare(
            SealRequestHandle request, byte[] makerCertificate, UIntPtr length, out SealSessionHandle session,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_session_digest(
            SealSessionHandle session, [Out] byte[] digest, ref UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_session_message(
            SealSessionHandle session, out BufferHandle message, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_seal_session_complete(
            SealSessionHandle session, byte[] signature, UIntPtr length, out SealHandle seal, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_seal_session_free(IntPtr session);

        // signing
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_new(out RequestHandle request, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_seal(RequestHandle request, SealHandle seal, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_picture(
            RequestHandle request, byte[] kind, byte[] bytes, UIntPtr length, int widthMm, int heightMm,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_certificate(
            RequestHandle request, byte[] certificates, UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_authority(
            RequestHandle request, AuthorityHandle authority, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_text(
            RequestHandle request, int key, byte[] value, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_set_number(
            RequestHandle request, int key, long value, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_add_place(
            RequestHandle request, byte[] pages, double xMm, double yMm, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_add_seam(
            RequestHandle request, byte[] pages, int side, double positionMm, double marginMm, double minSliceMm,
            uint maxSlices, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_add_facing(
            RequestHandle request, byte[] pages, double positionMm, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_request_add_keyword(
            RequestHandle request, byte[] text, long occurrence, byte[] pages, double dxMm, double dyMm,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_request_free(IntPtr request);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_sign(
            DocumentHandle document, RequestHandle request, SignerHandle signer, MonitorHandle monitor,
            out BufferHandle signedDocument, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_sign_to_path(
            DocumentHandle document, RequestHandle request, SignerHandle signer, MonitorHandle monitor, byte[] path,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_sign_to_sink(
            DocumentHandle document, RequestHandle request, SignerHandle signer, MonitorHandle monitor,
            ref SinkCallbacks sink, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_sign_in_place(
            byte[] path, byte[] password, RequestHandle request, SignerHandle signer, MonitorHandle monitor,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_add_integrity_record(
            DocumentHandle document, SignerHandle signer, long unixSeconds, out BufferHandle documentOut,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_prepare(
            DocumentHandle document, RequestHandle request, MonitorHandle monitor, out SessionHandle session,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_digest(
            SessionHandle session, [Out] byte[] digest, ref UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_message(
            SessionHandle session, out BufferHandle message, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial IntPtr sealcore_session_algorithm(SessionHandle session);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_save(
            SessionHandle session, out BufferHandle bytes, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_load(
            byte[] bytes, UIntPtr length, out SessionHandle session, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_time_stamp_request(
            SessionHandle session, byte[] signature, UIntPtr length, out BufferHandle request, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_add_time_stamp(
            SessionHandle session, byte[] signature, UIntPtr length, byte[] reply, UIntPtr replyLength,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_complete(
            SessionHandle session, DocumentHandle document, byte[] signature, UIntPtr length,
            out BufferHandle signedDocument, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_complete_to_path(
            SessionHandle session, DocumentHandle document, byte[] signature, UIntPtr length, byte[] path,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_complete_to_sink(
            SessionHandle session, DocumentHandle document, byte[] signature, UIntPtr length, ref SinkCallbacks sink,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_append(
            SessionHandle session, byte[] path, byte[] signature, UIntPtr length, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_session_tail(
            SessionHandle session, byte[] signature, UIntPtr length, out BufferHandle tail, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_session_free(IntPtr session);

        // time stamps
        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_timestamp_request(
            byte[] digestAlgorithm, byte[] digest, UIntPtr length, byte[] policy, uint flags, out BufferHandle request,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_timestamp_token(
            byte[] reply, UIntPtr replyLength, byte[] request, UIntPtr requestLength, out BufferHandle token,
            out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_timestamp_verify(
            VerifierHandle verifier, byte[] token, UIntPtr tokenLength, byte[] data, UIntPtr dataLength, byte[] request,
            UIntPtr requestLength, MonitorHandle monitor, out int verdict, out ReportHandle report, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_authority_local(
            SignerHandle signer, byte[] json, out AuthorityHandle authority, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_authority_external(
            ref AuthorityCallbacks callbacks, out AuthorityHandle authority, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial int sealcore_authority_respond(
            AuthorityHandle authority, byte[] request, UIntPtr length, out BufferHandle reply, out IntPtr error);

        [LibraryImport(Library)]
        [UnmanagedCallConv(CallConvs = new[] { typeof(CallConvCdecl) })]
        internal static partial void sealcore_authority_free(IntPtr authority);
    }
}
#endif
