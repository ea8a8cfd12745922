/* Callbacks that behave, with a count of how often each was dropped. */
#ifndef FRIENDS_H
#define FRIENDS_H

#include "world.h"

extern unsigned friends_dropped;
void friend_drop(void *user);

/* Each gives callbacks that last until it is asked again. The source gives document.pdf; the sink counts and forgets; signer and
 * authority sign with the world's. */
const sealcore_log_callbacks *case_log(void);
const sealcore_monitor_callbacks *case_monitor(void);
const sealcore_source *case_source(world *w);
const sealcore_sink *case_sink(void);
const sealcore_signer_callbacks *case_signer(world *w);
const sealcore_authority_callbacks *case_authority(world *w);

int32_t friend_read_at(void *user, uint64_t offset, uint8_t *buffer, size_t length, size_t *read);
int32_t friend_write(void *user, const uint8_t *bytes, size_t length);
int32_t friend_sign_digest(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity,
                           size_t *length, uint64_t *vendor_code);
int32_t friend_respond(void *user, const uint8_t *request, size_t request_length, uint8_t *reply, size_t capacity, size_t *length);
int32_t friend_progress(void *user, uint64_t done, uint64_t total);

#endif
