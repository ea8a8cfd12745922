/* threads DEMO FOLDER SECONDS     eight threads share const handles, while others cancel, misuse and free */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "friends.h"
#include "world.h"

enum { WORKERS = 8, THREADS = WORKERS + 4 };

static world w;
static time_t until;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sealcore_document *passing;  /* freed by one thread while others use it; under `lock` */
static sealcore_monitor *watching;  /* as is this */
static sealcore_signer *external;   /* signs through callbacks, on whatever thread calls */

typedef struct tally {
    unsigned long done, wrong, busy, cancelled, gone;
    sealcore_status first_wrong;
} tally;

static int time_left(void) { return time(NULL) < until; }

static void count(tally *t, int good, sealcore_status status) {
    if (good) {
        t->done++;
    } else if (t->wrong++ == 0) {
        t->first_wrong = status;
    }
}

static void verify_once(tally *t, const sealcore_document *document, int32_t expected) {
    sealcore_report *report = NULL;
    sealcore_buffer *json = NULL;
    int32_t verdict = 0;
    sealcore_status status = sealcore_verify(w.verifier, document, NULL, &verdict, &report, NULL);
    if (status == SEALCORE_OK) status = sealcore_report_json(report, "x", SEALCORE_LANG_ZH, &json, NULL);
    count(t, status == SEALCORE_OK && verdict == expected && sealcore_buffer_len(json) > 0, status);
    sealcore_buffer_free(json);
    sealcore_report_free(report);
}

static void sign_once(tally *t, const sealcore_document *document, const sealcore_signer *signer) {
    sealcore_buffer *out = NULL;
    sealcore_document *sealed = NULL;
    sealcore_status status = sealcore_sign(document, w.request, signer, NULL, &out, NULL);
    if (status == SEALCORE_OK)
        status = sealcore_document_open_bytes(sealcore_buffer_data(out), sealcore_buffer_len(out), NULL, &sealed, NULL);
    if (status == SEALCORE_OK) verify_once(t, sealed, SEALCORE_VERDICT_VALID);
    else count(t, 0, status);
    sealcore_document_free(sealed);
    sealcore_buffer_free(out);
}

static void *work(void *argument) {
    tally *t = argument;
    for (unsigned turn = 0; time_left(); turn++) {
        uint8_t value[256];
        size_t length = sizeof value;
        sealcore_status status;
        verify_once(t, w.document, SEALCORE_VERDICT_VALID);
        verify_once(t, w.plain, SEALCORE_VERDICT_UNSIGNED);
        status = sealcore_signer_sign_digest(w.signer, w.digest, sizeof w.digest, value, &length, NULL);
        count(t, status == SEALCORE_OK, status);
        sign_once(t, turn % 2 == 0 ? w.plain : w.plain_ofd, turn % 3 == 0 ? external : w.signer);
        if (turn % 4 == 0) {
            sealcore_error *error = NULL;
            sealcore_buffer *none = NULL;
            status = sealcore_call("nothing of that name", "{}", &none, &error);
            count(t, status < 0 && sealcore_error_code(error) == status, status);
            sealcore_error_free(error);
        }
    }
    return NULL;
}

/* Uses what another thread frees: a result, or SEALCORE_E_HANDLE. */
static void *use_passing(void *argument) {
    tally *t = argument;
    while (time_left()) {
        sealcore_report *report = NULL;
        sealcore_document *document;
        sealcore_status status;
        int32_t verdict = 0;
        pthread_mutex_lock(&lock);
        document = passing;
        pthread_mutex_unlock(&lock);
        status = sealcore_verify(w.verifier, document, NULL, &verdict, &report, NULL);
        if (status == SEALCORE_E_HANDLE || status == SEALCORE_E_NULL) t->gone++;
        else count(t, status == SEALCORE_OK && verdict == SEALCORE_VERDICT_VALID, status);
        sealcore_report_free(report);
    }
    return NULL;
}

