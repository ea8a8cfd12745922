/* Calls at the end of a thread and of the process, when what the library keeps for the thread is gone; and callbacks that wait
 * for another thread. */
#define _POSIX_C_SOURCE 200809L
#include "misuse.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "friends.h"

static pthread_key_t key;
static sealcore_document *kept; /* till the end of the process */
static sealcore_request *request;
static sealcore_status inner;

static void at_end_of_thread(void *value) {
    sealcore_error *error = NULL;
    sealcore_monitor *monitor = NULL;
    static int rounds;
    CHECK(sealcore_document_format(value) == SEALCORE_FORMAT_OFD);
    CHECK_STATUS(SEALCORE_OK, sealcore_monitor_new(NULL, &monitor, NULL));
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_verifier_set_time(NULL, 0, &error));
    sealcore_error_free(error);
    sealcore_monitor_free(monitor);
    /* Once more in the next round of destructors, after those that were registered meanwhile. */
    if (rounds++ < 2) pthread_setspecific(key, value);
}

static void *thread(void *document) {
    pthread_setspecific(key, document);
    CHECK(sealcore_document_format(document) == SEALCORE_FORMAT_OFD);
    return NULL;
}

/* The counts were printed before: what is wrong here ends the process. */
static void at_end_of_process(void) {
    if (sealcore_document_format(kept) != SEALCORE_FORMAT_OFD || sealcore_set_log(SEALCORE_LOG_ERROR, NULL, NULL) != SEALCORE_OK) {
        fprintf(stderr, "late.c: calls at exit fail\n");
        _exit(3);
    }
    sealcore_document_free(kept);
    if (sealcore_handle_count() != 0) {
        fprintf(stderr, "late.c: handles are left\n");
        _exit(3);
    }
}

static void *change_request(void *unused) {
    (void)unused;
    inner = sealcore_request_set_number(request, SEALCORE_REQUEST_OPACITY, 50, NULL);
    return NULL;
}

/* As a runtime does that stops for another thread. */
static void drop_and_wait(void *user) {
    pthread_t other;
    (void)user;
    CHECK(pthread_create(&other, NULL, change_request, NULL) == 0);
    pthread_join(other, NULL);
}

static void waiting(world *w) {
    sealcore_authority_callbacks callbacks = *case_authority(w);
    sealcore_authority *authority = NULL;
    callbacks.drop = drop_and_wait;
    request = w->scratch_request;
    inner = SEALCORE_E_STATE;
    MUST(sealcore_authority_external(&callbacks, &authority, NULL));
    CHECK_STATUS(SEALCORE_OK, sealcore_request_set_authority(request, authority, NULL));
    sealcore_authority_free(authority);
    alarm(120); /* a lock that is held while callers are called */
    CHECK_STATUS(SEALCORE_OK, sealcore_request_set_authority(request, w->authority, NULL));
    alarm(0);
    CHECK(inner == SEALCORE_OK || inner == SEALCORE_E_BUSY);
}

void misuse_late(world *w) {
    pthread_t ended;
    waiting(w);
    CHECK(pthread_key_create(&key, at_end_of_thread) == 0);
    CHECK(pthread_create(&ended, NULL, thread, w->document) == 0);
    pthread_join(ended, NULL);
    pthread_key_delete(key);
}

void misuse_at_exit(const char *path) {
    MUST(sealcore_document_open_path(path, NULL, &kept, NULL));
    CHECK(atexit(at_end_of_process) == 0);
}
