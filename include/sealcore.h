/*
 * libsealcore: electronic seals and signatures on OFD and PDF documents, time stamps, and the verification of them.
 *
 * Made by cargo xtask header from crates/sealcore-capi; changes here are lost. The guide is docs/c-abi.md.
 *
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * STRINGS AND BYTES. A const char * that is given is UTF-8, ended by NUL. Bytes are a pointer and a length;
 * (NULL, 0) is legal where nothing makes sense. What is given is borrowed until the call returns. Times are Unix
 * seconds.
 *
 * HANDLES are made by the library and freed with the function of their type, in any order; NULL may be freed. They
 * are tokens and never read as addresses: a call with one that was freed fails with SEALCORE_E_HANDLE, with one of
 * another type with SEALCORE_E_TYPE. What is made from a handle keeps what it needs of it.
 *
 * RESULTS. Places for results (**document, *verdict) must not be NULL. They are set to NULL or 0 first and
 * written only when the call succeeds. A const char * or const uint8_t * that is returned lives as long as its
 * handle, or for ever where it is said to be static. Where a place and its length are given (digest, *length),
 * *length is the room before the call and the length after it; too little room is SEALCORE_E_BUFFER, with the
 * length that is needed.
 *
 * FAILURE. A call that can fail returns a sealcore_status, 0 or below, and gives an owned error to *error where
 * error is not NULL. A signature that does not hold is no failure: the verdict tells, and its values begin at 1.
 * Functions without a status return NULL or 0 where the handle is none.
 *
 * THREADS. What takes const T * may be called with the same handle from several threads at once; what takes T *
 * may not, and fails with SEALCORE_E_BUSY. Free a handle when no call uses it any more. An error may be read on any
 * thread.
 *
 * CALLBACKS return SEALCORE_CALLBACK_OK, which is 1, when they did their work, and SEALCORE_CALLBACK_CANCEL to
 * cancel; anything else, 0 too, has failed. They are called on the thread of the call. They may use other handles,
 * not those of the call in progress (SEALCORE_E_REENTRANT), and must return: no exception, no longjmp. Structures of
 * callbacks are copied; struct_size is their sizeof. drop is called exactly once, when user is no longer
 * needed, also when the call that took the structure fails.
 */

#ifndef SEALCORE_H
#define SEALCORE_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header, to be compared with sealcore_version(). */
#define SEALCORE_VERSION_MAJOR 0
#define SEALCORE_VERSION_MINOR 1
#define SEALCORE_VERSION_PATCH 0
#define SEALCORE_VERSION "0.1.0"

/* Who links libsealcore.a on Windows defines SEALCORE_STATIC; SEALCORE_BUILDING is for who builds the DLL from C. */
#if defined(_WIN32) && !defined(SEALCORE_STATIC)
#  ifdef SEALCORE_BUILDING
#    define SEALCORE_API __declspec(dllexport)
#  else
#    define SEALCORE_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__) && __GNUC__ >= 4
#  define SEALCORE_API __attribute__((visibility("default")))
#else
#  define SEALCORE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * STATUSES
 *
 * What calls return. A number is never used again for something else; new ones may come, so treat every number below
 * 0 as a failure.
 */

/**
 * What a call returns: 0, or below 0 when it failed. A signature that does not hold is no failure: see the verdict.
 */
typedef int32_t sealcore_status;

/** It was done. */
#define SEALCORE_OK 0
/** A pointer is NULL that must not be. */
#define SEALCORE_E_NULL (-1)
/** An argument contradicts itself or the document. */
#define SEALCORE_E_ARGUMENT (-2)
/** The buffer is too short; the length that it needs was written. */
#define SEALCORE_E_BUFFER (-3)
/** The handle is not in a state for this call. */
#define SEALCORE_E_STATE (-4)
/** A string is not UTF-8. */
#define SEALCORE_E_UTF8 (-5)
/** A structure is smaller than this library knows it: the header is another one. */
#define SEALCORE_E_ABI (-6)
/** The handle was freed, or never was one. */
#define SEALCORE_E_HANDLE (-7)
/** The handle is of another type. */
#define SEALCORE_E_TYPE (-8)
/** Another thread uses the handle, and this call would change it. */
#define SEALCORE_E_BUSY (-9)
/** A callback uses a handle of the call that called it. */
#define SEALCORE_E_REENTRANT (-10)
/** An earlier call on the handle ended in SEALCORE_E_PANIC; it can only be freed. */
#define SEALCORE_E_POISONED (-11)
/** The caller cancelled. */
#define SEALCORE_E_CANCELLED (-12)
/** What is asked for is known and not supported. */
#define SEALCORE_E_UNSUPPORTED (-13)
/** A rule forbids it: an existing signature, the seal, a certificate. */
#define SEALCORE_E_REFUSED (-14)
/** The input costs more than the limits allow. */
#define SEALCORE_E_LIMIT (-15)
/** The operating system refused to read or write. */
#define SEALCORE_E_IO (-100)
/** A callback of a source or sink failed. */
#define SEALCORE_E_CALLBACK (-101)
/** By content, the input is nothing that is read here. */
#define SEALCORE_E_FORMAT (-200)
/** The ZIP container is broken. */
#define SEALCORE_E_CONTAINER (-201)
/** XML that is not well-formed, or lacks what the format requires. */
#define SEALCORE_E_XML (-202)
/** PDF that cannot be read, or only by repairing it. */
#define SEALCORE_E_PDF (-203)
/** DER or BER that cannot be read. */
#define SEALCORE_E_ASN1 (-300)
/** A seal or seal signature of none of the known structures. */
#define SEALCORE_E_SEAL (-301)
/** A certificate, request or revocation list that cannot be read or made. */
#define SEALCORE_E_CERTIFICATE (-302)
/** A cryptographic operation failed: a signature value that is not the signer's, too. */
#define SEALCORE_E_CRYPTO (-400)
/** A private key or key file that cannot be read, or is not the certificate's. */
#define SEALCORE_E_KEY (-401)
/** Password or PIN is wrong. */
#define SEALCORE_E_PASSWORD (-402)
/** The self-test of the algorithms failed; nothing is signed or verified any more. */
#define SEALCORE_E_SELF_TEST (-403)
/** The callback of an external signer failed. */
#define SEALCORE_E_SIGNER (-500)
/** A device or its module failed, or there is none; see the vendor's code. */
#define SEALCORE_E_DEVICE (-501)
/** A time-stamp authority failed, refused, or gave something else than a sound time stamp. */
#define SEALCORE_E_AUTHORITY (-600)
/** There is not enough memory. */
#define SEALCORE_E_MEMORY (-998)
/** A defect of the library; the handles of the call are poisoned. */
#define SEALCORE_E_PANIC (-999)

/** The name of a status, as SEALCORE_E_NULL; SEALCORE_UNKNOWN for a number that is none. Static. */
SEALCORE_API const char *sealcore_status_name(sealcore_status status);

/*
 * HANDLES
 *
 * What the library makes and the caller frees. Their contents are the library's own.
 */

/**
 * Why a call failed. Owned by who called, immutable, readable from any thread; freed with sealcore_error_free.
 */
typedef struct sealcore_error sealcore_error;

/**
 * Bytes that a call made; freed with sealcore_buffer_free. Wiped when they are freed, since some are secret.
 */
typedef struct sealcore_buffer sealcore_buffer;

/**
 * A document that was opened: OFD, PDF or a seal file. It is never changed; signing makes another one. Several threads may
 * use one at once.
 */
typedef struct sealcore_document sealcore_document;

/**
 * Watches long work, and cancels it from any thread. One monitor may watch several calls, one after the other or at once;
 * what was cancelled stays so.
 */
typedef struct sealcore_monitor sealcore_monitor;

/** Whom to trust, and by which rules to judge. Made once, used by any number of threads and documents. */
typedef struct sealcore_verifier sealcore_verifier;

/**
 * What verification found: a verdict, the facts about each signature, and findings with their codes. Immutable, readable from
 * any thread; freed with sealcore_report_free.
 */
typedef struct sealcore_report sealcore_report;

/**
 * A private key without a certificate, to ask for one: in this process, overwritten when it is freed, or in a device
 * (sealcore_key_open). With its certificate it signs as sealcore_signer.
 */
