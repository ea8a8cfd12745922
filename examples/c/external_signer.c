/* Seals with a key that this library never sees: external_signer KEY CERTIFICATE SEAL.esl IN OUT
 * Your own code signs in the callback: a cipher machine, a USB key, a service. Here a second signer, opened from KEY with the
 * password in SEALCORE_PASSWORD, stands for it. What the callback gives is verified before it is embedded. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <sealcore.h>

typedef struct device { sealcore_signer *signer; unsigned calls, drops; } device;

/* Prints and frees the error; false when the call succeeded. */
static int failed(const char *what, sealcore_status status, sealcore_error **error) {
    const char *message, *part;
    if (status == SEALCORE_OK) return 0;
    message = sealcore_error_message(*error, SEALCORE_LANG_EN);
    part = sealcore_error_part(*error);
    fprintf(stderr, "%s: %s (%d): %s [part: %s, vendor's code: 0x%llX]\n", what, sealcore_status_name(status), (int)status,
            message != NULL ? message : "-", part != NULL ? part : "-",
            (unsigned long long)sealcore_error_vendor_code(*error));
    sealcore_error_free(*error);
    *error = NULL;
    return 1;
}

static uint8_t *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        *length = (size_t)size;
        bytes = malloc(*length + 1);
        if (bytes != NULL && fread(bytes, 1, *length, file) != *length) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file != NULL) fclose(file);
    if (bytes == NULL) perror(path);
    return bytes;
}

/* For SM2 the digest is e = SM3(Z || M) in 32 bytes, the value DER or r || s in 64 bytes. Success is 1, not 0; SEALCORE_CALLBACK_CANCEL
 * when a person refused; anything else is a failure, and what is put into `vendor_code` comes back in the error. */
static int32_t sign_digest(void *user, const uint8_t *digest, size_t digest_length, uint8_t *signature, size_t capacity,
                           size_t *length, uint64_t *vendor_code) {
    device *self = user;
    size_t room = capacity;
    sealcore_status status = sealcore_signer_sign_digest(self->signer, digest, digest_length, signature, &room, NULL);
    self->calls++;
    if (status != SEALCORE_OK) {
        *vendor_code = (uint64_t)-(int64_t)status;
        return 0;
    }
    *length = room;
    return SEALCORE_CALLBACK_OK;
}

/* Called exactly once, when the library needs `user` no more, also where sealcore_signer_external fails. */
static void drop(void *user) {
    device *self = user;
    sealcore_signer_free(self->signer);
    self->drops++;
}

int main(int argc, char **argv) {
    device self = {NULL, 0, 0};
    sealcore_signer_callbacks callbacks = {sizeof callbacks, sign_digest, NULL, drop, &self};
    sealcore_error *error = NULL;
    sealcore_signer *signer = NULL;
    sealcore_seal *seal = NULL;
    sealcore_document *document = NULL;
    sealcore_request *request = NULL;
    uint8_t *certificate = NULL, *seal_bytes = NULL;
    size_t certificate_length = 0, seal_length = 0;
    int result = 1;

    if (argc != 6) {
        fprintf(stderr, "usage: SEALCORE_PASSWORD=... %s KEY CERTIFICATE SEAL.esl IN OUT\n", argv[0]);
        return 64;
    }
    if ((certificate = read_file(argv[2], &certificate_length)) != NULL && (seal_bytes = read_file(argv[3], &seal_length)) != NULL &&
        !failed(argv[1], sealcore_signer_open(argv[1], getenv("SEALCORE_PASSWORD"), NULL, 0, &self.signer, &error), &error) &&
        !failed(argv[2], sealcore_signer_external(certificate, certificate_length, NULL, &callbacks, &signer, &error), &error) &&
        !failed(argv[3], sealcore_seal_load(seal_bytes, seal_length, &seal, &error), &error) &&
        !failed(argv[4], sealcore_document_open_path(argv[4], NULL, &document, &error), &error) &&
        !failed("request", sealcore_request_new(&request, &error), &error) &&
        !failed("seal", sealcore_request_set_seal(request, seal, &error), &error) &&
        !failed("place", sealcore_request_add_place(request, "1", 20.0, 20.0, &error), &error) &&
        !failed(argv[5], sealcore_sign_to_path(document, request, signer, NULL, argv[5], &error), &error)) {
        printf("%s: the callback signed %u time(s)\n", argv[5], self.calls);
        result = 0;
    }

    free(certificate);
    free(seal_bytes);
    sealcore_request_free(request);
    sealcore_document_free(document);
    sealcore_seal_free(seal);
    sealcore_signer_free(signer);
    assert(result != 0 || self.drops == 1);
    assert(sealcore_handle_count() == 0);
    return result;
}
