/* Room of the caller: too little of it gives SEALCORE_E_BUFFER and what is needed, writes nothing, and signs nothing. */
#include "misuse.h"

#include <string.h>

#include "check.h"
#include "friends.h"

static unsigned signed_times;

static int32_t counting_sign(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity,
                             size_t *length, uint64_t *vendor_code) {
    signed_times++;
    return friend_sign_digest(user, digest, digest_length, signature, capacity, length, vendor_code);
}

static void digests(world *w) {
    uint8_t value[64];
    for (size_t room = 0; room < 32; room++) {
        size_t length = room;
        memset(value, 0xee, sizeof value);
        CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_session_digest(w->session, value, &length, NULL));
        CHECK(length == 32);
        length = room;
        CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_seal_session_digest(w->seal_session, value, &length, NULL));
        CHECK(length == 32);
        for (size_t i = 0; i < sizeof value; i++) CHECK(value[i] == 0xee);
    }
    for (size_t room = 32; room < 34; room++) {
        size_t length = room;
        memset(value, 0xee, sizeof value);
        CHECK_STATUS(SEALCORE_OK, sealcore_session_digest(w->session, value, &length, NULL));
        CHECK(length == 32 && value[32] == 0xee);
    }
    {
        size_t length = 0;
        CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_session_digest(w->session, NULL, &length, NULL));
        CHECK(length == 32);
        length = 0;
        CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_seal_session_digest(w->seal_session, NULL, &length, NULL));
        CHECK(length == 32);
    }
}

/* Known answers: the empty string, and "abc" of GB/T 32905. */
static void hashes(void) {
    static const uint8_t abc_sm3[32] = {0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9, 0xd1, 0xf2, 0xd4, 0x6b, 0xdc, 0x10, 0xe4, 0xe2,
                                        0x41, 0x67, 0xc4, 0x87, 0x5c, 0xf2, 0xf7, 0xa2, 0x29, 0x7d, 0xa0, 0x2b, 0x8f, 0x4b, 0xa8, 0xe0};
    static const uint8_t empty_sha256[4] = {0xe3, 0xb0, 0xc4, 0x42};
    uint8_t value[64];
    size_t length = sizeof value;
    CHECK_STATUS(SEALCORE_OK, sealcore_digest("sm3", (const uint8_t *)"abc", 3, value, &length, NULL));
    CHECK(length == 32 && memcmp(value, abc_sm3, 32) == 0);
    length = sizeof value;
    CHECK_STATUS(SEALCORE_OK, sealcore_digest("sha256", NULL, 0, value, &length, NULL));
    CHECK(length == 32 && memcmp(value, empty_sha256, 4) == 0);
    length = 31;
    CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_digest("sm3", (const uint8_t *)"abc", 3, value, &length, NULL));
    CHECK(length == 32);
    length = sizeof value;
    CHECK_STATUS(SEALCORE_E_ARGUMENT, sealcore_digest("none of these", NULL, 0, value, &length, NULL));
}

static void values(world *w) {
    sealcore_signer_callbacks callbacks = *case_signer(w);
    sealcore_signer *signer = NULL;
    uint8_t value[256];
    size_t most, length;
    callbacks.sign_digest = counting_sign;
    MUST(sealcore_signer_external(w->signer_certificate.data, w->signer_certificate.length, NULL, &callbacks, &signer, NULL));
    most = sealcore_signer_max_signature_len(signer);
    CHECK(most >= 64 && most <= sizeof value);
    for (size_t room = 0; room < most; room += 7) {
        memset(value, 0xee, sizeof value);
        length = room;
        CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_signer_sign_digest(signer, w->digest, 32, value, &length, NULL));
        CHECK(length == most);
        CHECK(value[0] == 0xee && value[room] == 0xee);
    }
    length = 0;
    CHECK_STATUS(SEALCORE_E_BUFFER, sealcore_signer_sign_digest(signer, w->digest, 32, NULL, &length, NULL));
    CHECK(length == most);
    CHECK(signed_times == 0);
    memset(value, 0xee, sizeof value);
    length = most;
    CHECK_STATUS(SEALCORE_OK, sealcore_signer_sign_digest(signer, w->digest, 32, value, &length, NULL));
    CHECK(length <= most && value[most] == 0xee);
    CHECK(signed_times == 1);
    /* A digest of the wrong length never reaches the key. */
    for (size_t wrong = 0; wrong < 70; wrong++) {
        uint8_t digest[70] = {0};
        if (wrong == 32) continue;
        length = sizeof value;
        CHECK_FAILS(sealcore_signer_sign_digest(signer, digest, wrong, value, &length, NULL));
    }
    CHECK(signed_times == 1);
    sealcore_signer_free(signer);
}

