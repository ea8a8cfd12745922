#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

static void path_in(char *out, size_t room, const char *folder, const char *name) { snprintf(out, room, "%s/%s", folder, name); }

static bytes demo_file(const world *w, const char *name) {
    char path[600];
    path_in(path, sizeof path, w->demo, name);
    return bytes_of_file(path);
}

static void open_key(const world *w, const char *name, sealcore_signer **signer) {
    char path[600], password[64];
    path_in(path, sizeof path, w->demo, name);
    demo_password(w->demo, name, password, sizeof password);
    MUST(sealcore_signer_open(path, password, NULL, 0, signer, NULL));
}

static void make_request(const world *w, sealcore_request **request) {
    MUST(sealcore_request_new(request, NULL));
    MUST(sealcore_request_set_seal(*request, w->seal, NULL));
    MUST(sealcore_request_set_certificate(*request, w->signer_certificate.data, w->signer_certificate.length, NULL));
    MUST(sealcore_request_add_place(*request, "last", 150, 230, NULL));
}

static void make_seal_request(const world *w, sealcore_seal_request **request) {
    MUST(sealcore_seal_request_new("v4", "TESTSEAL000000000001", "test seal", request, NULL));
    MUST(sealcore_seal_request_set_picture(*request, "png", w->picture.data, w->picture.length, 40, 40, NULL));
    MUST(sealcore_seal_request_add_signer(*request, w->signer_certificate.data, w->signer_certificate.length, 0, NULL));
    MUST(sealcore_seal_request_set_validity(*request, w->now, w->now, w->now + 86400, NULL));
    MUST(sealcore_seal_request_set_text(*request, SEALCORE_SEAL_VENDOR, "test", NULL));
    MUST(sealcore_seal_request_set_number(*request, SEALCORE_SEAL_KIND, 1, NULL));
}

/* A session over the PDF with a time stamp: its value, the query over the value, and the answer. */
static void make_session(world *w) {
    sealcore_request *request = NULL;
    sealcore_buffer *buffer = NULL;
    uint8_t digest[64];
    size_t length = sizeof digest;
    make_request(w, &request);
    MUST(sealcore_request_set_authority(request, w->authority, NULL));
    MUST(sealcore_prepare(w->plain, request, NULL, &w->session, NULL));
    sealcore_request_free(request);
    MUST(sealcore_session_digest(w->session, digest, &length, NULL));
    w->value_length = sizeof w->value;
    MUST(sealcore_signer_sign_digest(w->signer, digest, length, w->value, &w->value_length, NULL));
    MUST(sealcore_session_save(w->session, &buffer, NULL));
    w->saved_session = bytes_of_buffer(buffer);
    MUST(sealcore_session_time_stamp_request(w->session, w->value, w->value_length, &buffer, NULL));
    w->stamp_query = bytes_of_buffer(buffer);
    MUST(sealcore_authority_respond(w->authority, w->stamp_query.data, w->stamp_query.length, &buffer, NULL));
    w->stamp_reply = bytes_of_buffer(buffer);
    MUST(sealcore_timestamp_token(w->stamp_reply.data, w->stamp_reply.length, NULL, 0, &buffer, NULL));
    w->stamp_token = bytes_of_buffer(buffer);
}

static void make_seal_session(world *w) {
    uint8_t digest[64];
    size_t length = sizeof digest;
    make_seal_request(w, &w->seal_request);
    MUST(sealcore_seal_prepare(w->seal_request, w->maker_certificate.data, w->maker_certificate.length, &w->seal_session, NULL));
    MUST(sealcore_seal_session_digest(w->seal_session, digest, &length, NULL));
    w->seal_value_length = sizeof w->seal_value;
    MUST(sealcore_signer_sign_digest(w->maker, digest, length, w->seal_value, &w->seal_value_length, NULL));
}