typedef struct sealcore_key sealcore_key;

/**
 * A key that signs, with its certificate: in this process, in a device, or behind callbacks. Several threads may sign with one
 * at once; what was made from it (an authority) goes on when it is freed.
 */
typedef struct sealcore_signer sealcore_signer;

/**
 * An electronic seal: a picture, a name and a list of signers that a maker has signed. Immutable, usable by several threads.
 */
typedef struct sealcore_seal sealcore_seal;

/** What a seal is to say. */
typedef struct sealcore_seal_request sealcore_seal_request;

/** A seal that waits for its maker's signature. */
typedef struct sealcore_seal_session sealcore_seal_session;

/**
 * What is to be signed, and how: a digital signature until it gets a seal. It holds copies of what it is given, which may be
 * freed; one request may sign many documents, from several threads at once. What the format of a document has no place for is
 * SEALCORE_E_ARGUMENT when it is signed.
 */
typedef struct sealcore_request sealcore_request;

/**
 * A document that waits for its signature value. It holds what will be added to the document, not the document. It needs no
 * monitor, since what takes long was done when it was prepared.
 */
typedef struct sealcore_session sealcore_session;

/** A time-stamp authority. Several threads may use one at once. */
typedef struct sealcore_authority sealcore_authority;

/*
 * LIBRARY
 *
 * Which library this is, whether its algorithms work, and what it can do.
 */

/**
 * The version of the ABI: bumped when a program that was built against an older header could break, and the soname with it.
 * New functions and constants do not bump it. This holds from the release of 0.1.0 on.
 */
#define SEALCORE_ABI_VERSION 1

/** The version of the library, as 0.1.0. Static. */
SEALCORE_API const char *sealcore_version(void);

/**
 * The version of the ABI that the library has. A binding compares it with SEALCORE_ABI_VERSION of the header that it was
 * written for, and goes no further where they differ.
 */
SEALCORE_API uint32_t sealcore_abi_version(void);

/** How many handles are live in the process, of all types: for tests that look for what was not freed. */
SEALCORE_API size_t sealcore_handle_count(void);

/**
 * Runs the self-test: known answers of SM2 (a signature of a fixed key, and its verification), SM3 and SM4. It runs by itself
 * once before the first operation. Once it failed, by itself or on demand, operations end in SEALCORE_E_SELF_TEST until the
 * process ends.
 */
SEALCORE_API sealcore_status sealcore_self_test(sealcore_error **error);

/**
 * The digest of bytes by algorithm: "sm3", "sha256", ...; sealcore_call with "describe" lists them. (NULL, 0) is the
 * digest of nothing. *length is the room in digest before, the length of the digest after, 0 after a failure that is not
 * SEALCORE_E_BUFFER; 64 bytes are room for each.
 */
SEALCORE_API sealcore_status sealcore_digest(
    const char *algorithm,
    const uint8_t *bytes,
    size_t bytes_length,
    uint8_t *digest,
    size_t *length,
    sealcore_error **error);

/**
 * Runs an operation: JSON in, JSON out, in UTF-8. request_json is an object of at most 1 MiB; a member that the operation
 * does not know is refused. SEALCORE_E_UNSUPPORTED for an operation that there is not, SEALCORE_E_ARGUMENT for a request that
 * is none.
 *
 * "describe" takes {} and tells what this library is and can: version, abi, operations, policies, digest_algorithms (for new
 * signatures and time stamps), key_algorithms, device_schemes, and limits with their usual values.
 */
SEALCORE_API sealcore_status sealcore_call(
    const char *operation,
    const char *request_json,
    sealcore_buffer **response_json,
    sealcore_error **error);

/*
 * LANGUAGES AND CALLBACKS
 *
 * What messages are in, and what callbacks return.
 */

/** English. */
#define SEALCORE_LANG_EN 1
/** Chinese. */
#define SEALCORE_LANG_ZH 2
/**
 * A callback did its work. 0 is no success: it is what a callback returns that threw in another language.
 */
#define SEALCORE_CALLBACK_OK 1
/** A callback asks to cancel the call; it ends in SEALCORE_E_CANCELLED. */
#define SEALCORE_CALLBACK_CANCEL 2

/*
 * ERRORS AND BUFFERS
 *
 * Why a call failed, and bytes of any length that it made.
 */

/** The status that the call returned; SEALCORE_OK for no live handle. */
SEALCORE_API sealcore_status sealcore_error_code(const sealcore_error *error);

/**
 * The class as it stands in JSON: argument, io, device, ...; api and internal are of the ABI itself. Lives as long as
 * the error.
 */
SEALCORE_API const char *sealcore_error_kind(const sealcore_error *error);

/**
 * What failed, in SEALCORE_LANG_EN or SEALCORE_LANG_ZH, without part and position. Lives as long as the error.
 */
SEALCORE_API const char *sealcore_error_message(const sealcore_error *error, int32_t lang);

/**
 * The part of the input, the argument or the function of a device that failed, outermost first; NULL when there is none. Lives
 * as long as the error.
 */
SEALCORE_API const char *sealcore_error_part(const sealcore_error *error);

/** The byte offset inside the part; -1 when there is none. */
SEALCORE_API int64_t sealcore_error_position(const sealcore_error *error);

/**
 * The code of the device, vendor's library or callback that failed (CK_RV, SAR_*, SDR_*); 0 when there is none.
 */
SEALCORE_API uint64_t sealcore_error_vendor_code(const sealcore_error *error);

/** Frees an error. NULL is fine. */
SEALCORE_API void sealcore_error_free(sealcore_error *error);

/** The bytes, not ended by NUL; not NULL for a live handle. They live as long as the buffer. */
SEALCORE_API const uint8_t *sealcore_buffer_data(const sealcore_buffer *buffer);

/** How many bytes there are; 0 for no live handle. */
SEALCORE_API size_t sealcore_buffer_len(const sealcore_buffer *buffer);

/** Frees a buffer. NULL is fine. */
SEALCORE_API void sealcore_buffer_free(sealcore_buffer *buffer);

/*
 * LOG
 *
 * For the whole process, off by default. Lines are in English and hold no secrets.
 */

/** Defects of the library. */
#define SEALCORE_LOG_ERROR 1
/**
 * Misuse: handles that are none, structures that are too small, callbacks that return nonsense. Also what a local time-stamp
 * authority could not do, of which its replies say nothing.
 */
#define SEALCORE_LOG_WARNING 2
/** What an operator may want to know: modules loaded. */
#define SEALCORE_LOG_INFO 3
/** Every call that failed. */
#define SEALCORE_LOG_DEBUG 4

