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
 * Watches long work, and cancels it from any thread. One monitor may watch several calls, one after the other or at once;
 * what was cancelled stays so.
 */
typedef struct sealcore_monitor sealcore_monitor;

/*
 * LIBRARY
 *
 * Which library this is, whether its algorithms work, and what it can do.
 */

/**
 * The version of the ABI: bumped when a program that was built against an older header could break, and the soname with it.
 * New functions and constants do not bump it.
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
 * once before the first operation; while it fails there, operations end in SEALCORE_E_SELF_TEST.
 */
SEALCORE_API sealcore_status sealcore_self_test(sealcore_error **error);

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
/** Misuse: handles that are none, structures of another size, callbacks that return nonsense. */
#define SEALCORE_LOG_WARNING 2
/** What an operator may want to know: modules loaded. */
#define SEALCORE_LOG_INFO 3
/** Every call that failed. */
#define SEALCORE_LOG_DEBUG 4

/** Takes lines of the log. Called on the thread that made the call; may come from several at once. */
typedef struct sealcore_log_callbacks {
    /** Size of this structure in bytes. */
    uint32_t struct_size;
    /** Takes one line, in English, ended by NUL; it lives as long as the call. Never a secret. */
    void (*log)(void *user, int32_t level, const char *message);
    /** Frees user; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_log_callbacks;

/**
 * Sends lines up to level to callbacks, for the whole process, in place of the ones before; NULL turns it off. The
 * callbacks before may still be called by calls in progress, and are dropped after the last of them.
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
     * done bytes were handled of about total, which is 0 where it is not known. Anything but SEALCORE_CALLBACK_OK
     * cancels. Called often, on the thread of the call.
     */
    int32_t (*progress)(void *user, uint64_t done, uint64_t total);
    /** Frees user; may be NULL. */
    void (*drop)(void *user);
    /** Handed to the callbacks. */
    void *user;
} sealcore_monitor_callbacks;

/** A monitor. callbacks may be NULL: then it only cancels. */
SEALCORE_API sealcore_status sealcore_monitor_new(
    const sealcore_monitor_callbacks *callbacks,
    sealcore_monitor **monitor,
    sealcore_error **error);

/** Cancels the calls that monitor watches, now and from now on. From any thread. */
SEALCORE_API sealcore_status sealcore_monitor_cancel(const sealcore_monitor *monitor, sealcore_error **error);

/** Frees a monitor. NULL is fine. */
SEALCORE_API void sealcore_monitor_free(sealcore_monitor *monitor);

/*
 * VERIFICATION
 *
 * What is trusted, and what a document is worth under it.
 */

/*
 * REPORTS
 *
 * What a verification found: for the document, for each signature, and each finding of them.
 */

/*
 * KEYS AND CERTIFICATES
 *
 * Keys in memory, and what a small authority needs.
 */

/*
 * SIGNERS
 *
 * Who signs: a key in a file, in a device, or somewhere else.
 */

/*
 * SEALS
 *
 * The picture, its owners and its maker, signed by the maker.
 */

/*
 * SIGNING
 *
 * A request says what is put on a document and where. It is signed in one call, or prepared, signed elsewhere and
 * completed.
 */

/*
 * TIME STAMPS
 *
 * RFC 3161: requests, replies, tokens, and authorities.
 */

#ifdef __cplusplus
}
#endif

#endif /* SEALCORE_H */
