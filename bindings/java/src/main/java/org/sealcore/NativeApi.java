package org.sealcore;

/**
 * The C ABI of libsealcore, one method a function, under the function's own name and with its parameters in order; see
 * {@code include/sealcore.h}. Addresses, handles and sizes are {@code long}, whatever calls them: JNA now, the
 * foreign-function interface of newer JDKs when somebody writes it. Nothing else in this package knows which.
 */
interface NativeApi {
    // what the caller of a C ABI needs beside it

    /** Memory of this size, not initialised, for {@link #free}. Never 0. */
    long allocate(long size);

    void free(long address);

    void fill(long address, long length, byte value);

    void write(long address, byte[] bytes, int offset, int length);

    void read(long address, byte[] bytes, int offset, int length);

    long getLong(long address);

    int getInt(long address);

    void putLong(long address, long value);

    void putInt(long address, int value);

    /** The NUL-terminated UTF-8 text at this address, null for 0. */
    String text(long address);

    /** The address of a C function that ends in the method of this name of {@link Callbacks}; valid for ever. */
    long callback(String name);

    // library

    long sealcore_version();

    int sealcore_abi_version();

    long sealcore_status_name(int status);

    long sealcore_verdict_name(int verdict);

    long sealcore_handle_count();

    int sealcore_self_test(long error);

    int sealcore_digest(long algorithm, long bytes, long bytesLength, long digest, long length, long error);

    int sealcore_call(long operation, long requestJson, long responseJson, long error);

    int sealcore_set_log(int level, long callbacks, long error);

    // errors, buffers

    int sealcore_error_code(long error);

    long sealcore_error_kind(long error);

    long sealcore_error_message(long error, int lang);

    long sealcore_error_part(long error);

    long sealcore_error_position(long error);

    long sealcore_error_vendor_code(long error);

    void sealcore_error_free(long error);

    long sealcore_buffer_data(long buffer);

    long sealcore_buffer_len(long buffer);

    void sealcore_buffer_free(long buffer);

    // documents

    int sealcore_document_open_path(long path, long password, long document, long error);

    int sealcore_document_open_bytes(long bytes, long length, long password, long document, long error);

    int sealcore_document_open_source(long source, long password, long document, long error);

    int sealcore_document_format(long document);

    int sealcore_document_inspect(long document, int withRisks, int lang, long verifier, long monitor, long json,
            long error);

    void sealcore_document_free(long document);

    // monitor

    int sealcore_monitor_new(long callbacks, long monitor, long error);

    int sealcore_monitor_cancel(long monitor, long error);

    void sealcore_monitor_free(long monitor);

    // verification

    int sealcore_verifier_new(long verifier, long error);

    int sealcore_verifier_add_trust(long verifier, long bytes, long length, long error);

    int sealcore_verifier_add_trust_path(long verifier, long path, long error);

    int sealcore_verifier_add_maker_trust(long verifier, long bytes, long length, long error);

    int sealcore_verifier_add_maker_trust_path(long verifier, long path, long error);

    int sealcore_verifier_add_crl(long verifier, long bytes, long length, long error);

    int sealcore_verifier_add_crl_path(long verifier, long path, long error);

    int sealcore_verifier_set_policy(long verifier, long policy, long error);

    int sealcore_verifier_set_time(long verifier, long unixSeconds, long error);

    int sealcore_verifier_set_limit(long verifier, long limit, long value, long error);

    void sealcore_verifier_free(long verifier);

    int sealcore_verify(long verifier, long document, long monitor, long verdict, long report, long error);

    // reports

    int sealcore_report_verdict(long report);

    long sealcore_report_signature_count(long report);

    int sealcore_report_signature_verdict(long report, long signature);

    long sealcore_report_signature_text(long report, long signature, int field);

    long sealcore_report_finding_count(long report, long signature);

    long sealcore_report_finding_text(long report, long signature, long finding, int field, int lang);

    int sealcore_report_json(long report, long file, int lang, long json, long error);

    int sealcore_report_render(long report, long file, int lang, long text, long error);

    void sealcore_report_free(long report);

    // keys, certificates

    int sealcore_key_generate(long algorithm, long key, long error);

    int sealcore_key_load(long bytes, long length, long password, long key, long error);

    int sealcore_key_open(long uri, long pin, long key, long error);

    int sealcore_key_pkcs8(long key, long password, long pem, long error);

    int sealcore_key_pkcs12(long key, long certificates, long length, long name, long password, long pfx, long error);

    void sealcore_key_free(long key);

    int sealcore_certificate_request(long key, long subject, long pem, long error);

    int sealcore_certificate_issue(long issuer, long key, long request, long length, long json, long pem, long error);

    int sealcore_crl_issue(long issuer, long json, long pem, long error);

    int sealcore_certificate_inspect(long bytes, long length, long json, long error);

    // signers

    int sealcore_signer_from_key(long key, long keyLength, long password, long certificates, long certificatesLength,
            long signer, long error);

    int sealcore_signer_open(long uri, long pin, long certificates, long certificatesLength, long signer, long error);

