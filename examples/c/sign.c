/* Seals a document: sign KEY SEAL.esl IN OUT     IN is OFD or PDF; KEY is a file (.p12, PEM, DER) or a device's URI.
 * The password of the file, or the PIN of the device, is taken from SEALCORE_PASSWORD. The seal is placed on the last page. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <sealcore.h>

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

/* Anything but SEALCORE_CALLBACK_OK would cancel: then nothing is written. */
static int32_t progress(void *user, uint64_t done, uint64_t total) {
    (void)user;
    if (total > 0) fprintf(stderr, "\r%3u %%", (unsigned)(done < total ? done * 100 / total : 100));
    return SEALCORE_CALLBACK_OK;
}

int main(int argc, char **argv) {
    sealcore_monitor_callbacks callbacks = {sizeof callbacks, progress, NULL, NULL};
    sealcore_error *error = NULL;
    sealcore_signer *signer = NULL;
    sealcore_seal *seal = NULL;
    sealcore_document *document = NULL;
    sealcore_request *request = NULL;
    sealcore_monitor *monitor = NULL;
    uint8_t *bytes;
    size_t length = 0;
    int result = 1;

    if (argc != 5) {
        fprintf(stderr, "usage: SEALCORE_PASSWORD=... %s KEY SEAL.esl IN OUT\n", argv[0]);
        return 64;
    }
    bytes = read_file(argv[2], &length);
    if (bytes == NULL) return 4;

    if (!failed(argv[1], sealcore_signer_open(argv[1], getenv("SEALCORE_PASSWORD"), NULL, 0, &signer, &error), &error) &&
        !failed(argv[2], sealcore_seal_load(bytes, length, &seal, &error), &error) &&
        !failed(argv[3], sealcore_document_open_path(argv[3], NULL, &document, &error), &error) &&
        !failed("request", sealcore_request_new(&request, &error), &error) &&
        !failed("seal", sealcore_request_set_seal(request, seal, &error), &error) &&
        !failed("place", sealcore_request_add_place(request, "last", 150.0, 230.0, &error), &error) &&
        !failed("monitor", sealcore_monitor_new(&callbacks, &monitor, &error), &error) &&
        !failed(argv[4], sealcore_sign_to_path(document, request, signer, monitor, argv[4], &error), &error)) {
        printf("%s: sealed with %s\n", argv[4], sealcore_signer_algorithm(signer));
        result = 0;
    }

    free(bytes);
    sealcore_monitor_free(monitor);
    sealcore_request_free(request);
    sealcore_document_free(document);
    sealcore_seal_free(seal);
    sealcore_signer_free(signer);
    assert(sealcore_handle_count() == 0);
    return result;
}
