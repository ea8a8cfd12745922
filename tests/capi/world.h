/* One live handle of every type over the demo folder, for tests to use and misuse. */
#ifndef WORLD_H
#define WORLD_H

#include <stdint.h>
#include <stddef.h>

#include <sealcore.h>

typedef struct bytes {
    uint8_t *data;
    size_t length;
} bytes;

typedef struct world {
    char demo[512];
    char signer_password[64], maker_password[64], tsa_password[64];
    char signer_path[600], ofd_path[600], pdf_path[600], sealed_path[600], trust_path[600], crl_path[600];
    char out_path[600];  /* may be written */
    char copy_path[600]; /* a fresh copy of document.pdf after world_refresh */
    bytes ofd, pdf, sealed, seal_bytes, picture, signer_p12, signer_certificate, maker_certificate, root, crl;
    int64_t now;

    /* shared, never changed */
    sealcore_document *document; /* sealed.ofd */
    sealcore_document *plain;    /* document.pdf */
    sealcore_document *plain_ofd;
    sealcore_verifier *verifier; /* trusts the demo's root */
    sealcore_report *report;
    sealcore_signer *signer, *maker, *issuer, *tsa;
    sealcore_seal *seal;
    sealcore_request *request; /* seal, certificate, place; fits both formats */
    sealcore_key *key;         /* of the signer */
    sealcore_authority *authority;
    sealcore_monitor *monitor;
    sealcore_buffer *buffer;
    sealcore_error *error;
    sealcore_seal_request *seal_request;
    sealcore_seal_session *seal_session;
    sealcore_session *session; /* over plain, with room for a time stamp */

    /* fresh after world_refresh */
    sealcore_verifier *scratch_verifier;
    sealcore_request *scratch_request;
    sealcore_seal_request *scratch_seal_request;
    sealcore_session *scratch_session;
    sealcore_monitor *scratch_monitor;

    /* what belongs to the sessions */
    uint8_t value[256], seal_value[256];
    size_t value_length, seal_value_length;
    uint8_t digest[32];
    bytes saved_session, stamp_query, stamp_reply, stamp_token, certificate_request;
    bytes plain_key; /* the signer's, not encrypted */
} world;

/* Takes the demo folder and a folder to write into. Ends the program when anything fails. */
void world_open(world *w, const char *demo, const char *folder);
void world_refresh(world *w);
void world_close(world *w);

/* Of a file, or of a buffer, which is freed; the program ends when there is none. */
bytes bytes_of_file(const char *path);
bytes bytes_of_buffer(sealcore_buffer *buffer);
void bytes_to_file(const char *path, const uint8_t *data, size_t length);

/* The password that README.txt of the demo folder gives for `key`, "keys/signer.p12". */
void demo_password(const char *demo, const char *key, char *password, size_t room);

#endif
