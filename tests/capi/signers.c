/* Callbacks that sign or answer, and do it wrongly: the call fails, nothing is embedded, the process lives. */
#include "misuse.h"

#include <string.h>

#include "check.h"
#include "friends.h"

enum trick {
    HONEST, RETURN_0, RETURN_MINUS_1, RETURN_3, CANCEL, WRITE_NOTHING, CLAIM_TOO_MUCH, CLAIM_SIZE_MAX, GARBAGE, ZEROS, OTHER_DIGEST,
    CALL_MYSELF, FREE_MYSELF
};

static struct {
    world *w;
    enum trick trick;
    sealcore_signer *signer;
    sealcore_authority *authority;
    sealcore_status inner;
    unsigned calls;
} play;

static int32_t sign_wrongly(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity,
                            size_t *length, uint64_t *vendor_code) {
    uint8_t other[64] = {1};
    size_t room = sizeof other;
    play.calls++;
    CHECK(*length == 0);
    CHECK(*vendor_code == 0);
    CHECK(capacity >= 64 && digest != NULL && digest_length == 32);
    switch (play.trick) {
    case RETURN_0: *vendor_code = 0x0A000024; return 0;
    case RETURN_MINUS_1: *vendor_code = UINT64_MAX; return -1;
    case RETURN_3: return 3;
    case CANCEL: return SEALCORE_CALLBACK_CANCEL;
    case WRITE_NOTHING: return SEALCORE_CALLBACK_OK;
    case CLAIM_TOO_MUCH: *length = capacity + 1; return SEALCORE_CALLBACK_OK;
    case CLAIM_SIZE_MAX: *length = SIZE_MAX; return SEALCORE_CALLBACK_OK;
    case GARBAGE: memset(signature, 0xff, capacity); *length = capacity; return SEALCORE_CALLBACK_OK;
    case ZEROS: memset(signature, 0, 64); *length = 64; return SEALCORE_CALLBACK_OK;
    case OTHER_DIGEST: return friend_sign_digest(user, other, 32, signature, capacity, length, vendor_code);
    case CALL_MYSELF: play.inner = sealcore_signer_sign_digest(play.signer, digest, digest_length, other, &room, NULL); break;
    case FREE_MYSELF: sealcore_signer_free(play.signer); break;
    default: break;
    }
    return friend_sign_digest(user, digest, digest_length, signature, capacity, length, vendor_code);
}

static sealcore_status sign(enum trick trick, uint64_t *vendor_code) {
    sealcore_buffer *out = NULL;
    sealcore_error *error = NULL;
    sealcore_status status;
    play.trick = trick;
    play.inner = SEALCORE_OK;
    status = sealcore_sign(play.w->plain, play.w->request, play.signer, NULL, &out, &error);
    CHECK((status == SEALCORE_OK) == (out != NULL));
    if (vendor_code != NULL) *vendor_code = sealcore_error_vendor_code(error);
    sealcore_error_free(error);
    sealcore_buffer_free(out);
    return status;
}

static void open_signer(void) {
    sealcore_signer_callbacks callbacks = *case_signer(play.w);
    callbacks.sign_digest = sign_wrongly;
    MUST(sealcore_signer_external(play.w->signer_certificate.data, play.w->signer_certificate.length, NULL, &callbacks, &play.signer, NULL));
}

static void signing(void) {
    uint64_t vendor_code = 0;
    unsigned dropped;
    open_signer();
    CHECK_STATUS(SEALCORE_OK, sign(HONEST, NULL));
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(RETURN_0, &vendor_code));
    CHECK(vendor_code == 0x0A000024);
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(RETURN_MINUS_1, &vendor_code));
    CHECK(vendor_code == UINT64_MAX);
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(RETURN_3, NULL));
    CHECK_STATUS(SEALCORE_E_CANCELLED, sign(CANCEL, NULL));
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(WRITE_NOTHING, NULL));
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(CLAIM_TOO_MUCH, NULL));
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(CLAIM_SIZE_MAX, NULL));
    CHECK_FAILS(sign(GARBAGE, NULL));
    CHECK_FAILS(sign(ZEROS, NULL));
    CHECK_FAILS(sign(OTHER_DIGEST, NULL));
    CHECK_STATUS(SEALCORE_OK, sign(CALL_MYSELF, NULL));
    CHECK(play.inner == SEALCORE_E_REENTRANT);
    CHECK_STATUS(SEALCORE_OK, sign(HONEST, NULL));
    /* Freed while it signs: it goes when the call is over. */
    dropped = friends_dropped;
    CHECK_STATUS(SEALCORE_OK, sign(FREE_MYSELF, NULL));
    CHECK(friends_dropped == dropped + 1);
    CHECK_STATUS(SEALCORE_E_HANDLE, sign(HONEST, NULL));
    sealcore_signer_free(play.signer);
    CHECK(friends_dropped == dropped + 1);
}

static int32_t sign_message(void *user, const uint8_t *message, size_t message_length, uint8_t *signature, size_t capacity,
                            size_t *length, uint64_t *vendor_code) {
    (void)user, (void)message, (void)signature, (void)capacity, (void)vendor_code;
    play.calls++;
    CHECK(message_length > 0);
    *length = 0;
    return play.trick == CANCEL ? SEALCORE_CALLBACK_CANCEL : 0;
}