/* (NULL, 0) and empty bytes are bytes: they are judged, and found to be nothing. */
static void nothing(world *w) {
    static const uint8_t empty[1] = {0};
    for (int i = 0; i < 2; i++) {
        const uint8_t *data = i == 0 ? NULL : empty;
        sealcore_document *document = NULL;
        sealcore_seal *seal = NULL;
        sealcore_key *key = NULL;
        sealcore_session *session = NULL;
        sealcore_buffer *buffer = NULL;
        CHECK_FAILS(sealcore_document_open_bytes(data, 0, NULL, &document, NULL));
        CHECK_FAILS(sealcore_seal_load(data, 0, &seal, NULL));
        CHECK_FAILS(sealcore_key_load(data, 0, NULL, &key, NULL));
        CHECK_FAILS(sealcore_session_load(data, 0, &session, NULL));
        CHECK_FAILS(sealcore_verifier_add_trust(w->scratch_verifier, data, 0, NULL));
        CHECK_FAILS(sealcore_session_complete(w->session, w->plain, data, 0, &buffer, NULL));
        CHECK_FAILS(sealcore_timestamp_token(data, 0, NULL, 0, &buffer, NULL));
        CHECK_FAILS(sealcore_certificate_inspect(data, 0, &buffer, NULL));
        CHECK(document == NULL && seal == NULL && key == NULL && session == NULL && buffer == NULL);
    }
}

/* Every part of a file, and every file with a byte changed: an error or an answer, never a crash. */
static void pieces(world *w) {
    bytes all[] = {w->seal_bytes, w->saved_session, w->stamp_reply, w->signer_p12, w->signer_certificate, w->pdf, w->ofd};
    for (size_t f = 0; f < sizeof all / sizeof all[0]; f++) {
        size_t step = all[f].length / (misuse_brief() ? 3 : 23) + 1;
        for (size_t cut = 0; cut < all[f].length; cut += step) {
            sealcore_document *document = NULL;
            sealcore_seal *seal = NULL;
            sealcore_signer *signer = NULL;
            sealcore_session *session = NULL;
            sealcore_buffer *token = NULL;
            uint8_t kept = all[f].data[cut];
            for (int changed = 0; changed < 2; changed++) {
                size_t length = changed ? all[f].length : cut;
                if (changed) all[f].data[cut] ^= 0x21;
                CHECK(sealcore_document_open_bytes(all[f].data, length, NULL, &document, NULL) != SEALCORE_E_PANIC);
                CHECK(sealcore_seal_load(all[f].data, length, &seal, NULL) != SEALCORE_E_PANIC);
                CHECK(sealcore_session_load(all[f].data, length, &session, NULL) != SEALCORE_E_PANIC);
                CHECK(sealcore_timestamp_token(all[f].data, length, NULL, 0, &token, NULL) != SEALCORE_E_PANIC);
                CHECK(sealcore_signer_from_key(all[f].data, length, w->signer_password, NULL, 0, &signer, NULL) != SEALCORE_E_PANIC);
                sealcore_document_free(document);
                sealcore_seal_free(seal);
                sealcore_session_free(session);
                sealcore_buffer_free(token);
                sealcore_signer_free(signer);
            }
            all[f].data[cut] = kept;
        }
    }
}

void misuse_buffers(world *w) {
    hashes();
    digests(w);
    values(w);
    nothing(w);
    pieces(w);
}