    int sealcore_signer_external(long certificates, long certificatesLength, long algorithm, long callbacks,
            long signer, long error);

    long sealcore_signer_algorithm(long signer);

    long sealcore_signer_max_signature_len(long signer);

    int sealcore_signer_certificate(long signer, long der, long error);

    int sealcore_signer_sign_digest(long signer, long digest, long digestLength, long signature, long length,
            long error);

    void sealcore_signer_free(long signer);

    int sealcore_device_list(long uri, long pin, long json, long error);

    // seals

    int sealcore_seal_load(long bytes, long length, long seal, long error);

    int sealcore_seal_save(long seal, long der, long error);

    int sealcore_seal_inspect(long seal, int lang, long json, long error);

    int sealcore_seal_picture(long seal, long picture, long error);

    void sealcore_seal_free(long seal);

    int sealcore_seal_request_new(long generation, long esId, long name, long request, long error);

    int sealcore_seal_request_set_picture(long request, long kind, long bytes, long length, int widthMm, int heightMm,
            long error);

    int sealcore_seal_request_add_signer(long request, long certificate, long length, int asDigest, long error);

    int sealcore_seal_request_set_validity(long request, long created, long validFrom, long validUntil, long error);

    int sealcore_seal_request_set_text(long request, int key, long value, long error);

    int sealcore_seal_request_set_number(long request, int key, long value, long error);

    void sealcore_seal_request_free(long request);

    int sealcore_seal_make(long request, long maker, long seal, long error);

    int sealcore_seal_prepare(long request, long makerCertificate, long length, long session, long error);

    int sealcore_seal_session_digest(long session, long digest, long length, long error);

    int sealcore_seal_session_message(long session, long message, long error);

    int sealcore_seal_session_complete(long session, long signature, long length, long seal, long error);

    void sealcore_seal_session_free(long session);

    // signing

    int sealcore_request_new(long request, long error);

    int sealcore_request_set_seal(long request, long seal, long error);

    int sealcore_request_set_picture(long request, long kind, long bytes, long length, int widthMm, int heightMm,
            long error);

    int sealcore_request_set_certificate(long request, long certificates, long length, long error);

    int sealcore_request_set_authority(long request, long authority, long error);

    int sealcore_request_set_text(long request, int key, long value, long error);

    int sealcore_request_set_number(long request, int key, long value, long error);

    int sealcore_request_add_place(long request, long pages, double xMm, double yMm, long error);

    int sealcore_request_add_seam(long request, long pages, int side, double positionMm, double marginMm,
            double minSliceMm, int maxSlices, long error);

    int sealcore_request_add_facing(long request, long pages, double positionMm, long error);

    int sealcore_request_add_keyword(long request, long text, long occurrence, long pages, double dxMm, double dyMm,
            long error);

    void sealcore_request_free(long request);

    int sealcore_sign(long document, long request, long signer, long monitor, long signedDocument, long error);

    int sealcore_sign_to_path(long document, long request, long signer, long monitor, long path, long error);

    int sealcore_sign_to_sink(long document, long request, long signer, long monitor, long sink, long error);

    int sealcore_sign_in_place(long path, long password, long request, long signer, long monitor, long error);

    int sealcore_add_integrity_record(long document, long signer, long unixSeconds, long documentOut, long error);

    int sealcore_prepare(long document, long request, long monitor, long session, long error);

    int sealcore_session_digest(long session, long digest, long length, long error);

    int sealcore_session_message(long session, long message, long error);

    long sealcore_session_algorithm(long session);

    int sealcore_session_save(long session, long bytes, long error);

    int sealcore_session_load(long bytes, long length, long session, long error);

    int sealcore_session_time_stamp_request(long session, long signature, long length, long request, long error);

    int sealcore_session_add_time_stamp(long session, long signature, long length, long reply, long replyLength,
            long error);

    int sealcore_session_complete(long session, long document, long signature, long length, long signedDocument,
            long error);

    int sealcore_session_complete_to_path(long session, long document, long signature, long length, long path,
            long error);

    int sealcore_session_complete_to_sink(long session, long document, long signature, long length, long sink,
            long error);

    int sealcore_session_append(long session, long path, long signature, long length, long error);

    int sealcore_session_tail(long session, long signature, long length, long tail, long error);

    void sealcore_session_free(long session);

    // time stamps

    int sealcore_timestamp_request(long digestAlgorithm, long digest, long length, long policy, int flags, long request,
            long error);

    int sealcore_timestamp_token(long reply, long replyLength, long request, long requestLength, long token,
            long error);

    int sealcore_timestamp_verify(long verifier, long token, long tokenLength, long data, long dataLength, long request,
            long requestLength, long monitor, long verdict, long report, long error);

    int sealcore_authority_local(long signer, long json, long authority, long error);

    int sealcore_authority_external(long callbacks, long authority, long error);

    int sealcore_authority_respond(long authority, long request, long length, long reply, long error);

    void sealcore_authority_free(long authority);
}
