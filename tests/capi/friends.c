#include "friends.h"

#include <string.h>

unsigned friends_dropped;

void friend_drop(void *user) {
    (void)user;
    __atomic_add_fetch(&friends_dropped, 1, __ATOMIC_SEQ_CST); /* the last user may be on another thread */
}

static void friend_log(void *user, int32_t level, const char *message) {
    (void)user, (void)level, (void)message;
}

int32_t friend_progress(void *user, uint64_t done, uint64_t total) {
    (void)user, (void)done, (void)total;
    return SEALCORE_CALLBACK_OK;
}

int32_t friend_read_at(void *user, uint64_t offset, uint8_t *buffer, size_t length, size_t *read) {
    const world *w = user;
    size_t left = offset < w->pdf.length ? w->pdf.length - (size_t)offset : 0;
    *read = length < left ? length : left;
    if (*read > 0) memcpy(buffer, w->pdf.data + offset, *read);
    return SEALCORE_CALLBACK_OK;
}

int32_t friend_write(void *user, const uint8_t *bytes, size_t length) {
    (void)user, (void)bytes, (void)length;
    return SEALCORE_CALLBACK_OK;
}

int32_t friend_sign_digest(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity,
                           size_t *length, uint64_t *vendor_code) {
    const world *w = user;
    size_t room = capacity;
    (void)vendor_code;
    if (sealcore_signer_sign_digest(w->signer, digest, digest_length, signature, &room, NULL) != SEALCORE_OK) return 0;
    *length = room;
    return SEALCORE_CALLBACK_OK;
}

int32_t friend_respond(void *user, const uint8_t *request, size_t request_length, uint8_t *reply, size_t capacity, size_t *length) {
    const world *w = user;
    sealcore_buffer *answer = NULL;
    if (sealcore_authority_respond(w->authority, request, request_length, &answer, NULL) != SEALCORE_OK) return 0;
    if (sealcore_buffer_len(answer) <= capacity) {
        *length = sealcore_buffer_len(answer);
        memcpy(reply, sealcore_buffer_data(answer), *length);
    }
    sealcore_buffer_free(answer);
    return SEALCORE_CALLBACK_OK;
}

const sealcore_log_callbacks *case_log(void) {
    static sealcore_log_callbacks callbacks = {sizeof callbacks, friend_log, friend_drop, NULL};
    return &callbacks;
}

const sealcore_monitor_callbacks *case_monitor(void) {
    static sealcore_monitor_callbacks callbacks = {sizeof callbacks, friend_progress, friend_drop, NULL};
    return &callbacks;
}

const sealcore_source *case_source(world *w) {
    static sealcore_source callbacks;
    callbacks = (sealcore_source){sizeof callbacks, w->pdf.length, friend_read_at, friend_drop, w};
    return &callbacks;
}

const sealcore_sink *case_sink(void) {
    static sealcore_sink callbacks = {sizeof callbacks, friend_write, friend_drop, NULL};
    return &callbacks;
}

const sealcore_signer_callbacks *case_signer(world *w) {
    static sealcore_signer_callbacks callbacks;
    callbacks = (sealcore_signer_callbacks){sizeof callbacks, friend_sign_digest, NULL, friend_drop, w};
    return &callbacks;
}

const sealcore_authority_callbacks *case_authority(world *w) {
    static sealcore_authority_callbacks callbacks;
    callbacks = (sealcore_authority_callbacks){sizeof callbacks, friend_respond, friend_drop, w};
    return &callbacks;
}
