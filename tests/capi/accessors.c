/* Functions that give no status: with handles that are none, indices that are out, fields that do not exist; and freeing. */
#include "misuse.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

enum { BAD = 6 };

/* NULL, a handle of another type, a freed one, garbage. */
static void *bad[BAD];

static void make_bad(world *w) {
    sealcore_buffer *stale = NULL;
    MUST(sealcore_call("describe", "{}", &stale, NULL));
    sealcore_buffer_free(stale);
    bad[0] = NULL;
    bad[1] = w->monitor;
    bad[2] = stale;
    bad[3] = (void *)(uintptr_t)1;
    bad[4] = (void *)~(uintptr_t)0;
    bad[5] = (void *)bad;
}

static void of_nothing(world *w) {
    for (size_t i = 0; i < BAD; i++) {
        void *b = bad[i];
        CHECK(sealcore_error_code(b) <= 0);
        CHECK(sealcore_error_kind(b) == NULL);
        CHECK(sealcore_error_message(b, SEALCORE_LANG_EN) == NULL);
        CHECK(sealcore_error_part(b) == NULL);
        CHECK(sealcore_error_position(b) <= 0);
        CHECK(sealcore_error_vendor_code(b) == 0);
        CHECK(sealcore_buffer_data(b) == NULL);
        CHECK(sealcore_buffer_len(b) == 0);
        CHECK(sealcore_document_format(b) == 0);
        CHECK(sealcore_report_verdict(b) == 0);
        CHECK(sealcore_report_signature_count(b) == 0);
        CHECK(sealcore_report_signature_verdict(b, 0) == 0);
        CHECK(sealcore_report_signature_text(b, 0, SEALCORE_SIGNATURE_ID) == NULL);
        CHECK(sealcore_report_finding_count(b, 0) == 0);
        CHECK(sealcore_report_finding_text(b, 0, 0, SEALCORE_FINDING_CODE, SEALCORE_LANG_EN) == NULL);
        CHECK(sealcore_signer_algorithm(b) == NULL);
        CHECK(sealcore_signer_max_signature_len(b) == 0);
        CHECK(sealcore_session_algorithm(b) == NULL);
    }
    CHECK(sealcore_document_format(w->document) == SEALCORE_FORMAT_OFD);
    CHECK(sealcore_document_format(w->plain) == SEALCORE_FORMAT_PDF);
    CHECK(sealcore_signer_algorithm(w->signer) != NULL);
    CHECK(sealcore_signer_max_signature_len(w->signer) >= 64);
    CHECK(sealcore_session_algorithm(w->session) != NULL);
    CHECK(sealcore_error_code(w->error) < 0);
}

static void of_reports(const world *w) {
    const sealcore_report *r = w->report;
    size_t count = sealcore_report_signature_count(r);
    size_t indices[] = {count, count + 1, (size_t)1 << 40, SIZE_MAX - 1, SIZE_MAX};
    CHECK(count == 1);
    CHECK(sealcore_report_verdict(r) == SEALCORE_VERDICT_VALID);
    CHECK(sealcore_report_signature_verdict(r, 0) == SEALCORE_VERDICT_VALID);
    CHECK(sealcore_report_finding_count(r, 0) > 0);
    for (int32_t field = SEALCORE_SIGNATURE_ID; field <= SEALCORE_SIGNATURE_TIMESTAMP; field++) {
        const char *text = sealcore_report_signature_text(r, 0, field);
        CHECK(text == NULL || text[0] != '\0');
    }
    CHECK(strcmp(sealcore_report_signature_text(r, 0, SEALCORE_SIGNATURE_ID), "s001") == 0);
    CHECK(strcmp(sealcore_report_signature_text(r, 0, SEALCORE_SIGNATURE_INTEGRITY), "intact") == 0);
    CHECK(sealcore_report_signature_text(r, 0, SEALCORE_SIGNATURE_TIMESTAMP) == NULL);
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
        CHECK(sealcore_report_signature_verdict(r, indices[i]) == 0);
        CHECK(sealcore_report_signature_text(r, indices[i], SEALCORE_SIGNATURE_ID) == NULL);
        CHECK(sealcore_report_finding_text(r, 0, indices[i] + 1000, SEALCORE_FINDING_CODE, SEALCORE_LANG_EN) == NULL);
        if (indices[i] != SEALCORE_WHOLE_DOCUMENT) CHECK(sealcore_report_finding_count(r, indices[i]) == 0);
    }
    CHECK(sealcore_report_finding_count(r, SEALCORE_WHOLE_DOCUMENT) == 0);
    CHECK(sealcore_report_signature_text(r, 0, 0) == NULL);
    CHECK(sealcore_report_signature_text(r, 0, -1) == NULL);
    CHECK(sealcore_report_signature_text(r, 0, INT32_MAX) == NULL);
    CHECK(sealcore_report_finding_text(r, 0, 0, 0, SEALCORE_LANG_EN) == NULL);
    CHECK(sealcore_report_finding_text(r, 0, 0, INT32_MIN, SEALCORE_LANG_EN) == NULL);
    CHECK(strcmp(sealcore_report_finding_text(r, 0, 0, SEALCORE_FINDING_MESSAGE, SEALCORE_LANG_EN),
                 sealcore_report_finding_text(r, 0, 0, SEALCORE_FINDING_MESSAGE, SEALCORE_LANG_ZH)) != 0);
}

