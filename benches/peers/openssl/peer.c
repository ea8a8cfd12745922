/* What OpenSSL takes for the rows of the hot-path table: `peer SECONDS` prints row, best and median in nanoseconds as TSV.
 * SM2 and SM3, P-256, and time stamps with P-256: replies by TS_RESP_create_response, and the check of a token with its chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MUST(condition)                                                                                                        \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            ERR_print_errors_fp(stderr);                                                                                       \
            exit(1);                                                                                                           \
        }                                                                                                                      \
    } while (0)

static double seconds;

static double on_processor(void) {
    struct timespec now;
    MUST(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double sample(void (*work)(void), long count) {
    double start = on_processor();
    for (long i = 0; i < count; i++)
        work();
    return (on_processor() - start) / (double)count;
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Samples of about two milliseconds of this thread. */
static void row(const char *name, void (*work)(void)) {
    long count = 1;
    while (sample(work, count) * (double)count < 2e6 && count < 1L << 20)
        count *= 2;
    static double samples[100000];
    size_t taken = 0;
    for (double total = 0; (total < seconds * 1e9 || taken < 5) && taken < 100000; taken++) {
        samples[taken] = sample(work, count);
        total += samples[taken] * (double)count;
    }
    qsort(samples, taken, sizeof samples[0], by_size);
    printf("%s\t%.1f\t%.1f\n", name, samples[0], samples[taken / 2]);
    fflush(stdout);
}

static EVP_PKEY *new_key(const char *curve) {
    EVP_PKEY *key = strcmp(curve, "SM2") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2") : EVP_EC_gen(curve);
    MUST(key != NULL);
    return key;
}

/* Signatures of a digest. */

static EVP_PKEY_CTX *signing, *verifying;
static unsigned char digest[32], signature[256];
static size_t signature_length;

static void sign_digest(void) {
    signature_length = sizeof signature;
    MUST(EVP_PKEY_sign(signing, signature, &signature_length, digest, sizeof digest) == 1);
}

static void verify_digest(void) {
    MUST(EVP_PKEY_verify(verifying, signature, signature_length, digest, sizeof digest) == 1);
}

static void signatures(const char *curve, const char *sign, const char *verify) {
    EVP_PKEY *key = new_key(curve);
    MUST(RAND_bytes(digest, sizeof digest) == 1);
    MUST((signing = EVP_PKEY_CTX_new(key, NULL)) != NULL && EVP_PKEY_sign_init(signing) == 1);
    MUST((verifying = EVP_PKEY_CTX_new(key, NULL)) != NULL && EVP_PKEY_verify_init(verifying) == 1);
    row(sign, sign_digest);
    row(verify, verify_digest);
    EVP_PKEY_CTX_free(signing);
    EVP_PKEY_CTX_free(verifying);
    EVP_PKEY_free(key);
}

/* Digests. */

static const EVP_MD *sm3;
static EVP_MD_CTX *hashing;
static unsigned char data[1 << 20];
static size_t data_length;

static void hash(void) {
    unsigned char out[EVP_MAX_MD_SIZE];
    MUST(EVP_DigestInit_ex(hashing, sm3, NULL) && EVP_DigestUpdate(hashing, data, data_length) &&
         EVP_DigestFinal_ex(hashing, out, NULL));
}

static void hashes(void) {
    static const struct {
        const char *name;
        size_t length;
    } lengths[] = {{"sm3-64", 64}, {"sm3-1k", 1 << 10}, {"sm3-1m", 1 << 20}};
    MUST((sm3 = EVP_MD_fetch(NULL, "SM3", NULL)) != NULL && (hashing = EVP_MD_CTX_new()) != NULL);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        data_length = lengths[i].length;
        row(lengths[i].name, hash);
    }
}

/* Time stamps. */

static X509 *certificate(EVP_PKEY *key, const char *name, EVP_PKEY *issuer_key, X509 *issuer, const char *const extensions[][2]) {
    X509 *made = X509_new();
    MUST(made != NULL && X509_set_version(made, X509_VERSION_3));
    MUST(ASN1_INTEGER_set(X509_get_serialNumber(made), issuer == NULL ? 1 : 2));
    MUST(X509_gmtime_adj(X509_getm_notBefore(made), -3600) != NULL && X509_gmtime_adj(X509_getm_notAfter(made), 86400) != NULL);
    MUST(X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0));
    MUST(X509_set_issuer_name(made, X509_get_subject_name(issuer == NULL ? made : issuer)) && X509_set_pubkey(made, key));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer == NULL ? made : issuer, made, NULL, NULL, 0);
    for (size_t i = 0; extensions[i][0] != NULL; i++) {
        X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &context, extensions[i][0], extensions[i][1]);
        MUST(extension != NULL && X509_add_ext(made, extension, -1));
        X509_EXTENSION_free(extension);
    }
    MUST(X509_sign(made, issuer_key, EVP_sha256()) > 0);
    return made;
}

