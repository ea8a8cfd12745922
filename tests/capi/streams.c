/* Sources, sinks, monitors and logs that misbehave. */
#include "misuse.h"

#include <string.h>

#include "check.h"
#include "friends.h"

enum trick {
    HONEST, RETURN_0, RETURN_7, CANCEL, READ_NOTHING, CLAIM_TOO_MUCH, CLAIM_SIZE_MAX, ONE_BYTE, FAIL_LATER, CHANGE, CALL_MYSELF, FREE_MYSELF
};

static struct {
    world *w;
    enum trick trick;
    unsigned calls, reports;
    size_t written;
    sealcore_document *document;
    sealcore_monitor *monitor;
    sealcore_status inner, cancel;
} play;

static int32_t read_wrongly(void *user, uint64_t offset, uint8_t *buffer, size_t length, size_t *read) {
    int32_t result;
    play.calls++;
    CHECK(*read == 0);
    CHECK(buffer != NULL && length > 0);
    switch (play.trick) {
    case RETURN_0: return 0;
    case RETURN_7: return 7;
    case CANCEL: return SEALCORE_CALLBACK_CANCEL;
    case READ_NOTHING: return SEALCORE_CALLBACK_OK;
    case CLAIM_TOO_MUCH: *read = length + 1; return SEALCORE_CALLBACK_OK;
    case CLAIM_SIZE_MAX: *read = SIZE_MAX; return SEALCORE_CALLBACK_OK;
    case ONE_BYTE: return friend_read_at(user, offset, buffer, length < 17 ? 1 : 17, read);
    case FAIL_LATER: if (play.calls > 2) return 0; break;
    case CALL_MYSELF: {
        sealcore_buffer *json = NULL;
        if (play.document == NULL) break;
        play.inner = sealcore_document_inspect(play.document, 0, SEALCORE_LANG_EN, NULL, NULL, &json, NULL);
        CHECK(json == NULL);
        break;
    }
    default: break;
    }
    result = friend_read_at(user, offset, buffer, length, read);
    if (play.trick == CHANGE && *read > 0) buffer[*read / 2] ^= (uint8_t)play.calls;
    return result;
}

/* Opens, inspects, verifies. */
static sealcore_status use_source(enum trick trick, uint64_t stated_length) {
    sealcore_source source = *case_source(play.w);
    sealcore_report *report = NULL;
    sealcore_status status;
    int32_t verdict = 0;
    unsigned dropped = friends_dropped;
    source.read_at = read_wrongly;
    source.length = stated_length;
    play.trick = trick;
    play.calls = 0;
    play.inner = SEALCORE_OK;
    play.document = NULL;
    status = sealcore_document_open_source(&source, NULL, &play.document, NULL);
    if (status == SEALCORE_OK) {
        CHECK(sealcore_document_format(play.document) == SEALCORE_FORMAT_PDF);
        status = sealcore_verify(play.w->verifier, play.document, NULL, &verdict, &report, NULL);
        if (status == SEALCORE_OK) CHECK(verdict != SEALCORE_VERDICT_VALID);
        sealcore_report_free(report);
    }
    sealcore_document_free(play.document);
    CHECK(friends_dropped == dropped + 1);
    return status;
}

static void sources(void) {
    uint64_t length = play.w->pdf.length;
    CHECK_STATUS(SEALCORE_OK, use_source(HONEST, length));
    CHECK_STATUS(SEALCORE_OK, use_source(ONE_BYTE, length));
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_source(RETURN_0, length));
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_source(RETURN_7, length));
    CHECK_STATUS(SEALCORE_E_CANCELLED, use_source(CANCEL, length));
    CHECK_FAILS(use_source(READ_NOTHING, length));
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_source(CLAIM_TOO_MUCH, length));
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_source(CLAIM_SIZE_MAX, length));
    CHECK(use_source(FAIL_LATER, length) != SEALCORE_E_PANIC);
    CHECK(use_source(CHANGE, length) != SEALCORE_E_PANIC);
    CHECK(use_source(CALL_MYSELF, length) != SEALCORE_E_PANIC);
    CHECK(play.inner == SEALCORE_OK || play.inner == SEALCORE_E_REENTRANT);
    /* A length that is not so. */
    CHECK_FAILS(use_source(HONEST, 0));
    CHECK(use_source(HONEST, length / 2) != SEALCORE_E_PANIC);
    CHECK(use_source(HONEST, length + 1000) != SEALCORE_E_PANIC);
    CHECK_FAILS(use_source(HONEST, UINT64_MAX));
    CHECK_FAILS(use_source(HONEST, (uint64_t)INT64_MAX));
}

