/* Time-stamps a file by RFC 3161: timestamp AUTHORITY.p12 TRUST FILE [TOKEN]
 * A local authority, with the password of its key in SEALCORE_PASSWORD, answers here; to a remote one, send `request` by HTTP as
 * application/timestamp-query. TOKEN is where the token is written. */
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

static int write_file(const char *path, const uint8_t *data, size_t length) {
    FILE *file = fopen(path, "wb");
    int written = file != NULL && fwrite(data, 1, length, file) == length;
    if (file != NULL && fclose(file) != 0) written = 0;
    if (!written) perror(path);
    return written;
}

int main(int argc, char **argv) {
    sealcore_error *error = NULL;
    sealcore_signer *signer = NULL;
    sealcore_authority *authority = NULL;
    sealcore_verifier *verifier = NULL;
    sealcore_buffer *request = NULL, *reply = NULL, *token = NULL, *text = NULL;
    sealcore_report *report = NULL;
    int32_t verdict = 0;
    uint8_t digest[64], *file;
    size_t digest_length = sizeof digest, length = 0;
    int result = 1;

    if (argc < 4 || argc > 5) {
        fprintf(stderr, "usage: SEALCORE_PASSWORD=... %s AUTHORITY.p12 TRUST FILE [TOKEN]\n", argv[0]);
        return 64;
    }
    file = read_file(argv[3], &length);
    if (file == NULL) return 4;

    if (!failed("digest", sealcore_digest("sm3", file, length, digest, &digest_length, &error), &error) &&
        !failed("request", sealcore_timestamp_request("sm3", digest, digest_length, NULL,
            SEALCORE_STAMP_CERTIFICATES | SEALCORE_STAMP_NONCE, &request, &error), &error) &&
        !failed(argv[1], sealcore_signer_open(argv[1], getenv("SEALCORE_PASSWORD"), NULL, 0, &signer, &error), &error) &&
        !failed("authority", sealcore_authority_local(signer, "{\"policy\": \"1.2.3.4.1\"}", &authority, &error), &error) &&
        !failed("reply", sealcore_authority_respond(authority, sealcore_buffer_data(request), sealcore_buffer_len(request),
            &reply, &error), &error) &&
        !failed("token", sealcore_timestamp_token(sealcore_buffer_data(reply), sealcore_buffer_len(reply),
            sealcore_buffer_data(request), sealcore_buffer_len(request), &token, &error), &error) &&
        !failed("verifier", sealcore_verifier_new(&verifier, &error), &error) &&
        !failed(argv[2], sealcore_verifier_add_trust_path(verifier, argv[2], &error), &error) &&
        !failed("verify", sealcore_timestamp_verify(verifier, sealcore_buffer_data(token), sealcore_buffer_len(token),
            file, length, NULL, 0, NULL, &verdict, &report, &error), &error) &&
        !failed("report", sealcore_report_render(report, argv[3], SEALCORE_LANG_EN, &text, &error), &error)) {
        fwrite(sealcore_buffer_data(text), 1, sealcore_buffer_len(text), stdout);
        result = verdict == SEALCORE_VERDICT_VALID ? 0 : 1;
        if (argc == 5 && !write_file(argv[4], sealcore_buffer_data(token), sealcore_buffer_len(token))) result = 4;
    }

    free(file);
    sealcore_buffer_free(text);
    sealcore_report_free(report);
    sealcore_verifier_free(verifier);
    sealcore_buffer_free(token);
    sealcore_buffer_free(reply);
    sealcore_authority_free(authority);
    sealcore_signer_free(signer);
    sealcore_buffer_free(request);
    assert(sealcore_handle_count() == 0);
    return result;
}
