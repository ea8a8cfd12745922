/* Callback structs of another size, with members missing; `drop` exactly once whatever becomes of the call. */
#include "misuse.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "friends.h"

typedef sealcore_status (*constructor)(world *w, const void *callbacks);

static sealcore_status with_source(world *w, const void *callbacks) {
    sealcore_document *document = NULL;
    sealcore_status status = sealcore_document_open_source(callbacks, NULL, &document, NULL);
    (void)w;
    sealcore_document_free(document);
    return status;
}

static sealcore_status with_sink(world *w, const void *callbacks) {
    return sealcore_sign_to_sink(w->plain, w->request, w->signer, NULL, callbacks, NULL);
}

static sealcore_status with_completion(world *w, const void *callbacks) {
    return sealcore_session_complete_to_sink(w->session, w->plain, w->value, w->value_length, callbacks, NULL);
}

static sealcore_status with_monitor(world *w, const void *callbacks) {
    sealcore_monitor *monitor = NULL;
    sealcore_status status = sealcore_monitor_new(callbacks, &monitor, NULL);
    (void)w;
    sealcore_monitor_free(monitor);
    return status;
}

static sealcore_status with_signer(world *w, const void *callbacks) {
    sealcore_signer *signer = NULL;
    sealcore_status status =
        sealcore_signer_external(w->signer_certificate.data, w->signer_certificate.length, NULL, callbacks, &signer, NULL);
    sealcore_signer_free(signer);
    return status;
}

static sealcore_status with_authority(world *w, const void *callbacks) {
    sealcore_authority *authority = NULL;
    sealcore_status status = sealcore_authority_external(callbacks, &authority, NULL);
    (void)w;
    sealcore_authority_free(authority);
    return status;
}

static sealcore_status with_log(world *w, const void *callbacks) {
    sealcore_status status = sealcore_set_log(SEALCORE_LOG_ERROR, callbacks, NULL);
    (void)w;
    sealcore_set_log(SEALCORE_LOG_ERROR, NULL, NULL);
    return status;
}

/* The struct is put on the heap in exactly its stated size, so that a sanitizer sees a read behind it. */
static void sizes(world *w, constructor construct, const void *good, uint32_t size) {
    unsigned before;
    unsigned char *copy;
    for (uint32_t stated = 0; stated < size; stated += 4) {
        copy = malloc(stated > 4 ? stated : 4);
        if (copy == NULL) exit(2);
        memcpy(copy, good, stated > 4 ? stated : 4);
        memcpy(copy, &stated, sizeof stated);
        before = friends_dropped;
        CHECK_STATUS(SEALCORE_E_ABI, construct(w, copy));
        /* Which of the members are there is unknown: none is called. */
        CHECK(friends_dropped == before);
        free(copy);
    }
    copy = malloc(size);
    if (copy == NULL) exit(2);
    memcpy(copy, good, size);
    before = friends_dropped;
    CHECK_STATUS(SEALCORE_OK, construct(w, copy));
    CHECK(friends_dropped == before + 1);
    free(copy);
    copy = calloc(1, size + 64);
    if (copy == NULL) exit(2);
    memcpy(copy, good, size);
    {
        uint32_t larger = size + 64;
        memcpy(copy, &larger, sizeof larger);
    }
    before = friends_dropped;
    CHECK_STATUS(SEALCORE_OK, construct(w, copy));
    CHECK(friends_dropped == before + 1);
    free(copy);
}

/* A member that must be there is not; a drop that may be missing is. */
static void members(world *w) {
    sealcore_source source = *case_source(w);
    sealcore_sink sink = *case_sink();
    sealcore_signer_callbacks signer = *case_signer(w);
    sealcore_authority_callbacks authority = *case_authority(w);
    sealcore_log_callbacks log = *case_log();
    unsigned before = friends_dropped;
    source.read_at = NULL;
    sink.write = NULL;
    signer.sign_digest = NULL;
    authority.respond = NULL;
    log.log = NULL;
    CHECK_STATUS(SEALCORE_E_NULL, with_source(w, &source));
    CHECK(friends_dropped == before + 1);
    CHECK_STATUS(SEALCORE_E_NULL, with_sink(w, &sink));
    CHECK(friends_dropped == before + 2);
    CHECK_STATUS(SEALCORE_E_NULL, with_completion(w, &sink));
    CHECK(friends_dropped == before + 3);
    CHECK_STATUS(SEALCORE_E_NULL, with_signer(w, &signer));
    CHECK(friends_dropped == before + 4);
    CHECK_STATUS(SEALCORE_E_NULL, with_authority(w, &authority));
    CHECK(friends_dropped == before + 5);
    CHECK_STATUS(SEALCORE_E_NULL, with_log(w, &log));
    CHECK(friends_dropped == before + 6);

    source = *case_source(w);
    sink = *case_sink();
    signer = *case_signer(w);
    authority = *case_authority(w);
    source.drop = NULL;
    sink.drop = NULL;
    signer.drop = NULL;
    authority.drop = NULL;
    CHECK_STATUS(SEALCORE_OK, with_source(w, &source));
    CHECK_STATUS(SEALCORE_OK, with_sink(w, &sink));
    CHECK_STATUS(SEALCORE_OK, with_signer(w, &signer));
    CHECK_STATUS(SEALCORE_OK, with_authority(w, &authority));
    CHECK(friends_dropped == before + 6);
}