static int32_t write_wrongly(void *user, const uint8_t *bytes, size_t length) {
    (void)user;
    play.calls++;
    CHECK(bytes != NULL || length == 0);
    play.written += length;
    switch (play.trick) {
    case RETURN_0: return 0;
    case RETURN_7: return 7;
    case CANCEL: return SEALCORE_CALLBACK_CANCEL;
    case FAIL_LATER: return play.calls > 1 ? 0 : SEALCORE_CALLBACK_OK;
    default: return SEALCORE_CALLBACK_OK;
    }
}

static sealcore_status use_sink(enum trick trick) {
    sealcore_sink sink = *case_sink();
    unsigned dropped = friends_dropped;
    sealcore_status status;
    sink.write = write_wrongly;
    play.trick = trick;
    play.calls = 0;
    play.written = 0;
    status = sealcore_sign_to_sink(play.w->plain_ofd, play.w->request, play.w->signer, NULL, &sink, NULL);
    CHECK(friends_dropped == dropped + 1);
    return status;
}

static void sinks(void) {
    CHECK_STATUS(SEALCORE_OK, use_sink(HONEST));
    CHECK(play.written > play.w->ofd.length);
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_sink(RETURN_0));
    CHECK_STATUS(SEALCORE_E_CALLBACK, use_sink(RETURN_7));
    CHECK_STATUS(SEALCORE_E_CANCELLED, use_sink(CANCEL));
    use_sink(HONEST);
    if (play.calls > 1) CHECK_STATUS(SEALCORE_E_CALLBACK, use_sink(FAIL_LATER));
}

static int32_t progress_wrongly(void *user, uint64_t done, uint64_t total) {
    sealcore_report *report = NULL;
    int32_t verdict = 0;
    (void)user;
    play.reports++;
    CHECK(total == 0 || done <= total);
    switch (play.trick) {
    case RETURN_0: return 0;
    case RETURN_7: return 7;
    case CANCEL: return SEALCORE_CALLBACK_CANCEL;
    case CALL_MYSELF:
        /* With the monitor that reports: refused. With others: done. */
        play.inner = sealcore_verify(play.w->verifier, play.w->plain, play.monitor, &verdict, &report, NULL);
        CHECK(report == NULL);
        play.cancel = sealcore_monitor_cancel(play.monitor, NULL);
        CHECK(play.cancel == SEALCORE_OK || play.cancel == SEALCORE_E_REENTRANT);
        break;
    case FREE_MYSELF: sealcore_monitor_free(play.monitor); break;
    default: break;
    }
    return SEALCORE_CALLBACK_OK;
}

static sealcore_status use_monitor(enum trick trick) {
    sealcore_monitor_callbacks callbacks = *case_monitor();
    sealcore_buffer *out = NULL;
    sealcore_status status;
    unsigned dropped = friends_dropped;
    callbacks.progress = progress_wrongly;
    play.trick = trick;
    play.reports = 0;
    play.inner = SEALCORE_OK;
    MUST(sealcore_monitor_new(&callbacks, &play.monitor, NULL));
    status = sealcore_sign(play.w->plain_ofd, play.w->request, play.w->signer, play.monitor, &out, NULL);
    CHECK((status == SEALCORE_OK) == (out != NULL));
    CHECK(play.reports > 0);
    sealcore_buffer_free(out);
    sealcore_monitor_free(play.monitor);
    CHECK(friends_dropped == dropped + 1);
    return status;
}