/** Takes lines of the log. Called on the thread that made the call; may come from several at once. */
typedef struct sealcore_log_callbacks {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /**
     * Takes one line, in English, ended by NUL and without control characters; it lives as long as the call. Never a
     * secret.
     */
    void (*log)(void *user, int32_t level, const char *message);
    /** Frees user; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_log_callbacks;

/**
 * Sends lines up to level to callbacks, for the whole process, in place of the ones before; NULL turns it off. The
 * callbacks before may still be called by calls in progress, and are dropped after the last of them. callbacks->drop is
 * called exactly once, also when this call fails, unless callbacks is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_set_log(
    int32_t level,
    const sealcore_log_callbacks *callbacks,
    sealcore_error **error);

/*
 * DOCUMENTS
 *
 * OFD, PDF and seals, told apart by their content.
 */

/** An OFD package. */
#define SEALCORE_FORMAT_OFD 1
/** A PDF file. */
#define SEALCORE_FORMAT_PDF 2
/** A seal file (.esl). */
#define SEALCORE_FORMAT_SEAL 3

/** Reads a document that the caller keeps: a file of his own, a database, an object store. */
typedef struct sealcore_source {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /** Length of the document in bytes. It must not change, nor the bytes. */
    uint64_t length;
    /**
     * Reads length bytes from offset on into buffer and says in *read, which starts at 0, how many it read. Fewer are
     * asked for again; 0 with SEALCORE_CALLBACK_OK is the end, which is an error, since no more is asked for than there is.
     * Called on the thread of the call that uses the document: where several threads use one document, by all of them, also
     * at once.
     */
    int32_t (*read_at)(void *user, uint64_t offset, uint8_t *buffer, size_t length, size_t *read);
    /**
     * Frees user; may be NULL. Called once: when the document is freed and no call uses it any more, or when opening fails.
     */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_source;

/**
 * Takes a document as it is made, piece by piece. A call that fails may have written a beginning, which is nothing to keep.
 */
typedef struct sealcore_sink {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /**
     * Takes all of bytes, which live until it returns. SEALCORE_CALLBACK_CANCEL ends the call in
     * SEALCORE_E_CANCELLED, anything but SEALCORE_CALLBACK_OK in SEALCORE_E_CALLBACK; it is not called again then.
     */
    int32_t (*write)(void *user, const uint8_t *bytes, size_t length);
    /** Frees user when the call ends, however it ends; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_sink;

/**
 * Opens the regular file at path. It stays open until the document is freed, and is read as needed; it must not change
 * meanwhile. What the file is, is told by its content, never by its name. password, which may be NULL, opens an encrypted
 * PDF; SEALCORE_E_PASSWORD when it does not.
 */
SEALCORE_API sealcore_status sealcore_document_open_path(
    const char *path,
    const char *password,
    sealcore_document **document,
    sealcore_error **error);

/** Opens a document in memory. The bytes are copied. For the password see sealcore_document_open_path. */
SEALCORE_API sealcore_status sealcore_document_open_bytes(
    const uint8_t *bytes,
    size_t length,
    const char *password,
    sealcore_document **document,
    sealcore_error **error);

/**
 * Opens a document that the caller's callbacks read. It is read in small pieces as needed, until the document is freed, in
 * this call and in those that use the document. SEALCORE_E_CALLBACK when a callback fails or reads nothing,
 * SEALCORE_E_CANCELLED when it cancels; a later call asks it again. For the password see sealcore_document_open_path.
 * source->drop is called exactly once, also when this call fails, unless source is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_document_open_source(
    const sealcore_source *source,
    const char *password,
    sealcore_document **document,
    sealcore_error **error);

/** SEALCORE_FORMAT_OFD, _PDF or _SEAL; 0 for no live handle. */
SEALCORE_API int32_t sealcore_document_format(const sealcore_document *document);

/**
 * What is in a document, without judgement, as one JSON object: what sealcore inspect --json prints, without the name of
 * the file. with_risks, when not 0, adds what a signer should know before he signs it. lang counts for messages. Of
 * verifier the limits count; NULL stands for the usual ones. monitor may be NULL.
 */
SEALCORE_API sealcore_status sealcore_document_inspect(
    const sealcore_document *document,
    int32_t with_risks,
    int32_t lang,
    const sealcore_verifier *verifier,
    const sealcore_monitor *monitor,
    sealcore_buffer **json,
    sealcore_error **error);

/** Frees a document. NULL is fine. */
SEALCORE_API void sealcore_document_free(sealcore_document *document);

/*
 * MONITOR
 *
 * How far long work has come, and its cancelling.
 */

/** Is told of progress. */
typedef struct sealcore_monitor_callbacks {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /**
     * done bytes were handled of about total, which is 0 where it is not known; done never falls, nor goes beyond a total
     * that is known. Anything but SEALCORE_CALLBACK_OK
     * cancels. Called often, on the thread of the call.
     */
    int32_t (*progress)(void *user, uint64_t done, uint64_t total);
    /** Frees user; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_monitor_callbacks;

/**
 * A monitor. callbacks may be NULL: then it only cancels. callbacks->drop is called exactly once, also when this call fails,
 * unless callbacks is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_monitor_new(
    const sealcore_monitor_callbacks *callbacks,
    sealcore_monitor **monitor,
    sealcore_error **error);

/**
 * Cancels the calls that monitor watches, now and from now on. From any thread, and from within its own progress.
 */
SEALCORE_API sealcore_status sealcore_monitor_cancel(const sealcore_monitor *monitor, sealcore_error **error);

/** Frees a monitor. NULL is fine. */
SEALCORE_API void sealcore_monitor_free(sealcore_monitor *monitor);

/*
 * VERIFICATION
 *
 * What is trusted, and what a document is worth under it.
 */

/** Everything holds. */
#define SEALCORE_VERDICT_VALID 1
/** Something is broken or against the rules. */
#define SEALCORE_VERDICT_INVALID 2
/** Something could not be judged. */
#define SEALCORE_VERDICT_INDETERMINATE 3
/** There is no signature, document time stamps apart, and nothing speaks against the document. */
#define SEALCORE_VERDICT_UNSIGNED 4

/** The name of a verdict as it stands in JSON: "valid", ...; NULL for a number that is none. Static. */
SEALCORE_API const char *sealcore_verdict_name(int32_t verdict);

/**
 * A verifier that trusts nobody, under the policy "seal", the usual limits, and the time of each verification.
 */
SEALCORE_API sealcore_status sealcore_verifier_new(sealcore_verifier **verifier, sealcore_error **error);

/**
 * Trusts the self-signed certificates in bytes: PEM, DER or P7B. The others help to build paths; where none is self-signed,
 * all are trusted. Revocation lists among them count. SEALCORE_E_CERTIFICATE when it holds none or one that cannot be read;
 * nothing is added then.
 */
SEALCORE_API sealcore_status sealcore_verifier_add_trust(
    sealcore_verifier *verifier,
    const uint8_t *bytes,
    size_t length,
    sealcore_error **error);

/**
 * As sealcore_verifier_add_trust, for a file or a folder. A folder is one source and may hold other files; one whose name
 * promises a certificate (.cer, .crl, .crt, .der, .p7b, .p7c, .pem) that it does not hold is passed over with a warning in
 * the log.
 */
SEALCORE_API sealcore_status sealcore_verifier_add_trust_path(
    sealcore_verifier *verifier,
    const char *path,
    sealcore_error **error);

/**
 * Trusts certificates for makers of seals alone. Once there are any, makers are judged by these and no longer by
 * sealcore_verifier_add_trust.
 */
SEALCORE_API sealcore_status sealcore_verifier_add_maker_trust(
    sealcore_verifier *verifier,
    const uint8_t *bytes,
    size_t length,
    sealcore_error **error);

/** As sealcore_verifier_add_maker_trust, for a file or a folder. */
SEALCORE_API sealcore_status sealcore_verifier_add_maker_trust_path(
    sealcore_verifier *verifier,
    const char *path,
    sealcore_error **error);

/** Takes revocation lists and certificates that help to build paths, without trusting any. */
SEALCORE_API sealcore_status sealcore_verifier_add_crl(
    sealcore_verifier *verifier,
    const uint8_t *bytes,
    size_t length,
    sealcore_error **error);

/** As sealcore_verifier_add_crl, for a file or a folder. */
SEALCORE_API sealcore_status sealcore_verifier_add_crl_path(
    sealcore_verifier *verifier,
    const char *path,
    sealcore_error **error);

/** Sets the rules by which findings become a verdict: "seal" (as at first), "pades" or "pades-p1-strict". */
SEALCORE_API sealcore_status sealcore_verifier_set_policy(
    sealcore_verifier *verifier,
    const char *policy,
    sealcore_error **error);

/**
 * Sets the moment, in Unix seconds, at which revocation data and time-stamp trust are judged, and bare seals altogether.
 * Where it is not set, it is the time of each verification. Signatures are judged at their signing time all the same.
 */
SEALCORE_API sealcore_status sealcore_verifier_set_time(
    sealcore_verifier *verifier,
    int64_t unix_seconds,
    sealcore_error **error);

/**
 * Sets what a hostile document may cost: "entries", "entry_bytes", "inflated_bytes", "part_bytes", "xml_depth", "xml_nodes",
 * "signatures", "references", "pages", "objects", "revisions" or "path_steps"; sealcore_call with "describe" tells the usual
 * values. Each verification has them to itself; one that needs more ends in SEALCORE_E_LIMIT.
 */
SEALCORE_API sealcore_status sealcore_verifier_set_limit(
    sealcore_verifier *verifier,
    const char *limit,
    uint64_t value,
    sealcore_error **error);

/** Frees a verifier. NULL is fine. */
SEALCORE_API void sealcore_verifier_free(sealcore_verifier *verifier);

/**
 * Verifies every signature of a document, or a seal. SEALCORE_OK says that there was something to judge; the judgement is in
 * *verdict (SEALCORE_VERDICT_*) and, with its reasons, in *report. monitor may be NULL.
 */
SEALCORE_API sealcore_status sealcore_verify(
    const sealcore_verifier *verifier,
    const sealcore_document *document,
    const sealcore_monitor *monitor,
    int32_t *verdict,
    sealcore_report **report,
    sealcore_error **error);

/*
 * REPORTS
 *
 * What a verification found: for the document, for each signature, and each finding of them.
 */

/** In place of a signature: the findings of the document itself. */
#define SEALCORE_WHOLE_DOCUMENT SIZE_MAX
/** The ID of the record in OFD, the name of the field in PDF. */
#define SEALCORE_SIGNATURE_ID 1
/** "seal", "signature" or "timestamp". */
#define SEALCORE_SIGNATURE_KIND 2
/** The standard of the signed value: "GB/T 38540-2020", ... */
#define SEALCORE_SIGNATURE_STANDARD 3
/** How the signed value is built: "ses-v4", "cms-signed-attributes", ... */
#define SEALCORE_SIGNATURE_FORM 4
/** "intact", "altered" or "unverifiable". */
#define SEALCORE_SIGNATURE_INTEGRITY 5
/** "whole" or "partial". */
#define SEALCORE_SIGNATURE_COVERAGE 6
/** What came after: "none", "permitted" or "forbidden". */
#define SEALCORE_SIGNATURE_CHANGES 7
/** "trusted", "untrusted" or "unknown". */
#define SEALCORE_SIGNATURE_TRUST 8
/** The signing time, RFC 3339: proven by a time stamp, else as claimed. */
#define SEALCORE_SIGNATURE_SIGNED_AT 9
/** The common name of the signer, else his whole subject. */
#define SEALCORE_SIGNATURE_SIGNER_NAME 10
/** The subject of the signer, RFC 4514. */
#define SEALCORE_SIGNATURE_SIGNER_SUBJECT 11
/** The identifier of the seal. */
#define SEALCORE_SIGNATURE_SEAL_ID 12
/** The name of the seal. */
#define SEALCORE_SIGNATURE_SEAL_NAME 13
/** The time that the time stamp on the signature states, RFC 3339. */
#define SEALCORE_SIGNATURE_TIMESTAMP 14
/** The stable code. */
#define SEALCORE_FINDING_CODE 1
/** "info", "warning" or "error". */
#define SEALCORE_FINDING_SEVERITY 2
/** The clause of the standard. */
#define SEALCORE_FINDING_CLAUSE 3
/** The part of the document. */
#define SEALCORE_FINDING_PART 4
/** What was found, in the language that is asked for. */
#define SEALCORE_FINDING_MESSAGE 5

/** The verdict on the document; 0 for no live handle. */
SEALCORE_API int32_t sealcore_report_verdict(const sealcore_report *report);

/**
 * How many signatures the document has; they are counted from 0, in the order of the document. A seal and a time stamp have
 * one.
 */
SEALCORE_API size_t sealcore_report_signature_count(const sealcore_report *report);

/** The verdict on one signature; 0 where there is none. */
SEALCORE_API int32_t sealcore_report_signature_verdict(const sealcore_report *report, size_t signature);

/**
 * A fact about one signature: field is SEALCORE_SIGNATURE_*. The names are those of the JSON form, times are RFC 3339. NULL
 * where there is none. Lives as long as the report.
 */
SEALCORE_API const char *sealcore_report_signature_text(
    const sealcore_report *report,
    size_t signature,
    int32_t field);

/** How many findings a signature has, or with SEALCORE_WHOLE_DOCUMENT the document itself. */
SEALCORE_API size_t sealcore_report_finding_count(const sealcore_report *report, size_t signature);

/**
 * One finding: field is SEALCORE_FINDING_*; lang counts for the message alone. NULL where there is none. Lives as long as
 * the report.
 */
SEALCORE_API const char *sealcore_report_finding_text(
    const sealcore_report *report,
    size_t signature,
    size_t finding,
    int32_t field,
    int32_t lang);

/**
 * The report as one JSON object of docs/report.schema.json, UTF-8, without a line end. file stands in it as the name.
 */
SEALCORE_API sealcore_status sealcore_report_json(
    const sealcore_report *report,
    const char *file,
    int32_t lang,
    sealcore_buffer **json,
    sealcore_error **error);

/**
 * The report as lines of text for people, UTF-8: the verdict and its reason first. Control characters of the document are
 * not in it.
 */
SEALCORE_API sealcore_status sealcore_report_render(
    const sealcore_report *report,
    const char *file,
    int32_t lang,
    sealcore_buffer **text,
    sealcore_error **error);

/** Frees a report. NULL is fine. */
SEALCORE_API void sealcore_report_free(sealcore_report *report);

/*
 * KEYS AND CERTIFICATES
 *
 * Keys in memory or in a device, and what a small authority needs.
 */

/**
 * Makes a key: sm2, p256, p384, p521, rsa-2048, rsa-3072 or rsa-4096. The randomness is the system's.
 */
SEALCORE_API sealcore_status sealcore_key_generate(
    const char *algorithm,
    sealcore_key **key,
    sealcore_error **error);

/**
 * Reads the key of a file: PKCS#12, PKCS#8 (encrypted or not), SEC 1 or PKCS#1, in DER, PEM or Base64. password may be NULL;
 * SEALCORE_E_PASSWORD when it does not open the file.
 */
SEALCORE_API sealcore_status sealcore_key_load(
    const uint8_t *bytes,
    size_t length,
    const char *password,
    sealcore_key **key,
    sealcore_error **error);

/**
 * A key by name: the path of a key file, the same as file: URI, or a key in a device as pkcs11: (RFC 7512), sdf: or skf:
 * URI, which needs no certificate. pin is the password of the file or the PIN of the device, NULL for none. A key in a device
 * asks for a certificate and signs its own; its public key is the device's, and a test signature has shown that the two belong
 * together (SEALCORE_E_KEY when they do not). Writing it ends in SEALCORE_E_UNSUPPORTED.
 */
SEALCORE_API sealcore_status sealcore_key_open(
    const char *uri,
    const char *pin,
    sealcore_key **key,
    sealcore_error **error);

/**
 * The key as PKCS#8 in PEM, encrypted where password is not NULL (PBES2, 600000 rounds). The buffer is wiped when it is
 * freed.
 */
SEALCORE_API sealcore_status sealcore_key_pkcs8(
    const sealcore_key *key,
    const char *password,
    sealcore_buffer **pem,
    sealcore_error **error);

/**
 * The key and its certificates as PKCS#12. certificates (PEM, DER, P7B) holds the key's own first, then its chain;
 * name is shown by programs that import the file, NULL for the subject's common name.
 */
SEALCORE_API sealcore_status sealcore_key_pkcs12(
    const sealcore_key *key,
    const uint8_t *certificates,
    size_t length,
    const char *name,
    const char *password,
    sealcore_buffer **pfx,
    sealcore_error **error);

/** Frees a key: it is overwritten, or let go of where it is in a device. NULL is fine. */
SEALCORE_API void sealcore_key_free(sealcore_key *key);

/**
 * Asks for a certificate of subject (as CN=Unit,O=Organisation,C=CN) for key, which may be in a device: PKCS#10, in PEM.
 */
SEALCORE_API sealcore_status sealcore_certificate_request(
    const sealcore_key *key,
    const char *subject,
    sealcore_buffer **pem,
    sealcore_error **error);

/**
 * Issues a certificate, in PEM: by issuer for a request (PKCS#10 in PEM or DER, whose own signature must hold), by issuer
 * for key, or self-signed by key where issuer is NULL. Give a request or a key, not both: the other is NULL (NULL, 0).
 *
 * json is {"profile": "root"|"authority"|"maker"|"unit"|"person"|"tsa", "subject": "CN=...", "not_before": ..., "not_after":
 * ..., "crl_url": "..."}. The subject comes with a key; a request has its own. Times are Unix seconds or RFC 3339; without
 * them validity is 365 days from now. For tests and small houses: a public authority does more than this.
 */
SEALCORE_API sealcore_status sealcore_certificate_issue(
    const sealcore_signer *issuer,
    const sealcore_key *key,
    const uint8_t *request,
    size_t length,
    const char *json,
    sealcore_buffer **pem,
    sealcore_error **error);

/**
 * Issues a revocation list, in PEM. json is {"this_update": ..., "next_update": ..., "number": N, "revoked": [{"serial":
 * hexadecimal, "at": ..., "reason": N}]}, all of it optional: now, 30 days later, the seconds since 1970, nothing revoked.
 * Times are Unix seconds or RFC 3339; reasons are those of RFC 5280, 5.3.1 (1 key compromise, 5 cessation, 6 hold).
 */
SEALCORE_API sealcore_status sealcore_crl_issue(
    const sealcore_signer *issuer,
    const char *json,
    sealcore_buffer **pem,
    sealcore_error **error);

/**
 * What certificates, revocation lists or a request say, without judgement, as JSON: {"certificates": [{"certificate": {...},
 * "authority", "sm3", "crl_urls"}], "crls": [{"issuer", "this_update", "next_update", "entries"}], "requests":
 * [{"subject"}]}. Reads PEM, DER and P7B; a request's own signature must hold.
 */
SEALCORE_API sealcore_status sealcore_certificate_inspect(
    const uint8_t *bytes,
    size_t length,
    sealcore_buffer **json,
    sealcore_error **error);

/*
 * SIGNERS
 *
 * Who signs: a key in a file, in a device, or somewhere else.
 */

/**
 * Signs elsewhere. One of the two functions may be NULL; where both are there sign_digest is called. They are called on the
 * thread of the call that signs, so from several at once where several sign.
 *
 * Both write the signature (DER or r || s for SM2 and ECDSA, as long as the modulus for RSA) into signature, which has room
 * for capacity bytes, its length into length, and return SEALCORE_CALLBACK_OK. SEALCORE_CALLBACK_CANCEL ends the call
 * in SEALCORE_E_CANCELLED; anything else in SEALCORE_E_SIGNER, as does a length of 0 or above capacity. A code put into
 * vendor_code is that of the error. What they return is verified under the certificate before it is used.
 */
typedef struct sealcore_signer_callbacks {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /** Signs a digest of the signer's algorithm: e = SM3(Z || M) for SM2, else the digest of the message. */
    int32_t (*sign_digest)(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity, size_t *length, uint64_t *vendor_code);
    /**
     * Signs a message, for providers that hash by themselves: with SM2, Z of the certificate's key and the identity
     * 1234567812345678 go before it.
     */
    int32_t (*sign_message)(void *user, const uint8_t *message, size_t message_length, uint8_t *signature, size_t capacity, size_t *length, uint64_t *vendor_code);
    /** Frees user, when the signer is freed and nothing that was made from it is left; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_signer_callbacks;

/**
 * A signer with a key in this process. key is a key file as in sealcore_key_load, password may be NULL. certificates
 * (PEM, DER, P7B) holds the signer's first, then its chain; (NULL, 0) where the key file has them, as PKCS#12 and PEM may.
 * SEALCORE_E_KEY when key and certificate do not belong together. SM2 nonces are hedged with the system's randomness.
 */
SEALCORE_API sealcore_status sealcore_signer_from_key(
    const uint8_t *key,
    size_t key_length,
    const char *password,
    const uint8_t *certificates,
    size_t certificates_length,
    sealcore_signer **signer,
    sealcore_error **error);

/**
 * A signer by name: the path of a key file, the same as file: URI, or a key in a device as pkcs11: (RFC 7512), sdf: or
 * skf: URI. pin is the password of the file or the PIN of the device, NULL for none; it is not kept for a file, and kept for
 * a device only as long as the signer. certificates as in sealcore_signer_from_key; a device may hold its own.
 */
SEALCORE_API sealcore_status sealcore_signer_open(
    const char *uri,
    const char *pin,
    const uint8_t *certificates,
    size_t certificates_length,
    sealcore_signer **signer,
    sealcore_error **error);

/**
 * A signer behind callbacks. certificates (PEM, DER, P7B) holds the signer's first, then its chain. algorithm is a name as
 * sealcore_signer_algorithm gives it, NULL for what is usual for the key. Nothing is signed until something is to be signed.
 * callbacks->drop is called exactly once, when this call fails too, unless callbacks is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_signer_external(
    const uint8_t *certificates,
    size_t certificates_length,
    const char *algorithm,
    const sealcore_signer_callbacks *callbacks,
    sealcore_signer **signer,
    sealcore_error **error);

/**
 * The name of the algorithm that it signs with, as SM2-SM3, RSA-SHA-256 or ECDSA-SHA-256. Lives as long as the signer.
 */
SEALCORE_API const char *sealcore_signer_algorithm(const sealcore_signer *signer);

/** The longest signature that it makes, in bytes; 0 for no live handle. */
SEALCORE_API size_t sealcore_signer_max_signature_len(const sealcore_signer *signer);

/** The signer's certificate, DER. */
SEALCORE_API sealcore_status sealcore_signer_certificate(
    const sealcore_signer *signer,
    sealcore_buffer **der,
    sealcore_error **error);

/**
 * Signs a digest of the signer's algorithm: e = SM3(Z || M) for SM2, else the digest of the message. The signature is DER
 * for SM2 and ECDSA, as long as the modulus for RSA. *length is the room in signature before, the length of the signature
 * after. With less room than sealcore_signer_max_signature_len nothing is signed: SEALCORE_E_BUFFER, and that length; it is 0
 * after any other failure.
 */
SEALCORE_API sealcore_status sealcore_signer_sign_digest(
    const sealcore_signer *signer,
    const uint8_t *digest,
    size_t digest_length,
    uint8_t *signature,
    size_t *length,
    sealcore_error **error);

/** Frees a signer. NULL is fine. */
SEALCORE_API void sealcore_signer_free(sealcore_signer *signer);

/**
 * What the module of a device URI (pkcs11:, sdf:, skf:) holds, as JSON: the module, its devices, their applications, keys
 * and certificates. Path attributes of the URI narrow it. pin may be NULL: then it says what can be seen without.
 * SEALCORE_E_DEVICE when the module cannot be loaded or fails, with its code; SEALCORE_E_PASSWORD for a wrong PIN.
 */
SEALCORE_API sealcore_status sealcore_device_list(
    const char *uri,
    const char *pin,
    sealcore_buffer **json,
    sealcore_error **error);

/*
 * SEALS
 *
 * The picture, its owners and its maker, signed by the maker.
 */

/** The maker's vendor identifier, ASCII; default sealcore. */
#define SEALCORE_SEAL_VENDOR 1
/** The type of the seal: 1 organisation, the default, 2 person. */
#define SEALCORE_SEAL_KIND 1

/**
 * Reads a seal file (.esl) of any of the three generations. Nothing in it is verified: open it as a document for that.
 * SEALCORE_E_SEAL when it is none of them, SEALCORE_E_ASN1 when it is no ASN.1.
 */
SEALCORE_API sealcore_status sealcore_seal_load(
    const uint8_t *bytes,
    size_t length,
    sealcore_seal **seal,
    sealcore_error **error);

/** The seal as a file (.esl), byte for byte as it was read or made. */
SEALCORE_API sealcore_status sealcore_seal_save(
    const sealcore_seal *seal,
    sealcore_buffer **der,
    sealcore_error **error);

/**
 * What the seal states of itself, as sealcore_document_inspect tells of a seal file. Nothing in it was verified.
 */
SEALCORE_API sealcore_status sealcore_seal_inspect(
    const sealcore_seal *seal,
    int32_t lang,
    sealcore_buffer **json,
    sealcore_error **error);

/** The picture of the seal, as it stands in it: PNG, SVG, OFD or what its inspection names. */
SEALCORE_API sealcore_status sealcore_seal_picture(
    const sealcore_seal *seal,
    sealcore_buffer **picture,
    sealcore_error **error);

/** Frees a seal. NULL is fine. */
SEALCORE_API void sealcore_seal_free(sealcore_seal *seal);

/**
 * A request for a seal: v1 GM/T 0031-2014, v4 GB/T 38540-2020 or v5 GM/T 0031-2025. es_id is the seal's identifier,
 * ASCII; name its name.
 */
SEALCORE_API sealcore_status sealcore_seal_request_new(
    const char *generation,
    const char *es_id,
    const char *name,
    sealcore_seal_request **request,
    sealcore_error **error);

/**
 * The picture. kind is png, jpg, gif, bmp, svg or ofd, NULL for what the bytes are; the size is in whole
 * millimetres, 1 to 1000.
 */
SEALCORE_API sealcore_status sealcore_seal_request_set_picture(
    sealcore_seal_request *request,
    const char *kind,
    const uint8_t *bytes,
    size_t length,
    int32_t width_mm,
    int32_t height_mm,
    sealcore_error **error);

/**
 * Adds one who may use the seal: the first certificate of PEM, DER or P7B. as_digest 1 lists its SM3 digest in its place,
 * which v1 does not have; all are listed in one way.
 */
SEALCORE_API sealcore_status sealcore_seal_request_add_signer(
    sealcore_seal_request *request,
    const uint8_t *certificate,
    size_t length,
    int32_t as_digest,
    sealcore_error **error);

/**
 * When the seal was made and from when until when it is valid, in Unix seconds. Without this: now, and until the first of the
 * signers' certificates ends.
 */
SEALCORE_API sealcore_status sealcore_seal_request_set_validity(
    sealcore_seal_request *request,
    int64_t created,
    int64_t valid_from,
    int64_t valid_until,
    sealcore_error **error);

/** Sets what key says: SEALCORE_SEAL_VENDOR. */
SEALCORE_API sealcore_status sealcore_seal_request_set_text(
    sealcore_seal_request *request,
    int32_t key,
    const char *value,
    sealcore_error **error);

/** Sets what key says: SEALCORE_SEAL_KIND. */
SEALCORE_API sealcore_status sealcore_seal_request_set_number(
    sealcore_seal_request *request,
    int32_t key,
    int64_t value,
    sealcore_error **error);

/** Frees a request. NULL is fine. */
SEALCORE_API void sealcore_seal_request_free(sealcore_seal_request *request);

/**
 * Makes the seal in one call. SEALCORE_E_ARGUMENT for what the standards do not allow, SEALCORE_E_REFUSED when the maker's
 * certificate is not valid at the time of making, SEALCORE_E_UNSUPPORTED when his key is not SM2.
 */
SEALCORE_API sealcore_status sealcore_seal_make(
    const sealcore_seal_request *request,
    const sealcore_signer *maker,
    sealcore_seal **seal,
    sealcore_error **error);

/** The first phase: puts together what the maker signs. */
SEALCORE_API sealcore_status sealcore_seal_prepare(
    const sealcore_seal_request *request,
    const uint8_t *maker_certificate,
    size_t length,
    sealcore_seal_session **session,
    sealcore_error **error);

/**
 * The digest that the maker signs, e = SM3(Z || M), 32 bytes. *length is the room before, the length after, 0 after
 * a failure that is not SEALCORE_E_BUFFER.
 */
SEALCORE_API sealcore_status sealcore_seal_session_digest(
    const sealcore_seal_session *session,
    uint8_t *digest,
    size_t *length,
    sealcore_error **error);

/** The bytes whose digest the maker signs, for who hashes by himself. */
SEALCORE_API sealcore_status sealcore_seal_session_message(
    const sealcore_seal_session *session,
    sealcore_buffer **message,
    sealcore_error **error);

/**
 * The second phase: the seal, with the maker's signature (DER or r || s). SEALCORE_E_CRYPTO when it does not hold.
 */
SEALCORE_API sealcore_status sealcore_seal_session_complete(
    const sealcore_seal_session *session,
    const uint8_t *signature,
    size_t length,
    sealcore_seal **seal,
    sealcore_error **error);

/** Frees a session. NULL is fine. */
SEALCORE_API void sealcore_seal_session_free(sealcore_seal_session *session);

/*
 * SIGNING
 *
 * A request says what is put on a document and where. It is signed in one call, or prepared, signed elsewhere and
 * completed.
 */

/** The left edge of a page. */
#define SEALCORE_SIDE_LEFT 1
/** The right edge of a page. */
#define SEALCORE_SIDE_RIGHT 2
/** The upper edge of a page. */
#define SEALCORE_SIDE_TOP 3
/** The lower edge of a page. */
#define SEALCORE_SIDE_BOTTOM 4
/** Each place where a text is found; a number above 0 is the n-th. */
#define SEALCORE_OCCURRENCE_ALL 0
/** The last place where a text is found. */
#define SEALCORE_OCCURRENCE_LAST (-1)
/** The full name of an empty signature field, or the name of a new one. PDF. */
#define SEALCORE_REQUEST_FIELD 1
/**
 * What /Contents holds: auto (a seal signature with a seal, else CMS, for SM2 keys of GB/T 35275), seal, cms or
 * gm-cms. PDF.
 */
#define SEALCORE_REQUEST_CONTENTS 2
/** /Reason. PDF. */
#define SEALCORE_REQUEST_REASON 3
/** /Location. PDF. */
#define SEALCORE_REQUEST_LOCATION 4
/** /ContactInfo. PDF. */
#define SEALCORE_REQUEST_CONTACT 5
/** /Name, in place of the name in the certificate. PDF. */
#define SEALCORE_REQUEST_NAME 6
/** A line of text below the picture. PDF. */
#define SEALCORE_REQUEST_CAPTION 7
/** The ID of the signature that this one builds on (GM/T 0099). OFD. */
#define SEALCORE_REQUEST_RELATIVE 8
/** /Filter, in place of what is usual for the contents; with SEALCORE_REQUEST_SUBFILTER. PDF. */
#define SEALCORE_REQUEST_FILTER 9
/** /SubFilter; with SEALCORE_REQUEST_FILTER. PDF. */
#define SEALCORE_REQUEST_SUBFILTER 10
/**
 * The algorithm, as sealcore_signer_algorithm names it; for sealcore_prepare, since a signer has its own.
 */
#define SEALCORE_REQUEST_ALGORITHM 11
/** The full name of a field for SEALCORE_REQUEST_LOCK 2 or 3; once for each field. PDF. */
#define SEALCORE_REQUEST_LOCK_FIELD 12
/** The signing time, in Unix seconds; default the moment of the call that signs or prepares. */
#define SEALCORE_REQUEST_TIME 1
/** 1: the list of signatures is protected too, nothing may come after. OFD. */
#define SEALCORE_REQUEST_WHOLE 2
/** Which document of the file is signed, counted from 1. OFD. */
#define SEALCORE_REQUEST_DOCUMENT 3
/**
 * Certifies the document: 1 nothing may change, 2 forms and signatures may, 3 annotations too (ISO 32000-2, 12.8.2.2); 0 does
 * not certify. PDF.
 */
#define SEALCORE_REQUEST_CERTIFY 4
/**
 * Locks form fields: 1 all, 2 those named by SEALCORE_REQUEST_LOCK_FIELD, 3 all but those (ISO 32000-2, 12.8.2.4); 0 locks
 * none. PDF.
 */
#define SEALCORE_REQUEST_LOCK 5
/** How dense the picture is, 0 to 100 percent; default 100. PDF. */
#define SEALCORE_REQUEST_OPACITY 6
/**
 * Whether the white of a raster picture without transparency lets the page through, 0 or 1; default 1. PDF.
 */
#define SEALCORE_REQUEST_WHITE_TRANSPARENT 7
/**
 * Bytes kept for what is added to the signature later, as a time stamp between the two phases (8192 are usual); an authority
 * reserves by itself, and OFD needs no room.
 */
#define SEALCORE_REQUEST_RESERVE 8
/** 1 signs although an earlier signature or the encryption forbids it. PDF. */
#define SEALCORE_REQUEST_IGNORE_PERMISSIONS 9

/** A request for a digital signature. */
SEALCORE_API sealcore_status sealcore_request_new(sealcore_request **request, sealcore_error **error);

/** Puts on this seal. */
SEALCORE_API sealcore_status sealcore_request_set_seal(
    sealcore_request *request,
    const sealcore_seal *seal,
    sealcore_error **error);

/**
 * Shows a picture with a digital signature on PDF, where there is no seal. kind is png, jpg, gif, bmp, svg or ofd,
 * NULL for what the bytes are; the size is in millimetres.
 */
SEALCORE_API sealcore_status sealcore_request_set_picture(
    sealcore_request *request,
    const char *kind,
    const uint8_t *bytes,
    size_t length,
    int32_t width_mm,
    int32_t height_mm,
    sealcore_error **error);

/**
 * For sealcore_prepare: the signer's certificate first, then its chain (PEM, DER, P7B). sealcore_sign takes the signer's
 * own.
 */
SEALCORE_API sealcore_status sealcore_request_set_certificate(
    sealcore_request *request,
    const uint8_t *certificates,
    size_t length,
    sealcore_error **error);

/** Has the signature stamped by this authority. */
SEALCORE_API sealcore_status sealcore_request_set_authority(
    sealcore_request *request,
    const sealcore_authority *authority,
    sealcore_error **error);

/** Sets what key says: one of SEALCORE_REQUEST_FIELD to SEALCORE_REQUEST_LOCK_FIELD. */
SEALCORE_API sealcore_status sealcore_request_set_text(
    sealcore_request *request,
    int32_t key,
    const char *value,
    sealcore_error **error);

/** Sets what key says: one of SEALCORE_REQUEST_TIME to SEALCORE_REQUEST_IGNORE_PERMISSIONS. */
SEALCORE_API sealcore_status sealcore_request_set_number(
    sealcore_request *request,
    int32_t key,
    int64_t value,
    sealcore_error **error);

/**
 * Shows the picture on pages (all, last, 3 or 2-5), its left and top edge so far from those of the page, in
 * millimetres. One signature may have many places.
 */
SEALCORE_API sealcore_status sealcore_request_add_place(
    sealcore_request *request,
    const char *pages,
    double x_mm,
    double y_mm,
    sealcore_error **error);

/**
 * A seam seal (骑缝章) over pages (NULL for all) at the edge side, cut into one slice a page. position_mm is its start along
 * the edge, from the top or left (NaN for the middle of the shortest page), margin_mm what stays free between slice and
 * edge. A seal is cut into at most max_slices (0 for 20), none thinner than min_slice_mm (0 for 1.5); more pages get more
 * seals.
 */
SEALCORE_API sealcore_status sealcore_request_add_seam(
    sealcore_request *request,
    const char *pages,
    int32_t side,
    double position_mm,
    double margin_mm,
    double min_slice_mm,
    uint32_t max_slices,
    sealcore_error **error);

/**
 * Over each two facing pages (对开) of pages (NULL for all): the left half at the right edge of the first, the right half at
 * the left edge of the second. position_mm is the top edge, NaN for the middle of the shortest page.
 */
SEALCORE_API sealcore_status sealcore_request_add_facing(
    sealcore_request *request,
    const char *pages,
    double position_mm,
    sealcore_error **error);

/**
 * Centred on text, moved by dx_mm to the right and dy_mm down. occurrence says which of the places where it is found on
 * pages (NULL for all): SEALCORE_OCCURRENCE_ALL, SEALCORE_OCCURRENCE_LAST, or the n-th from 1.
 */
SEALCORE_API sealcore_status sealcore_request_add_keyword(
    sealcore_request *request,
    const char *text,
    int64_t occurrence,
    const char *pages,
    double dx_mm,
    double dy_mm,
    sealcore_error **error);

/** Frees a request. NULL is fine. */
SEALCORE_API void sealcore_request_free(sealcore_request *request);

/**
 * Signs a document in one call; the signed document is a buffer. monitor may be NULL.
 *
 * SEALCORE_E_REFUSED when a signature that is there, the seal or a certificate forbids it; SEALCORE_E_ARGUMENT when a place
 * or an option does not fit the document; SEALCORE_E_SIGNER or SEALCORE_E_DEVICE when the signer fails,
 * SEALCORE_E_AUTHORITY when the time-stamp authority does; SEALCORE_E_CANCELLED.
 */
SEALCORE_API sealcore_status sealcore_sign(
    const sealcore_document *document,
    const sealcore_request *request,
    const sealcore_signer *signer,
    const sealcore_monitor *monitor,
    sealcore_buffer **signed_document,
    sealcore_error **error);

/**
 * As sealcore_sign, into the file path, which appears whole or not at all and takes the place of one that is there. It may be
 * the document's own.
 */
SEALCORE_API sealcore_status sealcore_sign_to_path(
    const sealcore_document *document,
    const sealcore_request *request,
    const sealcore_signer *signer,
    const sealcore_monitor *monitor,
    const char *path,
    sealcore_error **error);

/**
 * As sealcore_sign, piece by piece into a sink, which is called only after everything but the writing succeeded. A call that
 * fails while it writes may have written a beginning. sink->drop is called exactly once, when this call fails too, unless
 * sink is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_sign_to_sink(
    const sealcore_document *document,
    const sealcore_request *request,
    const sealcore_signer *signer,
    const sealcore_monitor *monitor,
    const sealcore_sink *sink,
    sealcore_error **error);

/**
 * Signs the PDF at path by appending to it: nothing but the new end is written, and after an error the file has its old
 * length. password opens an encrypted document, NULL for none. SEALCORE_E_UNSUPPORTED for OFD; SEALCORE_E_REFUSED while
 * somebody else appends, as far as the file system knows locks, and SEALCORE_E_ARGUMENT where somebody has done so meanwhile.
 */
SEALCORE_API sealcore_status sealcore_sign_in_place(
    const char *path,
    const char *password,
    const sealcore_request *request,
    const sealcore_signer *signer,
    const sealcore_monitor *monitor,
    sealcore_error **error);

/**
 * Writes the integrity record of GM/T 0099-2020, Annex D, into an OFD document: /OFDEntries.xml, which names every file, and
 * its signature. It is the last thing to be done to a document. unix_seconds is the time that it states.
 */
SEALCORE_API sealcore_status sealcore_add_integrity_record(
    const sealcore_document *document,
    const sealcore_signer *signer,
    int64_t unix_seconds,
    sealcore_buffer **document_out,
    sealcore_error **error);

/**
 * The first phase: puts everything together but the signature value. The request names the signer's certificate
 * (sealcore_request_set_certificate). monitor may be NULL. Fails as sealcore_sign does before it signs.
 */
SEALCORE_API sealcore_status sealcore_prepare(
    const sealcore_document *document,
    const sealcore_request *request,
    const sealcore_monitor *monitor,
    sealcore_session **session,
    sealcore_error **error);

/**
 * The digest that is to be signed as sealcore_session_algorithm says: e = SM3(Z || M) for SM2, else the digest of the message.
 * *length is the room before, the length after, 0 after a failure that is not SEALCORE_E_BUFFER; 64 bytes are enough for
 * every algorithm.
 */
SEALCORE_API sealcore_status sealcore_session_digest(
    const sealcore_session *session,
    uint8_t *digest,
    size_t *length,
    sealcore_error **error);

/**
 * The bytes whose digest is to be signed, for who hashes by himself (with SM2, Z of the certificate's key and the identity
 * 1234567812345678 go before them).
 */
SEALCORE_API sealcore_status sealcore_session_message(
    const sealcore_session *session,
    sealcore_buffer **message,
    sealcore_error **error);

/** The name of the algorithm, as SM2-SM3. Lives as long as the session. */
SEALCORE_API const char *sealcore_session_algorithm(const sealcore_session *session);

/**
 * The session as bytes, for another process or another day. They hold no secret, and nothing authenticates them: keep them
 * where nobody else writes, since they decide what is signed.
 */
SEALCORE_API sealcore_status sealcore_session_save(
    const sealcore_session *session,
    sealcore_buffer **bytes,
    sealcore_error **error);

/**
 * A session that was saved. SEALCORE_E_ASN1 when the bytes are none, SEALCORE_E_UNSUPPORTED when they are of another
 * version.
 */
SEALCORE_API sealcore_status sealcore_session_load(
    const uint8_t *bytes,
    size_t length,
    sealcore_session **session,
    sealcore_error **error);

/**
 * A TimeStampReq over this signature value, to be answered by an authority, whose certificate it asks for. It has no nonce: the
 * value was made just now, so no earlier time stamp can be of it. On PDF, room for the time stamp must have been reserved
 * (SEALCORE_REQUEST_RESERVE, 8192 bytes are usual). SEALCORE_E_UNSUPPORTED for a seal of GM/T 0031-2014, which has no place
 * for it.
 */
SEALCORE_API sealcore_status sealcore_session_time_stamp_request(
    const sealcore_session *session,
    const uint8_t *signature,
    size_t length,
    sealcore_buffer **request,
    sealcore_error **error);

/**
 * Adds a time stamp over this signature value: a TimeStampResp, or a bare token. It is checked before (its signature holds, it
 * is over this value, its certificate is one for time stamps), else SEALCORE_E_AUTHORITY; whether its authority is trusted
 * is for those who verify the document.
 */
SEALCORE_API sealcore_status sealcore_session_add_time_stamp(
    sealcore_session *session,
    const uint8_t *signature,
    size_t length,
    const uint8_t *reply,
    size_t reply_length,
    sealcore_error **error);

/**
 * The second phase: takes the signature value (DER or r || s for SM2 and ECDSA), verifies it, and gives the signed document.
 * document is the one that was prepared, opened again where it was closed.
 *
 * SEALCORE_E_CRYPTO when the value is not the signer's over this document, SEALCORE_E_ARGUMENT when this is another
 * document.
 */
SEALCORE_API sealcore_status sealcore_session_complete(
    const sealcore_session *session,
    const sealcore_document *document,
    const uint8_t *signature,
    size_t length,
    sealcore_buffer **signed_document,
    sealcore_error **error);

/**
 * As sealcore_session_complete, into the file path, which appears whole or not at all and takes the place of one that is
 * there. It may be the document's own.
 */
SEALCORE_API sealcore_status sealcore_session_complete_to_path(
    const sealcore_session *session,
    const sealcore_document *document,
    const uint8_t *signature,
    size_t length,
    const char *path,
    sealcore_error **error);

/**
 * As sealcore_session_complete, piece by piece into a sink. What is written of a PDF is compared with what was prepared to its
 * last byte, so a call that fails may have written most of it: it is nothing to keep. sink->drop is called exactly once,
 * when this call fails too, unless sink is NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_session_complete_to_sink(
    const sealcore_session *session,
    const sealcore_document *document,
    const uint8_t *signature,
    size_t length,
    const sealcore_sink *sink,
    sealcore_error **error);

/**
 * As sealcore_session_complete, by appending to the PDF at path, of which nothing else is read or written but its end. After
 * an error it has its old length. SEALCORE_E_UNSUPPORTED for OFD.
 */
SEALCORE_API sealcore_status sealcore_session_append(
    const sealcore_session *session,
    const char *path,
    const uint8_t *signature,
    size_t length,
    sealcore_error **error);

/**
 * The bytes that belong behind the PDF that was prepared, for storage that can append. SEALCORE_E_UNSUPPORTED for OFD.
 */
SEALCORE_API sealcore_status sealcore_session_tail(
    const sealcore_session *session,
    const uint8_t *signature,
    size_t length,
    sealcore_buffer **tail,
    sealcore_error **error);

/** Frees a session. NULL is fine. */
SEALCORE_API void sealcore_session_free(sealcore_session *session);

/*
 * TIME STAMPS
 *
 * RFC 3161: requests, replies, tokens, and authorities.
 */

/** The authority shall put its certificate into the token. */
#define SEALCORE_STAMP_CERTIFICATES 1
/** A random number goes with the request, which the token must repeat. */
#define SEALCORE_STAMP_NONCE 2

/**
 * A request for a time stamp over data whose digest is given, by digest_algorithm: "sm3", "sha256", ...; sealcore_call with
 * "describe" lists them. policy, an object identifier as "1.2.156.1", may be NULL: the authority's own then. flags are
 * SEALCORE_STAMP_*, added up. The request is DER, to be sent as application/timestamp-query.
 */
SEALCORE_API sealcore_status sealcore_timestamp_request(
    const char *digest_algorithm,
    const uint8_t *digest,
    size_t length,
    const char *policy,
    uint32_t flags,
    sealcore_buffer **request,
    sealcore_error **error);

/**
 * The token of an authority's reply. With request, which may be NULL, the token must be of what was asked for: digest,
 * number and policy are compared. Neither its signature nor its authority is verified: see sealcore_timestamp_verify.
 * SEALCORE_E_AUTHORITY, with the reason, when the authority refused, or replied something else.
 */
SEALCORE_API sealcore_status sealcore_timestamp_token(
    const uint8_t *reply,
    size_t reply_length,
    const uint8_t *request,
    size_t request_length,
    sealcore_buffer **token,
    sealcore_error **error);

/**
 * Verifies a token: not a whole reply. data, what was stamped, and request, what was asked for, may be NULL, and what is
 * not given is not compared; where neither is, that is a finding. The report has one signature, of the kind "timestamp", and
 * in its JSON form what the token states. SEALCORE_E_ASN1 when it is no token at all. monitor may be NULL.
 */
SEALCORE_API sealcore_status sealcore_timestamp_verify(
    const sealcore_verifier *verifier,
    const uint8_t *token,
    size_t token_length,
    const uint8_t *data,
    size_t data_length,
    const uint8_t *request,
    size_t request_length,
    const sealcore_monitor *monitor,
    int32_t *verdict,
    sealcore_report **report,
    sealcore_error **error);

/** Asks an authority elsewhere: the caller brings HTTP. */
typedef struct sealcore_authority_callbacks {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /**
     * Has a TimeStampReq answered: posted as application/timestamp-query, the application/timestamp-reply is written into
     * reply, which has room for capacity bytes (64 KiB), its length into length. SEALCORE_CALLBACK_CANCEL ends the
     * call in SEALCORE_E_CANCELLED; anything but SEALCORE_CALLBACK_OK, and a length of 0 or above capacity, in
     * SEALCORE_E_AUTHORITY. Called on the thread of the call that signs.
     */
    int32_t (*respond)(void *user, const uint8_t *request, size_t request_length, uint8_t *reply, size_t capacity, size_t *length);
    /** Frees user, when the authority is freed and no request holds it; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_authority_callbacks;

/**
 * An authority with a key at hand. The signer's certificate must be for time stamps and nothing else (RFC 3161, 2.3). json is
 * {"policy": "1.2.3.4", "accuracy_ms": 1000, "ordering": false, "serials": "path", "other_policies": ["..."],
 * "state_name": false}, all but policy optional. accuracy_ms, 1 to 3600000, is what tokens promise of the system's clock;
 * ordering makes every time later than the one before; state_name puts the authority's name into tokens.
 *
 * serials is a text file with one decimal number and a line feed, 1 for a new authority, which remembers the serial numbers
 * over restarts and which one process at a time may use. It must be there, since one that was lost must not begin again.
 * Without it numbers are random.
 */
SEALCORE_API sealcore_status sealcore_authority_local(
    const sealcore_signer *signer,
    const char *json,
    sealcore_authority **authority,
    sealcore_error **error);

/**
 * An authority behind a callback. callbacks->drop is called exactly once, when this call fails too, unless callbacks is
 * NULL or too small.
 */
SEALCORE_API sealcore_status sealcore_authority_external(
    const sealcore_authority_callbacks *callbacks,
    sealcore_authority **authority,
    sealcore_error **error);

/**
 * Answers a TimeStampReq with a TimeStampResp. A local authority has a reply to everything: that it refuses stands in it, and why
 * in the log. SEALCORE_E_CANCELLED when its signer or an external authority cancelled.
 */
SEALCORE_API sealcore_status sealcore_authority_respond(
    const sealcore_authority *authority,
    const uint8_t *request,
    size_t length,
    sealcore_buffer **reply,
    sealcore_error **error);

/** Frees an authority. NULL is fine. */
SEALCORE_API void sealcore_authority_free(sealcore_authority *authority);

#ifdef __cplusplus
}
#endif

#endif /* SEALCORE_H */
