package org.sealcore;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is to be put on a document: a seal and where, or a plain digital signature, and what goes with it. It holds
 * nothing of the library, need not be closed, and may be used for many documents. What does not fit together, or not
 * the document, is said when it is used.
 */
public final class SignRequest {
    private static final int FIELD = 1;
    private static final int CONTENTS = 2;
    private static final int REASON = 3;
    private static final int LOCATION = 4;
    private static final int CONTACT = 5;
    private static final int NAME = 6;
    private static final int CAPTION = 7;
    private static final int RELATIVE = 8;
    private static final int FILTER = 9;
    private static final int SUBFILTER = 10;
    private static final int ALGORITHM = 11;
    private static final int LOCK_FIELD = 12;

    private static final int TIME = 1;
    private static final int WHOLE = 2;
    private static final int DOCUMENT = 3;
    private static final int CERTIFY = 4;
    private static final int LOCK = 5;
    private static final int OPACITY = 6;
    private static final int WHITE_TRANSPARENT = 7;
    private static final int RESERVE = 8;
    private static final int IGNORE_PERMISSIONS = 9;

    private final List<Step> steps = new ArrayList<>();

    /** A plain digital signature of nobody yet. */
    public SignRequest() {
    }

    // what is shown, and where

    /**
     * Puts a seal on the document.
     *
     * @param seal must not be closed when the request is used
     * @return this
     */
    public SignRequest seal(Seal seal) {
        Objects.requireNonNull(seal, "seal");
        return step((api, scope, it) -> api.sealcore_request_set_seal(it, scope.use(seal), scope.error()));
    }

    /**
     * Shows a picture without a seal; PDF.
     *
     * @param kind {@code "png"}, {@code "svg"}, {@code "ofd"}...; null: by content
     * @param bytes of the picture
     * @param width in millimetres
     * @param height in millimetres
     * @return this
     */
    public SignRequest picture(String kind, byte[] bytes, int width, int height) {
        byte[] copy = bytes.clone();
        return step((api, scope, it) -> api.sealcore_request_set_picture(
                it, scope.text(kind), scope.bytes(copy), copy.length, width, height, scope.error()));
    }

    /**
     * Adds a place where the seal or picture is shown. Without one it is not shown.
     *
     * @param placement one of many
     * @return this
     */
    public SignRequest place(Placement placement) {
        return step(Objects.requireNonNull(placement, "placement")::addTo);
    }

    // who signs

    /**
     * Names the signer, for {@link Document#prepare}; in one call the signer has its certificates.
     *
     * @param certificates PEM, DER or P7B: the signer's first, then its chain
     * @return this
     */
    public SignRequest certificates(byte[] certificates) {
        byte[] copy = certificates.clone();
        return step((api, scope, it) ->
                api.sealcore_request_set_certificate(it, scope.bytes(copy), copy.length, scope.error()));
    }

    /**
     * Names the signer, for {@link Document#prepare}.
     *
     * @param certificates the signer's first, then its chain
     * @return this
     */
    public SignRequest certificates(X509Certificate... certificates) {
        return certificates(Certificates.encode(certificates));
    }

    /**
     * Stamps the signature.
     *
     * @param authority must not be closed when the request is used
     * @return this
     */
    public SignRequest timeStamp(Authority authority) {
        Objects.requireNonNull(authority, "authority");
        return step((api, scope, it) -> api.sealcore_request_set_authority(it, scope.use(authority), scope.error()));
    }

    // what it says and permits

    /**
     * Names the signature field of a PDF; an empty one of that name is used.
     *
     * @param field its name
     * @return this
     */
    public SignRequest field(String field) {
        return text(FIELD, field);
    }

    /**
     * Chooses the form of the signed value in a PDF.
     *
     * @param contents {@code "auto"}, {@code "seal"}, {@code "cms"}, {@code "gm-cms"}
     * @return this
     */
    public SignRequest contents(String contents) {
        return text(CONTENTS, contents);
    }

    /**
     * States why it is signed; PDF.
     *
     * @param reason for people
     * @return this
     */
    public SignRequest reason(String reason) {
        return text(REASON, reason);
    }

    /**
     * States where it is signed; PDF.
     *
     * @param location for people
     * @return this
     */
    public SignRequest location(String location) {
        return text(LOCATION, location);
    }

    /**
     * States how the signer can be reached; PDF.
     *
     * @param contact for people
     * @return this
     */
    public SignRequest contact(String contact) {
        return text(CONTACT, contact);
    }