static void of_numbers(void) {
    static const sealcore_status known[] = {
        SEALCORE_OK, SEALCORE_E_NULL, SEALCORE_E_ARGUMENT, SEALCORE_E_BUFFER, SEALCORE_E_STATE, SEALCORE_E_UTF8, SEALCORE_E_ABI,
        SEALCORE_E_HANDLE, SEALCORE_E_TYPE, SEALCORE_E_BUSY, SEALCORE_E_REENTRANT, SEALCORE_E_POISONED, SEALCORE_E_CANCELLED,
        SEALCORE_E_UNSUPPORTED, SEALCORE_E_REFUSED, SEALCORE_E_LIMIT, SEALCORE_E_IO, SEALCORE_E_CALLBACK, SEALCORE_E_FORMAT,
        SEALCORE_E_CONTAINER, SEALCORE_E_XML, SEALCORE_E_PDF, SEALCORE_E_ASN1, SEALCORE_E_SEAL, SEALCORE_E_CERTIFICATE,
        SEALCORE_E_CRYPTO, SEALCORE_E_KEY, SEALCORE_E_PASSWORD, SEALCORE_E_SELF_TEST, SEALCORE_E_SIGNER, SEALCORE_E_DEVICE,
        SEALCORE_E_AUTHORITY, SEALCORE_E_MEMORY, SEALCORE_E_PANIC};
    const char *unknown = sealcore_status_name(-12345);
    CHECK(strcmp(unknown, "SEALCORE_UNKNOWN") == 0);
    CHECK(strcmp(sealcore_status_name(1), unknown) == 0);
    CHECK(strcmp(sealcore_status_name(INT32_MIN), unknown) == 0);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) CHECK(strcmp(sealcore_status_name(known[i]), unknown) != 0);
    CHECK(strcmp(sealcore_status_name(SEALCORE_E_PANIC), "SEALCORE_E_PANIC") == 0);
    for (int32_t verdict = -1; verdict < 7; verdict++) {
        CHECK((sealcore_verdict_name(verdict) != NULL) == (verdict >= SEALCORE_VERDICT_VALID && verdict <= SEALCORE_VERDICT_UNSIGNED));
    }
    CHECK(sealcore_abi_version() == SEALCORE_ABI_VERSION);
    CHECK(sealcore_version() != NULL && sealcore_version()[0] != '\0');
}

static void free_as_everything(void *handle) {
    sealcore_error_free(handle);
    sealcore_buffer_free(handle);
    sealcore_document_free(handle);
    sealcore_monitor_free(handle);
    sealcore_verifier_free(handle);
    sealcore_report_free(handle);
    sealcore_key_free(handle);
    sealcore_signer_free(handle);
    sealcore_seal_free(handle);
    sealcore_seal_request_free(handle);
    sealcore_seal_session_free(handle);
    sealcore_request_free(handle);
    sealcore_session_free(handle);
    sealcore_authority_free(handle);
}

static void of_freeing(world *w) {
    size_t handles = sealcore_handle_count();
    sealcore_verifier *verifier = NULL;
    sealcore_buffer *buffer = NULL;
    /* Freed as something else: nothing happens. */
    for (size_t i = 0; i < BAD; i++) {
        if (bad[i] != w->monitor) free_as_everything(bad[i]);
    }
    sealcore_document_free((void *)w->monitor);
    sealcore_monitor_free((void *)w->document);
    sealcore_buffer_free((void *)w->signer);
    CHECK(sealcore_handle_count() == handles);
    CHECK(sealcore_document_format(w->document) == SEALCORE_FORMAT_OFD);
    /* Freed twice: nothing happens, even when the place has been taken by another. */
    MUST(sealcore_verifier_new(&verifier, NULL));
    sealcore_verifier_free(verifier);
    CHECK_STATUS(SEALCORE_E_HANDLE, sealcore_verifier_set_time(verifier, 0, NULL));
    for (int i = 0; i < 100; i++) {
        sealcore_verifier *next = NULL;
        MUST(sealcore_verifier_new(&next, NULL));
        CHECK(next != verifier);
        sealcore_verifier_free(verifier);
        CHECK_STATUS(SEALCORE_OK, sealcore_verifier_set_time(next, 0, NULL));
        sealcore_verifier_free(next);
    }
    CHECK(sealcore_handle_count() == handles);
    /* What was made from a handle outlives it. */
    {
        sealcore_document *document = NULL;
        sealcore_report *report = NULL;
        int32_t verdict = 0;
        MUST(sealcore_document_open_path(w->sealed_path, NULL, &document, NULL));
        MUST(sealcore_verify(w->verifier, document, NULL, &verdict, &report, NULL));
        sealcore_document_free(document);
        CHECK_STATUS(SEALCORE_OK, sealcore_report_json(report, "x", SEALCORE_LANG_EN, &buffer, NULL));
        sealcore_report_free(report);
        CHECK(sealcore_buffer_len(buffer) > 100 && sealcore_buffer_data(buffer)[0] == '{');
        sealcore_buffer_free(buffer);
    }
    CHECK(sealcore_handle_count() == handles);
}

void misuse_accessors(world *w) {
    make_bad(w);
    of_nothing(w);
    of_reports(w);
    of_numbers();
    of_freeing(w);
}

void misuse_accessor_names(void) {
    static const char *const names[] = {
        "version", "abi_version", "status_name", "verdict_name", "handle_count", "error_code", "error_kind", "error_message",
        "error_part", "error_position", "error_vendor_code", "error_free", "buffer_data", "buffer_len", "buffer_free",
        "document_format", "document_free", "monitor_free", "verifier_free", "report_verdict", "report_signature_count",
        "report_signature_verdict", "report_signature_text", "report_finding_count", "report_finding_text", "report_free",
        "key_free", "signer_algorithm", "signer_max_signature_len", "signer_free", "seal_free", "seal_request_free",
        "seal_session_free", "request_free", "session_algorithm", "session_free", "authority_free"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) printf("sealcore_%s\n", names[i]);
}