static void *pass(void *argument) {
    tally *t = argument;
    while (time_left()) {
        sealcore_document *next = NULL, *last;
        sealcore_status status = sealcore_document_open_bytes(w.sealed.data, w.sealed.length, NULL, &next, NULL);
        struct timespec pause = {0, 300000};
        count(t, status == SEALCORE_OK, status);
        pthread_mutex_lock(&lock);
        last = passing;
        passing = next;
        pthread_mutex_unlock(&lock);
        nanosleep(&pause, NULL);
        sealcore_document_free(last);
        sealcore_document_free(last); /* twice */
    }
    return NULL;
}

/* Signs under a monitor that the next thread cancels. */
static void *be_cancelled(void *argument) {
    tally *t = argument;
    while (time_left()) {
        sealcore_monitor *monitor = NULL;
        sealcore_buffer *out = NULL;
        sealcore_status status = sealcore_monitor_new(case_monitor(), &monitor, NULL);
        pthread_mutex_lock(&lock);
        watching = monitor;
        pthread_mutex_unlock(&lock);
        for (int i = 0; i < 50 && status == SEALCORE_OK && time_left(); i++) {
            status = sealcore_sign(w.plain_ofd, w.request, w.signer, monitor, &out, NULL);
            sealcore_buffer_free(out);
            out = NULL;
        }
        if (status == SEALCORE_E_CANCELLED) t->cancelled++;
        count(t, status == SEALCORE_OK || status == SEALCORE_E_CANCELLED, status);
        sealcore_monitor_free(monitor);
    }
    return NULL;
}

/* Cancels, and changes what others use: SEALCORE_E_BUSY, or it was free just then. The values are the ones that were there. */
static void *meddle(void *argument) {
    tally *t = argument;
    while (time_left()) {
        struct timespec pause = {0, 200000};
        sealcore_status status[3];
        sealcore_monitor *monitor;
        pthread_mutex_lock(&lock);
        monitor = watching;
        pthread_mutex_unlock(&lock);
        sealcore_monitor_cancel(monitor, NULL); /* may be gone */
        status[0] = sealcore_verifier_set_policy(w.verifier, "seal", NULL);
        status[1] = sealcore_request_set_number(w.request, SEALCORE_REQUEST_TIME, w.now, NULL);
        status[2] = sealcore_verifier_set_limit(w.verifier, "entries", 10000, NULL);
        for (size_t i = 0; i < 3; i++) {
            if (status[i] == SEALCORE_E_BUSY) t->busy++;
            count(t, status[i] == SEALCORE_OK || status[i] == SEALCORE_E_BUSY, status[i]);
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int main(int argc, char **argv) {
    static tally tallies[THREADS];
    pthread_t threads[THREADS];
    tally all = {0, 0, 0, 0, 0, SEALCORE_OK};
    if (argc != 4) {
        fprintf(stderr, "usage: threads DEMO FOLDER SECONDS\n");
        return 64;
    }
    world_open(&w, argv[1], argv[2]);
    MUST(sealcore_signer_external(w.signer_certificate.data, w.signer_certificate.length, NULL, case_signer(&w), &external, NULL));
    until = time(NULL) + atoi(argv[3]);
    for (int i = 0; i < THREADS; i++) {
        void *(*run)(void *) = i < WORKERS ? work : i == WORKERS ? use_passing : i == WORKERS + 1 ? pass : i == WORKERS + 2 ? be_cancelled : meddle;
        if (pthread_create(&threads[i], NULL, run, &tallies[i]) != 0) return 2;
    }
    for (int i = 0; i < THREADS; i++) {
        const tally *t = &tallies[i];
        pthread_join(threads[i], NULL);
        if (t->wrong > 0) fprintf(stderr, "thread %d: %lu wrong, first %s\n", i, t->wrong, sealcore_status_name(t->first_wrong));
        all.done += t->done;
        all.wrong += t->wrong;
        all.busy += t->busy;
        all.cancelled += t->cancelled;
        all.gone += t->gone;
        CHECK(t->done > 0);
    }
    CHECK(all.wrong == 0);
    sealcore_document_free(passing);
    sealcore_signer_free(external);
    world_close(&w);
    CHECK(sealcore_handle_count() == 0);
    printf("threads: %lu calls as they should be, %lu not; %lu busy, %lu cancelled, %lu freed under way\n", all.done, all.wrong, all.busy,
           all.cancelled, all.gone);
    return check_summary("threads");
}