    /**
     * States who signs; PDF.
     *
     * @param name for people
     * @return this
     */
    public SignRequest name(String name) {
        return text(NAME, name);
    }

    /**
     * Writes a line below the picture; PDF.
     *
     * @param caption for people
     * @return this
     */
    public SignRequest caption(String caption) {
        return text(CAPTION, caption);
    }

    /**
     * Names the signature that this one builds on; OFD, GM/T 0099.
     *
     * @param relative its ID
     * @return this
     */
    public SignRequest relative(String relative) {
        return text(RELATIVE, relative);
    }

    /**
     * Sets /Filter and /SubFilter of a PDF signature, in place of what is usual for its contents.
     *
     * @param filter a PDF name
     * @param subFilter a PDF name
     * @return this
     */
    public SignRequest filter(String filter, String subFilter) {
        text(FILTER, filter);
        return text(SUBFILTER, subFilter);
    }

    /**
     * Asks for a signature algorithm other than the usual one of the key, for {@link Document#prepare}: a signer has
     * its own.
     *
     * @param algorithm as {@link Signer#algorithm()} names it
     * @return this
     */
    public SignRequest algorithm(String algorithm) {
        return text(ALGORITHM, algorithm);
    }

    /**
     * Claims a signing time.
     *
     * @param time the default is now
     * @return this
     */
    public SignRequest time(Instant time) {
        return number(TIME, time.getEpochSecond());
    }

    /**
     * Closes an OFD: nothing may come after.
     *
     * @param whole whether it is closed
     * @return this
     */
    public SignRequest whole(boolean whole) {
        return number(WHOLE, whole ? 1 : 0);
    }

    /**
     * Chooses a document of an OFD package.
     *
     * @param document from 1
     * @return this
     */
    public SignRequest document(int document) {
        return number(DOCUMENT, document);
    }

    /**
     * Certifies a PDF (DocMDP): 1 permits nothing, 2 filling in and signing, 3 annotations, too.
     *
     * @param level 1 to 3
     * @return this
     */
    public SignRequest certify(int level) {
        return number(CERTIFY, level);
    }

    /**
     * Locks fields of a PDF.
     *
     * @param lock which
     * @param fields names, for {@link Lock#INCLUDE} and {@link Lock#EXCLUDE}
     * @return this
     */
    public SignRequest lock(Lock lock, String... fields) {
        number(LOCK, lock.code());
        for (String field : fields) {
            text(LOCK_FIELD, field);
        }
        return this;
    }

    /**
     * Lets the page shine through the picture; PDF.
     *
     * @param percent how dense the picture is, 0 to 100; the default is 100
     * @return this
     */
    public SignRequest opacity(int percent) {
        return number(OPACITY, percent);
    }

    /**
     * Takes the white of a raster picture away; PDF.
     *
     * @param transparent whether white lets the page through, which is the default
     * @return this
     */
    public SignRequest whiteTransparent(boolean transparent) {
        return number(WHITE_TRANSPARENT, transparent ? 1 : 0);
    }

    /**
     * Reserves room in a PDF signature for what is added later, as by {@link Session#addTimeStamp}. An
     * {@link #timeStamp authority} reserves by itself.
     *
     * @param bytes 8192 are usual for a time stamp
     * @return this
     */
    public SignRequest reserve(long bytes) {
        return number(RESERVE, bytes);
    }

    /**
     * Signs a PDF although an earlier signature or the encryption forbids it.
     *
     * @param ignore whether they are ignored
     * @return this
     */
    public SignRequest ignorePermissions(boolean ignore) {
        return number(IGNORE_PERMISSIONS, ignore ? 1 : 0);
    }

    /** The handle, for as long as the scope is open. */
    long create(Scope scope) {
        scope.check(scope.api.sealcore_request_new(scope.out(), scope.error()));
        long request = scope.own(scope.outHandle(), scope.api::sealcore_request_free);
        Step.applyAll(steps, scope, request);
        return request;
    }

    private SignRequest text(int key, String value) {
        Objects.requireNonNull(value, "value");
        return step((api, scope, it) -> api.sealcore_request_set_text(it, key, scope.text(value), scope.error()));
    }

    private SignRequest number(int key, long value) {
        return step((api, scope, it) -> api.sealcore_request_set_number(it, key, value, scope.error()));
    }

    private SignRequest step(Step step) {
        steps.add(step);
        return this;
    }
}