static void read_demo(world *w, const char *folder) {
    path_in(w->signer_path, sizeof w->signer_path, w->demo, "keys/signer.p12");
    path_in(w->ofd_path, sizeof w->ofd_path, w->demo, "document.ofd");
    path_in(w->pdf_path, sizeof w->pdf_path, w->demo, "document.pdf");
    path_in(w->sealed_path, sizeof w->sealed_path, w->demo, "sealed.ofd");
    path_in(w->trust_path, sizeof w->trust_path, w->demo, "trust");
    path_in(w->crl_path, sizeof w->crl_path, w->demo, "trust/ca.crl");
    path_in(w->out_path, sizeof w->out_path, folder, "out.pdf");
    path_in(w->copy_path, sizeof w->copy_path, folder, "copy.pdf");
    demo_password(w->demo, "keys/signer.p12", w->signer_password, sizeof w->signer_password);
    demo_password(w->demo, "keys/maker.p12", w->maker_password, sizeof w->maker_password);
    demo_password(w->demo, "keys/tsa.p12", w->tsa_password, sizeof w->tsa_password);
    w->ofd = demo_file(w, "document.ofd");
    w->pdf = demo_file(w, "document.pdf");
    w->sealed = demo_file(w, "sealed.ofd");
    w->seal_bytes = demo_file(w, "seal.esl");
    w->picture = demo_file(w, "seal.png");
    w->signer_p12 = demo_file(w, "keys/signer.p12");
    w->signer_certificate = demo_file(w, "keys/signer.crt");
    w->maker_certificate = demo_file(w, "keys/maker.crt");
    w->root = demo_file(w, "trust/ca.crt");
    w->crl = demo_file(w, "trust/ca.crl");
}

void world_open(world *w, const char *demo, const char *folder) {
    sealcore_buffer *buffer = NULL;
    int32_t verdict = 0;
    memset(w, 0, sizeof *w);
    snprintf(w->demo, sizeof w->demo, "%s", demo);
    read_demo(w, folder);
    w->now = (int64_t)time(NULL);
    memset(w->digest, 0x5a, sizeof w->digest);

    MUST(sealcore_document_open_path(w->sealed_path, NULL, &w->document, NULL));
    MUST(sealcore_document_open_path(w->pdf_path, NULL, &w->plain, NULL));
    MUST(sealcore_document_open_path(w->ofd_path, NULL, &w->plain_ofd, NULL));
    MUST(sealcore_verifier_new(&w->verifier, NULL));
    MUST(sealcore_verifier_add_trust_path(w->verifier, w->trust_path, NULL));
    MUST(sealcore_verify(w->verifier, w->document, NULL, &verdict, &w->report, NULL));
    CHECK(verdict == SEALCORE_VERDICT_VALID);
    open_key(w, "keys/signer.p12", &w->signer);
    open_key(w, "keys/maker.p12", &w->maker);
    open_key(w, "keys/ca.p12", &w->issuer);
    open_key(w, "keys/tsa.p12", &w->tsa);
    MUST(sealcore_authority_local(w->tsa, "{\"policy\": \"1.2.3.4.1\"}", &w->authority, NULL));
    MUST(sealcore_seal_load(w->seal_bytes.data, w->seal_bytes.length, &w->seal, NULL));
    make_request(w, &w->request);
    MUST(sealcore_key_load(w->signer_p12.data, w->signer_p12.length, w->signer_password, &w->key, NULL));
    MUST(sealcore_key_pkcs8(w->key, NULL, &buffer, NULL));
    w->plain_key = bytes_of_buffer(buffer);
    MUST(sealcore_certificate_request(w->key, "CN=test,C=CN", &buffer, NULL));
    w->certificate_request = bytes_of_buffer(buffer);
    MUST(sealcore_monitor_new(NULL, &w->monitor, NULL));
    MUST(sealcore_call("describe", "{}", &w->buffer, NULL));
    CHECK_FAILS(sealcore_call("nothing of that name", "{}", &buffer, &w->error));
    make_session(w);
    make_seal_session(w);
    world_refresh(w);
}

