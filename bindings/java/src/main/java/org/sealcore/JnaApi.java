package org.sealcore;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.Map;

/**
 * {@link NativeApi} by JNA's direct mapping: every parameter is a primitive, so that a call costs little more than JNI.
 * Sizes and addresses are passed as {@code long}, hence 64-bit platforms only.
 */
final class JnaApi implements NativeApi {
    private static final String UTF_8 = "UTF-8";

    /** Held for ever: the library may call what it was given at any time. */
    private final Map<String, Callback> callbacks = new HashMap<>();
    /** Unloaded when it is collected. */
    @SuppressWarnings("unused")
    private final NativeLibrary library;

    /** Binds every function; an {@link UnsatisfiedLinkError} names the first that is not there. */
    JnaApi(NativeLibrary library) {
        if (Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsatisfiedLinkError("sealcore needs a 64-bit Java virtual machine");
        }
        Native.register(JnaApi.class, library);
        this.library = library;
        callbacks.put("readAt", (ReadAt) Callbacks::readAt);
        callbacks.put("write", (Write) Callbacks::write);
        callbacks.put("sign", (Sign) Callbacks::sign);
        callbacks.put("respond", (Respond) Callbacks::respond);
        callbacks.put("progress", (Progress) Callbacks::progress);
        callbacks.put("log", (Log) Callbacks::log);
        callbacks.put("drop", (Drop) Callbacks::drop);
    }

    /** Asked before anything else: functions of another version may not be there. */
    static int abiVersion(NativeLibrary library) {
        return library.getFunction("sealcore_abi_version").invokeInt(new Object[0]);
    }

    @Override
    public long allocate(long size) {
        long address = Native.malloc(Math.max(size, 1));
        if (address == 0) {
            throw new OutOfMemoryError(size + " bytes of native memory");
        }
        return address;
    }

    @Override
    public void free(long address) {
        Native.free(address);
    }

    @Override
    public void fill(long address, long length, byte value) {
        new Pointer(address).setMemory(0, length, value);
    }

    @Override
    public void write(long address, byte[] bytes, int offset, int length) {
        new Pointer(address).write(0, bytes, offset, length);
    }

    @Override
    public void read(long address, byte[] bytes, int offset, int length) {
        new Pointer(address).read(0, bytes, offset, length);
    }

    @Override
    public long getLong(long address) {
        return new Pointer(address).getLong(0);
    }

    @Override
    public int getInt(long address) {
        return new Pointer(address).getInt(0);
    }

    @Override
    public void putLong(long address, long value) {
        new Pointer(address).setLong(0, value);
    }

    @Override
    public void putInt(long address, int value) {
        new Pointer(address).setInt(0, value);
    }

    @Override
    public String text(long address) {
        return address == 0 ? null : new Pointer(address).getString(0, UTF_8);
    }

    @Override
    public long callback(String name) {
        return Pointer.nativeValue(CallbackReference.getFunctionPointer(callbacks.get(name)));
    }

    // The shapes of the callbacks; see the structures of the header.

    interface ReadAt extends Callback {
        int callback(long user, long offset, long buffer, long length, long read);
    }

    interface Write extends Callback {
        int callback(long user, long bytes, long length);
    }

    interface Sign extends Callback {
        int callback(
                long user, long input, long inputLength, long signature, long capacity, long length, long vendorCode);
    }

    interface Respond extends Callback {
        int callback(long user, long request, long requestLength, long reply, long capacity, long length);
    }

    interface Progress extends Callback {
        int callback(long user, long done, long total);
    }

    interface Log extends Callback {
        void callback(long user, int level, long message);
    }

    interface Drop extends Callback {
        void callback(long user);
    }

    @Override
    public native long sealcore_version();

    @Override
    public native int sealcore_abi_version();

    @Override
    public native long sealcore_status_name(int status);

    @Override
    public native long sealcore_verdict_name(int verdict);

    @Override
    public native long sealcore_handle_count();

    @Override
    public native int sealcore_self_test(long error);

    @Override
    public native int sealcore_digest(long algorithm, long bytes, long bytesLength, long digest, long length,
            long error);

    @Override
    public native int sealcore_call(long operation, long requestJson, long responseJson, long error);

    @Override
    public native int sealcore_set_log(int level, long callbacks, long error);

    @Override
    public native int sealcore_error_code(long error);

    @Override
    public native long sealcore_error_kind(long error);

    @Override
    public native long sealcore_error_message(long error, int lang);

    @Override
    public native long sealcore_error_part(long error);

    @Override
    public native long sealcore_error_position(long error);

    @Override
    public native long sealcore_error_vendor_code(long error);

    @Override
    public native void sealcore_error_free(long error);

    @Override
    public native long sealcore_buffer_data(long buffer);

    @Override
    public native long sealcore_buffer_len(long buffer);

    @Override
    public native void sealcore_buffer_free(long buffer);

