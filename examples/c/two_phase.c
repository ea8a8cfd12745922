/* Seals in two processes, with the key in neither of them:
 *   two_phase prepare CERTIFICATE SEAL.esl IN SESSION DIGEST     writes the session and the digest to be signed
 *   two_phase sign KEY DIGEST VALUE                              stands for the device or the service that holds the key
 *   two_phase complete SESSION IN VALUE OUT                      writes the sealed document */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sealcore.h>

typedef struct bytes { uint8_t *data; size_t length; } bytes;

/* Prints and frees the error; false when the call succeeded. */
static int failed(const char *what, sealcore_status status, sealcore_error **error) {
    const char *message, *part;
    if (status == SEALCORE_OK) return 0;
    message = sealcore_error_message(*error, SEALCORE_LANG_EN);
    part = sealcore_error_part(*error);
    fprintf(stderr, "%s: %s (%d): %s [part: %s]\n", what, sealcore_status_name(status), (int)status,
            message != NULL ? message : "-", part != NULL ? part : "-");
    sealcore_error_free(*error);
    *error = NULL;
    return 1;
}

static int read_file(const char *path, bytes *out) {
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (size >= 0 && (out->data = malloc((size_t)size + 1)) != NULL) {
        rewind(file);
        out->length = fread(out->data, 1, (size_t)size, file);
    }
    if (file != NULL) fclose(file);
    if (size >= 0 && out->length == (size_t)size) return 1;
    perror(path);
    return 0;
}

static int write_file(const char *path, const uint8_t *data, size_t length) {
    FILE *file = fopen(path, "wb");
    int written = file != NULL && fwrite(data, 1, length, file) == length;
    if (file != NULL && fclose(file) != 0) written = 0;
    if (!written) perror(path);
    return written;
}

static int prepare(char **args, bytes certificate, bytes seal_bytes, sealcore_error **error) {
    sealcore_seal *seal = NULL;
    sealcore_request *request = NULL;
    sealcore_document *document = NULL;
    sealcore_session *session = NULL;
    sealcore_buffer *saved = NULL;
    uint8_t digest[64];
    size_t length = sizeof digest;
    int ok = !failed(args[1], sealcore_seal_load(seal_bytes.data, seal_bytes.length, &seal, error), error) &&
             !failed(args[2], sealcore_document_open_path(args[2], NULL, &document, error), error) &&
             !failed("request", sealcore_request_new(&request, error), error) &&
             !failed("seal", sealcore_request_set_seal(request, seal, error), error) &&
             !failed(args[0], sealcore_request_set_certificate(request, certificate.data, certificate.length, error), error) &&
             !failed("seam", sealcore_request_add_seam(request, "all", SEALCORE_SIDE_RIGHT, 148.5, 0, 0, 0, error), error) &&
             !failed("prepare", sealcore_prepare(document, request, NULL, &session, error), error) &&
             !failed("digest", sealcore_session_digest(session, digest, &length, error), error) &&
             !failed("save", sealcore_session_save(session, &saved, error), error) &&
             write_file(args[3], sealcore_buffer_data(saved), sealcore_buffer_len(saved)) && write_file(args[4], digest, length);
    if (ok) printf("sign the digest with %s\n", sealcore_session_algorithm(session));
    sealcore_buffer_free(saved);
    sealcore_session_free(session);
    sealcore_document_free(document);
    sealcore_request_free(request);
    sealcore_seal_free(seal);
    return ok;
}

static int sign(char **args, bytes digest, sealcore_error **error) {
    sealcore_signer *signer = NULL;
    uint8_t value[1024];
    size_t length = sizeof value;
    int ok = !failed(args[0], sealcore_signer_open(args[0], getenv("SEALCORE_PASSWORD"), NULL, 0, &signer, error), error) &&
             !failed("sign", sealcore_signer_sign_digest(signer, digest.data, digest.length, value, &length, error), error) &&
             write_file(args[2], value, length);
    sealcore_signer_free(signer);
    return ok;
}

static int complete(char **args, bytes saved, bytes value, sealcore_error **error) {
    sealcore_session *session = NULL;
    sealcore_document *document = NULL;
    int ok = !failed(args[0], sealcore_session_load(saved.data, saved.length, &session, error), error) &&
             !failed(args[1], sealcore_document_open_path(args[1], NULL, &document, error), error) &&
             !failed(args[3], sealcore_session_complete_to_path(session, document, value.data, value.length, args[3], error), error);
    sealcore_document_free(document);
    sealcore_session_free(session);
    return ok;
}

int main(int argc, char **argv) {
    sealcore_error *error = NULL;
    bytes first = {NULL, 0}, second = {NULL, 0};
    int ok = 0;
    if (argc == 7 && strcmp(argv[1], "prepare") == 0) {
        ok = read_file(argv[2], &first) && read_file(argv[3], &second) && prepare(argv + 2, first, second, &error);
    } else if (argc == 5 && strcmp(argv[1], "sign") == 0) {
        ok = read_file(argv[3], &first) && sign(argv + 2, first, &error);
    } else if (argc == 6 && strcmp(argv[1], "complete") == 0) {
        ok = read_file(argv[2], &first) && read_file(argv[4], &second) && complete(argv + 2, first, second, &error);
    } else {
        fprintf(stderr, "usage: two_phase prepare CERTIFICATE SEAL.esl IN SESSION DIGEST | sign KEY DIGEST VALUE | complete SESSION IN VALUE OUT\n");
    }
    free(first.data);
    free(second.data);
    assert(sealcore_handle_count() == 0);
    return ok ? 0 : 1;
}