static TS_RESP_CTX *authority;
static unsigned char *request, *token;
static long request_length, token_length;
static X509_STORE *anchors;
static long next_serial;

static ASN1_INTEGER *serial(struct TS_resp_ctx *context, void *unused) {
    (void)context;
    (void)unused;
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    MUST(number != NULL && ASN1_INTEGER_set(number, ++next_serial));
    return number;
}

static TS_RESP *respond(void) {
    BIO *input = BIO_new_mem_buf(request, (int)request_length);
    MUST(input != NULL);
    TS_RESP *response = TS_RESP_create_response(authority, input);
    MUST(response != NULL && ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response))) == 0);
    BIO_free(input);
    return response;
}

static void reply(void) {
    TS_RESP *response = respond();
    unsigned char *der = NULL;
    MUST(i2d_TS_RESP(response, &der) > 0);
    OPENSSL_free(der);
    TS_RESP_free(response);
}

static void verify_token(void) {
    const unsigned char *at = token, *request_at = request;
    PKCS7 *read = d2i_PKCS7(NULL, &at, token_length);
    TS_REQ *of = d2i_TS_REQ(NULL, &request_at, request_length);
    MUST(read != NULL && of != NULL);
    TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(of, NULL);
    MUST(context != NULL);
    TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
    MUST(X509_STORE_up_ref(anchors));
    TS_VERIFY_CTX_set_store(context, anchors);
    MUST(TS_RESP_verify_token(context, read) == 1);
    TS_VERIFY_CTX_free(context);
    TS_REQ_free(of);
    PKCS7_free(read);
}

static void time_stamps(void) {
    static const char *const of_root[][2] = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign"}, {NULL, NULL}};
    static const char *const of_authority[][2] = {
        {"keyUsage", "critical,digitalSignature"}, {"extendedKeyUsage", "critical,timeStamping"}, {NULL, NULL}};
    EVP_PKEY *root_key = new_key("P-256"), *key = new_key("P-256");
    X509 *root = certificate(root_key, "root", root_key, NULL, of_root);
    X509 *signer = certificate(key, "authority", root_key, root, of_authority);
    MUST((anchors = X509_STORE_new()) != NULL && X509_STORE_add_cert(anchors, root));

    TS_REQ *asked = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    ASN1_INTEGER *nonce = ASN1_INTEGER_new();
    MUST(asked != NULL && imprint != NULL && algorithm != NULL && nonce != NULL);
    MUST(X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL));
    MUST(TS_REQ_set_version(asked, 1) && TS_MSG_IMPRINT_set_algo(imprint, algorithm));
    MUST(TS_MSG_IMPRINT_set_msg(imprint, digest, sizeof digest) && TS_REQ_set_msg_imprint(asked, imprint));
    MUST(ASN1_INTEGER_set_uint64(nonce, 0x0123456789abcdefULL) && TS_REQ_set_nonce(asked, nonce) && TS_REQ_set_cert_req(asked, 1));
    MUST((request_length = i2d_TS_REQ(asked, &request)) > 0);

    ASN1_OBJECT *policy = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
    MUST((authority = TS_RESP_CTX_new()) != NULL && policy != NULL);
    MUST(TS_RESP_CTX_set_signer_cert(authority, signer) && TS_RESP_CTX_set_signer_key(authority, key));
    MUST(TS_RESP_CTX_set_signer_digest(authority, EVP_sha256()) && TS_RESP_CTX_set_ess_cert_id_digest(authority, EVP_sha256()));
    MUST(TS_RESP_CTX_set_def_policy(authority, policy) && TS_RESP_CTX_add_md(authority, EVP_sha256()));
    MUST(TS_RESP_CTX_set_accuracy(authority, 1, 0, 0));
    TS_RESP_CTX_set_serial_cb(authority, serial, NULL);

    row("ts-reply", reply);
    TS_RESP *response = respond();
    MUST((token_length = i2d_PKCS7(TS_RESP_get_token(response), &token)) > 0);
    row("ts-verify", verify_token);
}

int main(int count, char **arguments) {
    MUST(count == 2 && (seconds = atof(arguments[1])) > 0);
    signatures("SM2", "sm2-sign", "sm2-verify");
    signatures("P-256", "p256-sign", "p256-verify");
    hashes();
    time_stamps();
    return 0;
}