static void monitors(void) {
    sealcore_status status;
    sealcore_monitor *monitor = NULL;
    sealcore_report *report = NULL;
    sealcore_buffer *json = NULL;
    int32_t verdict = 0;
    CHECK_STATUS(SEALCORE_OK, use_monitor(HONEST));
    CHECK_STATUS(SEALCORE_E_CANCELLED, use_monitor(RETURN_0));
    CHECK_STATUS(SEALCORE_E_CANCELLED, use_monitor(RETURN_7));
    CHECK_STATUS(SEALCORE_E_CANCELLED, use_monitor(CANCEL));
    status = use_monitor(CALL_MYSELF);
    CHECK(status == (play.cancel == SEALCORE_OK ? SEALCORE_E_CANCELLED : SEALCORE_OK));
    CHECK(play.inner == SEALCORE_E_REENTRANT);
    CHECK_STATUS(SEALCORE_OK, use_monitor(FREE_MYSELF));
    /* Cancelled before it began. */
    MUST(sealcore_monitor_new(NULL, &monitor, NULL));
    CHECK_STATUS(SEALCORE_OK, sealcore_monitor_cancel(monitor, NULL));
    CHECK_STATUS(SEALCORE_OK, sealcore_monitor_cancel(monitor, NULL));
    CHECK_STATUS(SEALCORE_E_CANCELLED, sealcore_verify(play.w->verifier, play.w->document, monitor, &verdict, &report, NULL));
    CHECK(verdict == 0 && report == NULL);
    CHECK_STATUS(SEALCORE_E_CANCELLED, sealcore_document_inspect(play.w->document, 1, SEALCORE_LANG_EN, NULL, monitor, &json, NULL));
    CHECK(json == NULL);
    CHECK_STATUS(SEALCORE_E_CANCELLED, sealcore_timestamp_verify(play.w->verifier, play.w->stamp_token.data,
        play.w->stamp_token.length, play.w->value, play.w->value_length, NULL, 0, monitor, &verdict, &report, NULL));
    CHECK(verdict == 0 && report == NULL);
    sealcore_monitor_free(monitor);
}

static void log_inside(void *user, int32_t level, const char *message) {
    sealcore_error *error = NULL;
    (void)user;
    play.calls++;
    CHECK(level >= SEALCORE_LOG_ERROR && level <= SEALCORE_LOG_DEBUG);
    CHECK(message != NULL && message[0] != '\0');
    if (play.calls > 1000) return; /* it goes in circles; the check below tells */
    /* What would be logged in turn. */
    CHECK(sealcore_buffer_len(NULL) == 0);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_call(NULL, NULL, NULL, &error));
    sealcore_error_free(error);
}

static void log_off(void *user, int32_t level, const char *message) {
    (void)user, (void)level, (void)message;
    play.calls++;
    /* No lock that this waits for; dropped when this has returned. */
    play.inner = sealcore_set_log(SEALCORE_LOG_DEBUG, NULL, NULL);
}

static void logs(void) {
    sealcore_log_callbacks callbacks = *case_log();
    unsigned dropped = friends_dropped;
    callbacks.log = log_inside;
    play.calls = 0;
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, &callbacks, NULL));
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_verifier_set_time(NULL, 0, NULL));
    CHECK(play.calls == 1);
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, NULL, NULL));
    CHECK(friends_dropped == dropped + 1);
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_verifier_set_time(NULL, 0, NULL));
    CHECK(play.calls == 1);

    callbacks.log = log_off;
    play.calls = 0;
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, &callbacks, NULL));
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_verifier_set_time(NULL, 0, NULL));
    CHECK(play.calls == 1 && play.inner == SEALCORE_OK);
    CHECK(friends_dropped == dropped + 2);
    /* Below the level nothing is said. */
    callbacks.log = log_inside;
    play.calls = 0;
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_ERROR, &callbacks, NULL));
    CHECK_STATUS(SEALCORE_E_NULL, sealcore_verifier_set_time(NULL, 0, NULL));
    CHECK(play.calls == 0);
    CHECK_STATUS(SEALCORE_OK, sealcore_set_log(SEALCORE_LOG_DEBUG, NULL, NULL));
}

void misuse_streams(world *w) {
    memset(&play, 0, sizeof play);
    play.w = w;
    sources();
    sinks();
    monitors();
    logs();
}