    @Override
    public native int sealcore_document_open_path(long path, long password, long document, long error);

    @Override
    public native int sealcore_document_open_bytes(long bytes, long length, long password, long document, long error);

    @Override
    public native int sealcore_document_open_source(long source, long password, long document, long error);

    @Override
    public native int sealcore_document_format(long document);

    @Override
    public native int sealcore_document_inspect(long document, int withRisks, int lang, long verifier, long monitor,
            long json, long error);

    @Override
    public native void sealcore_document_free(long document);

    @Override
    public native int sealcore_monitor_new(long callbacks, long monitor, long error);

    @Override
    public native int sealcore_monitor_cancel(long monitor, long error);

    @Override
    public native void sealcore_monitor_free(long monitor);

    @Override
    public native int sealcore_verifier_new(long verifier, long error);

    @Override
    public native int sealcore_verifier_add_trust(long verifier, long bytes, long length, long error);

    @Override
    public native int sealcore_verifier_add_trust_path(long verifier, long path, long error);

    @Override
    public native int sealcore_verifier_add_maker_trust(long verifier, long bytes, long length, long error);

    @Override
    public native int sealcore_verifier_add_maker_trust_path(long verifier, long path, long error);

    @Override
    public native int sealcore_verifier_add_crl(long verifier, long bytes, long length, long error);

    @Override
    public native int sealcore_verifier_add_crl_path(long verifier, long path, long error);

    @Override
    public native int sealcore_verifier_set_policy(long verifier, long policy, long error);

    @Override
    public native int sealcore_verifier_set_time(long verifier, long unixSeconds, long error);

    @Override
    public native int sealcore_verifier_set_limit(long verifier, long limit, long value, long error);

    @Override
    public native void sealcore_verifier_free(long verifier);

    @Override
    public native int sealcore_verify(long verifier, long document, long monitor, long verdict, long report,
            long error);

    @Override
    public native int sealcore_report_verdict(long report);

    @Override
    public native long sealcore_report_signature_count(long report);

    @Override
    public native int sealcore_report_signature_verdict(long report, long signature);

    @Override
    public native long sealcore_report_signature_text(long report, long signature, int field);

    @Override
    public native long sealcore_report_finding_count(long report, long signature);

    @Override
    public native long sealcore_report_finding_text(long report, long signature, long finding, int field, int lang);

    @Override
    public native int sealcore_report_json(long report, long file, int lang, long json, long error);

    @Override
    public native int sealcore_report_render(long report, long file, int lang, long text, long error);

    @Override
    public native void sealcore_report_free(long report);

    @Override
    public native int sealcore_key_generate(long algorithm, long key, long error);

    @Override
    public native int sealcore_key_load(long bytes, long length, long password, long key, long error);

    @Override
    public native int sealcore_key_open(long uri, long pin, long key, long error);

    @Override
    public native int sealcore_key_pkcs8(long key, long password, long pem, long error);

    @Override
    public native int sealcore_key_pkcs12(long key, long certificates, long length, long name, long password, long pfx,
            long error);

    @Override
    public native void sealcore_key_free(long key);

    @Override
    public native int sealcore_certificate_request(long key, long subject, long pem, long error);

    @Override
    public native int sealcore_certificate_issue(long issuer, long key, long request, long length, long json, long pem,
            long error);

    @Override
    public native int sealcore_crl_issue(long issuer, long json, long pem, long error);

    @Override
    public native int sealcore_certificate_inspect(long bytes, long length, long json, long error);

    @Override
    public native int sealcore_signer_from_key(long key, long keyLength, long password, long certificates,
            long certificatesLength, long signer, long error);

    @Override
    public native int sealcore_signer_open(long uri, long pin, long certificates, long certificatesLength, long signer,
            long error);

    @Override
    public native int sealcore_signer_external(long certificates, long certificatesLength, long algorithm,
            long callbacks, long signer, long error);

    @Override
    public native long sealcore_signer_algorithm(long signer);

    @Override
    public native long sealcore_signer_max_signature_len(long signer);

    @Override
    public native int sealcore_signer_certificate(long signer, long der, long error);

    @Override
    public native int sealcore_signer_sign_digest(long signer, long digest, long digestLength, long signature,
            long length, long error);

    @Override
    public native void sealcore_signer_free(long signer);

    @Override
    public native int sealcore_device_list(long uri, long pin, long json, long error);

    @Override
    public native int sealcore_seal_load(long bytes, long length, long seal, long error);

    @Override
    public native int sealcore_seal_save(long seal, long der, long error);

    @Override
    public native int sealcore_seal_inspect(long seal, int lang, long json, long error);

    @Override
    public native int sealcore_seal_picture(long seal, long picture, long error);

    @Override
    public native void sealcore_seal_free(long seal);

    @Override
    public native int sealcore_seal_request_new(long generation, long esId, long name, long request, long error);