/* The call fails for another reason: dropped all the same, once. */
static void failing(world *w) {
    static char not_utf8[] = "\xff";
    sealcore_signer *signer = NULL;
    sealcore_document *document = NULL;
    sealcore_monitor *stale = NULL;
    unsigned before = friends_dropped;
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_document_open_source(case_source(w), NULL, NULL, NULL));
    CHECK(friends_dropped == before + 1);
    CHECK_STATUS(SEALCORE_E_UTF8, sealcore_document_open_source(case_source(w), not_utf8, &document, NULL));
    CHECK(friends_dropped == before + 2);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_signer_external(NULL, 5, NULL, case_signer(w), &signer, NULL));
    CHECK(friends_dropped == before + 3);
    CHECK_FAILS(sealcore_signer_external(w->digest, 32, NULL, case_signer(w), &signer, NULL));
    CHECK(friends_dropped == before + 4);
    CHECK_FAILS(sealcore_signer_external(w->signer_certificate.data, w->signer_certificate.length, "no such algorithm", case_signer(w),
                                         &signer, NULL));
    CHECK(friends_dropped == before + 5);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_sign_to_sink(NULL, w->request, w->signer, NULL, case_sink(), NULL));
    CHECK(friends_dropped == before + 6);
    MUST(sealcore_monitor_new(NULL, &stale, NULL));
    sealcore_monitor_free(stale);
    CHECK_STATUS(SEALCORE_E_HANDLE, sealcore_sign_to_sink(w->plain, w->request, w->signer, stale, case_sink(), NULL));
    CHECK(friends_dropped == before + 7);
    CHECK_FAILS(sealcore_session_complete_to_sink(w->session, w->plain, w->value, 3, case_sink(), NULL));
    CHECK(friends_dropped == before + 8);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_authority_external(case_authority(w), NULL, NULL));
    CHECK(friends_dropped == before + 9);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_monitor_new(case_monitor(), NULL, NULL));
    CHECK(friends_dropped == before + 10);
    CHECK_FAILS(sealcore_set_log(99, case_log(), NULL));
    CHECK(friends_dropped == before + 11);
    CHECK(signer == NULL && document == NULL);
    /* A log that is replaced is dropped then, not before. */
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_WARNING, case_log(), NULL));
    CHECK(friends_dropped == before + 11);
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, case_log(), NULL));
    CHECK(friends_dropped == before + 12);
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, NULL, NULL));
    CHECK(friends_dropped == before + 13);
}

/* A signer is kept for as long as something uses it: an authority made from it lives on. */
static void kept(world *w) {
    sealcore_authority_callbacks callbacks = *case_authority(w);
    sealcore_authority *authority = NULL;
    sealcore_request *request = NULL;
    unsigned before = friends_dropped;
    MUST(sealcore_authority_external(&callbacks, &authority, NULL));
    MUST(sealcore_request_new(&request, NULL));
    CHECK_STATUS(SEALCORE_OK, sealcore_request_set_authority(request, authority, NULL));
    sealcore_authority_free(authority);
    CHECK(friends_dropped == before);
    sealcore_request_free(request);
    CHECK(friends_dropped == before + 1);
}

void misuse_layouts(world *w) {
    sizes(w, with_source, case_source(w), sizeof(sealcore_source));
    sizes(w, with_sink, case_sink(), sizeof(sealcore_sink));
    sizes(w, with_completion, case_sink(), sizeof(sealcore_sink));
    sizes(w, with_monitor, case_monitor(), sizeof(sealcore_monitor_callbacks));
    sizes(w, with_signer, case_signer(w), sizeof(sealcore_signer_callbacks));
    sizes(w, with_authority, case_authority(w), sizeof(sealcore_authority_callbacks));
    sizes(w, with_log, case_log(), sizeof(sealcore_log_callbacks));
    members(w);
    failing(w);
    kept(w);
}