/* Only the form that takes a message: the digest cannot be signed alone, and that is said. */
static void messages(void) {
    sealcore_signer_callbacks callbacks = *case_signer(play.w);
    uint8_t value[256];
    size_t length = sizeof value;
    callbacks.sign_digest = NULL;
    callbacks.sign_message = sign_message;
    MUST(sealcore_signer_external(play.w->signer_certificate.data, play.w->signer_certificate.length, NULL, &callbacks, &play.signer, NULL));
    play.calls = 0;
    CHECK_STATUS(SEALCORE_E_SIGNER, sign(RETURN_0, NULL));
    CHECK_STATUS(SEALCORE_E_CANCELLED, sign(CANCEL, NULL));
    CHECK(play.calls == 2);
    CHECK_FAILS(sealcore_signer_sign_digest(play.signer, play.w->digest, 32, value, &length, NULL));
    sealcore_signer_free(play.signer);
    /* Both are there: the digest is signed. */
    callbacks.sign_digest = friend_sign_digest;
    MUST(sealcore_signer_external(play.w->signer_certificate.data, play.w->signer_certificate.length, NULL, &callbacks, &play.signer, NULL));
    CHECK_STATUS(SEALCORE_OK, sign(HONEST, NULL));
    CHECK(play.calls == 2);
    sealcore_signer_free(play.signer);
}

static int32_t answer_wrongly(void *user, const uint8_t *request, size_t request_length, uint8_t *reply, size_t capacity, size_t *length) {
    sealcore_buffer *inner = NULL;
    play.calls++;
    CHECK(*length == 0);
    CHECK(request != NULL && request_length > 0 && capacity >= 65536);
    switch (play.trick) {
    case RETURN_0: return 0;
    case RETURN_3: return 3;
    case CANCEL: return SEALCORE_CALLBACK_CANCEL;
    case WRITE_NOTHING: return SEALCORE_CALLBACK_OK;
    case CLAIM_TOO_MUCH: *length = capacity + 1; return SEALCORE_CALLBACK_OK;
    case CLAIM_SIZE_MAX: *length = SIZE_MAX; return SEALCORE_CALLBACK_OK;
    case GARBAGE: memset(reply, 0x30, capacity); *length = capacity; return SEALCORE_CALLBACK_OK;
    case OTHER_DIGEST: /* the answer to another request */
        memcpy(reply, play.w->stamp_reply.data, play.w->stamp_reply.length);
        *length = play.w->stamp_reply.length;
        return SEALCORE_CALLBACK_OK;
    case CALL_MYSELF:
        play.inner = sealcore_authority_respond(play.authority, request, request_length, &inner, NULL);
        CHECK(inner == NULL);
        break;
    case FREE_MYSELF: sealcore_authority_free(play.authority); break;
    default: break;
    }
    return friend_respond(user, request, request_length, reply, capacity, length);
}

static sealcore_status respond(enum trick trick) {
    sealcore_buffer *out = NULL;
    sealcore_status status;
    play.trick = trick;
    play.inner = SEALCORE_OK;
    status = sealcore_authority_respond(play.authority, play.w->stamp_query.data, play.w->stamp_query.length, &out, NULL);
    CHECK((status == SEALCORE_OK) == (out != NULL));
    sealcore_buffer_free(out);
    return status;
}

static sealcore_status sign_with_stamp(enum trick trick) {
    sealcore_buffer *out = NULL;
    sealcore_status status;
    play.trick = trick;
    status = sealcore_sign(play.w->plain, play.w->scratch_request, play.w->signer, NULL, &out, NULL);
    CHECK((status == SEALCORE_OK) == (out != NULL));
    sealcore_buffer_free(out);
    return status;
}

static void answering(void) {
    static const enum trick wrong[] = {RETURN_0, RETURN_3, WRITE_NOTHING, CLAIM_TOO_MUCH, CLAIM_SIZE_MAX, GARBAGE, OTHER_DIGEST};
    sealcore_authority_callbacks callbacks = *case_authority(play.w);
    unsigned dropped;
    callbacks.respond = answer_wrongly;
    MUST(sealcore_authority_external(&callbacks, &play.authority, NULL));
    MUST(sealcore_request_set_authority(play.w->scratch_request, play.authority, NULL));
    CHECK_STATUS(SEALCORE_OK, respond(HONEST));
    CHECK_STATUS(SEALCORE_OK, sign_with_stamp(HONEST));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_FAILS(sign_with_stamp(wrong[i]));
        /* A reply of any content is passed on as it is; whoever wants the token judges it. */
        if (wrong[i] != GARBAGE && wrong[i] != OTHER_DIGEST) CHECK_FAILS(respond(wrong[i]));
    }
    CHECK_STATUS(SEALCORE_E_CANCELLED, respond(CANCEL));
    CHECK_STATUS(SEALCORE_E_CANCELLED, sign_with_stamp(CANCEL));
    CHECK_STATUS(SEALCORE_OK, respond(CALL_MYSELF));
    CHECK(play.inner == SEALCORE_E_REENTRANT);
    dropped = friends_dropped;
    CHECK_STATUS(SEALCORE_OK, respond(FREE_MYSELF));
    CHECK_STATUS(SEALCORE_E_HANDLE, respond(HONEST));
    /* The request still has it. */
    CHECK(friends_dropped == dropped);
    CHECK_STATUS(SEALCORE_OK, sign_with_stamp(HONEST));
    world_refresh(play.w);
    CHECK(friends_dropped == dropped + 1);
}

void misuse_signers(world *w) {
    memset(&play, 0, sizeof play);
    play.w = w;
    world_refresh(w);
    signing();
    messages();
    answering();
}