    @Override
    public native int sealcore_seal_request_set_picture(long request, long kind, long bytes, long length, int widthMm,
            int heightMm, long error);

    @Override
    public native int sealcore_seal_request_add_signer(long request, long certificate, long length, int asDigest,
            long error);

    @Override
    public native int sealcore_seal_request_set_validity(long request, long created, long validFrom, long validUntil,
            long error);

    @Override
    public native int sealcore_seal_request_set_text(long request, int key, long value, long error);

    @Override
    public native int sealcore_seal_request_set_number(long request, int key, long value, long error);

    @Override
    public native void sealcore_seal_request_free(long request);

    @Override
    public native int sealcore_seal_make(long request, long maker, long seal, long error);

    @Override
    public native int sealcore_seal_prepare(long request, long makerCertificate, long length, long session, long error);

    @Override
    public native int sealcore_seal_session_digest(long session, long digest, long length, long error);

    @Override
    public native int sealcore_seal_session_message(long session, long message, long error);

    @Override
    public native int sealcore_seal_session_complete(long session, long signature, long length, long seal, long error);

    @Override
    public native void sealcore_seal_session_free(long session);

    @Override
    public native int sealcore_request_new(long request, long error);

    @Override
    public native int sealcore_request_set_seal(long request, long seal, long error);

    @Override
    public native int sealcore_request_set_picture(long request, long kind, long bytes, long length, int widthMm,
            int heightMm, long error);

    @Override
    public native int sealcore_request_set_certificate(long request, long certificates, long length, long error);

    @Override
    public native int sealcore_request_set_authority(long request, long authority, long error);

    @Override
    public native int sealcore_request_set_text(long request, int key, long value, long error);

    @Override
    public native int sealcore_request_set_number(long request, int key, long value, long error);

    @Override
    public native int sealcore_request_add_place(long request, long pages, double xMm, double yMm, long error);

    @Override
    public native int sealcore_request_add_seam(long request, long pages, int side, double positionMm, double marginMm,
            double minSliceMm, int maxSlices, long error);

    @Override
    public native int sealcore_request_add_facing(long request, long pages, double positionMm, long error);

    @Override
    public native int sealcore_request_add_keyword(long request, long text, long occurrence, long pages, double dxMm,
            double dyMm, long error);

    @Override
    public native void sealcore_request_free(long request);

    @Override
    public native int sealcore_sign(long document, long request, long signer, long monitor, long signedDocument,
            long error);

    @Override
    public native int sealcore_sign_to_path(long document, long request, long signer, long monitor, long path,
            long error);

    @Override
    public native int sealcore_sign_to_sink(long document, long request, long signer, long monitor, long sink,
            long error);

    @Override
    public native int sealcore_sign_in_place(long path, long password, long request, long signer, long monitor,
            long error);

    @Override
    public native int sealcore_add_integrity_record(long document, long signer, long unixSeconds, long documentOut,
            long error);

    @Override
    public native int sealcore_prepare(long document, long request, long monitor, long session, long error);

    @Override
    public native int sealcore_session_digest(long session, long digest, long length, long error);

    @Override
    public native int sealcore_session_message(long session, long message, long error);

    @Override
    public native long sealcore_session_algorithm(long session);

    @Override
    public native int sealcore_session_save(long session, long bytes, long error);

    @Override
    public native int sealcore_session_load(long bytes, long length, long session, long error);

    @Override
    public native int sealcore_session_time_stamp_request(long session, long signature, long length, long request,
            long error);

    @Override
    public native int sealcore_session_add_time_stamp(long session, long signature, long length, long reply,
            long replyLength, long error);

    @Override
    public native int sealcore_session_complete(long session, long document, long signature, long length,
            long signedDocument, long error);

    @Override
    public native int sealcore_session_complete_to_path(long session, long document, long signature, long length,
            long path, long error);

    @Override
    public native int sealcore_session_complete_to_sink(long session, long document, long signature, long length,
            long sink, long error);

    @Override
    public native int sealcore_session_append(long session, long path, long signature, long length, long error);

    @Override
    public native int sealcore_session_tail(long session, long signature, long length, long tail, long error);

    @Override
    public native void sealcore_session_free(long session);

    @Override
    public native int sealcore_timestamp_request(long digestAlgorithm, long digest, long length, long policy, int flags,
            long request, long error);

    @Override
    public native int sealcore_timestamp_token(long reply, long replyLength, long request, long requestLength,
            long token, long error);

    @Override
    public native int sealcore_timestamp_verify(long verifier, long token, long tokenLength, long data, long dataLength,
            long request, long requestLength, long monitor, long verdict, long report, long error);

    @Override
    public native int sealcore_authority_local(long signer, long json, long authority, long error);

    @Override
    public native int sealcore_authority_external(long callbacks, long authority, long error);

    @Override
    public native int sealcore_authority_respond(long authority, long request, long length, long reply, long error);

    @Override
    public native void sealcore_authority_free(long authority);
}