static void free_scratch(world *w) {
    sealcore_verifier_free(w->scratch_verifier);
    sealcore_request_free(w->scratch_request);
    sealcore_seal_request_free(w->scratch_seal_request);
    sealcore_session_free(w->scratch_session);
    sealcore_monitor_free(w->scratch_monitor);
}

void world_refresh(world *w) {
    free_scratch(w);
    MUST(sealcore_verifier_new(&w->scratch_verifier, NULL));
    make_request(w, &w->scratch_request);
    make_seal_request(w, &w->scratch_seal_request);
    MUST(sealcore_session_load(w->saved_session.data, w->saved_session.length, &w->scratch_session, NULL));
    MUST(sealcore_monitor_new(NULL, &w->scratch_monitor, NULL));
    bytes_to_file(w->copy_path, w->pdf.data, w->pdf.length);
    remove(w->out_path);
}

void world_close(world *w) {
    bytes *all[] = {&w->ofd, &w->pdf, &w->sealed, &w->seal_bytes, &w->picture, &w->signer_p12, &w->signer_certificate,
                    &w->maker_certificate, &w->root, &w->crl, &w->saved_session, &w->stamp_query, &w->stamp_reply,
                    &w->stamp_token, &w->certificate_request, &w->plain_key};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) free(all[i]->data);
    free_scratch(w);
    sealcore_document_free(w->document);
    sealcore_document_free(w->plain);
    sealcore_document_free(w->plain_ofd);
    sealcore_verifier_free(w->verifier);
    sealcore_report_free(w->report);
    sealcore_signer_free(w->signer);
    sealcore_signer_free(w->maker);
    sealcore_signer_free(w->issuer);
    sealcore_signer_free(w->tsa);
    sealcore_seal_free(w->seal);
    sealcore_request_free(w->request);
    sealcore_key_free(w->key);
    sealcore_authority_free(w->authority);
    sealcore_monitor_free(w->monitor);
    sealcore_buffer_free(w->buffer);
    sealcore_error_free(w->error);
    sealcore_seal_request_free(w->seal_request);
    sealcore_seal_session_free(w->seal_session);
    sealcore_session_free(w->session);
    remove(w->out_path);
    remove(w->copy_path);
    memset(w, 0, sizeof *w);
}

bytes bytes_of_file(const char *path) {
    bytes out = {NULL, 0};
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (size >= 0) out.data = malloc((size_t)size + 1);
    if (out.data != NULL) {
        rewind(file);
        out.length = fread(out.data, 1, (size_t)size, file);
    }
    if (file != NULL) fclose(file);
    if (size < 0 || out.data == NULL || out.length != (size_t)size) {
        perror(path);
        exit(2);
    }
    return out;
}

bytes bytes_of_buffer(sealcore_buffer *buffer) {
    bytes out;
    out.length = sealcore_buffer_len(buffer);
    out.data = malloc(out.length + 1);
    if (out.data == NULL || sealcore_buffer_data(buffer) == NULL) exit(2);
    memcpy(out.data, sealcore_buffer_data(buffer), out.length);
    sealcore_buffer_free(buffer);
    return out;
}

void bytes_to_file(const char *path, const uint8_t *data, size_t length) {
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

void demo_password(const char *demo, const char *key, char *password, size_t room) {
    char path[600], line[512];
    FILE *file;
    path_in(path, sizeof path, demo, "README.txt");
    file = fopen(path, "r");
    password[0] = '\0';
    while (file != NULL && password[0] == '\0' && fgets(line, sizeof line, file) != NULL) {
        char *last;
        if (strstr(line, key) == NULL) continue;
        line[strcspn(line, "\r\n")] = '\0';
        last = strrchr(line, ' ');
        if (last != NULL) snprintf(password, room, "%s", last + 1);
    }
    if (file != NULL) fclose(file);
    if (password[0] == '\0') {
        fprintf(stderr, "%s: no password for %s\n", path, key);
        exit(2);
    }
}
