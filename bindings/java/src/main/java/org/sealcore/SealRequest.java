package org.sealcore;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a maker puts into a seal. It holds nothing of the library and need not be closed. What does not fit together is
 * said when the seal is made.
 */
public final class SealRequest {
    /** Which standard a seal follows. */
    public enum Generation {
        /** GM/T 0031-2014. */
        V1,
        /** GB/T 38540-2020. */
        V4,
        /** GM/T 0031-2025. */
        V5
    }

    private static final int VENDOR = 1;
    private static final int KIND = 1;

    private final Generation generation;
    private final String id;
    private final String name;
    private final List<Step> steps = new ArrayList<>();

    /**
     * A seal without picture and signers yet.
     *
     * @param generation the standard
     * @param id the seal's identifier, esID
     * @param name of the seal, as 某某市某某局专用章
     */
    public SealRequest(Generation generation, String id, String name) {
        this.generation = Objects.requireNonNull(generation, "generation");
        this.id = Objects.requireNonNull(id, "id");
        this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * The picture.
     *
     * @param kind {@code "png"}, {@code "svg"}, {@code "ofd"}...; null: by content
     * @param bytes of the picture
     * @param width in millimetres
     * @param height in millimetres
     * @return this
     */
    public SealRequest picture(String kind, byte[] bytes, int width, int height) {
        byte[] copy = bytes.clone();
        return step((api, scope, it) -> api.sealcore_seal_request_set_picture(
                it, scope.text(kind), scope.bytes(copy), copy.length, width, height, scope.error()));
    }

    /**
     * Who may use the seal, with the whole certificate in it.
     *
     * @param certificate PEM or DER
     * @return this
     */
    public SealRequest signer(byte[] certificate) {
        return signer(certificate, false);
    }

    /**
     * Who may use the seal.
     *
     * @param certificate PEM or DER
     * @param asDigest whether the digest stands for the certificate; not in V1
     * @return this
     */
    public SealRequest signer(byte[] certificate, boolean asDigest) {
        byte[] copy = certificate.clone();
        return step((api, scope, it) -> api.sealcore_seal_request_add_signer(
                it, scope.bytes(copy), copy.length, asDigest ? 1 : 0, scope.error()));
    }

    /**
     * Who may use the seal, with the whole certificate in it.
     *
     * @param certificate as Java has it
     * @return this
     */
    public SealRequest signer(X509Certificate certificate) {
        try {
            return signer(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * When it was made and from when to when it may be used.
     *
     * @param created the making
     * @param from the first moment
     * @param until the last moment
     * @return this
     */
    public SealRequest validity(Instant created, Instant from, Instant until) {
        long[] seconds = {created.getEpochSecond(), from.getEpochSecond(), until.getEpochSecond()};
        return step((api, scope, it) -> api.sealcore_seal_request_set_validity(
                it, seconds[0], seconds[1], seconds[2], scope.error()));
    }

    /**
     * The vendor's identifier, Vid.
     *
     * @param vendor a short text
     * @return this
     */
    public SealRequest vendor(String vendor) {
        Objects.requireNonNull(vendor, "vendor");
        return step((api, scope, it) ->
                api.sealcore_seal_request_set_text(it, VENDOR, scope.text(vendor), scope.error()));
    }

    /**
     * The type of the seal.
     *
     * @param type 1 of an organisation, 2 of a person; vendors use more
     * @return this
     */
    public SealRequest type(int type) {
        return step((api, scope, it) -> api.sealcore_seal_request_set_number(it, KIND, type, scope.error()));
    }

    /**
     * Makes the seal.
     *
     * @param maker holds the maker's key
     * @return to be closed
     */
    public Seal make(Signer maker) {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_make(create(scope), scope.use(maker), scope.out(), scope.error()));
            return new Seal(scope.outHandle());
        }
    }

    /**
     * Makes all of the seal but the signature of a maker whose key is elsewhere.
     *
     * @param makerCertificate PEM or DER
     * @return to be closed
     */
    public SealSession prepare(byte[] makerCertificate) {
        Objects.requireNonNull(makerCertificate, "makerCertificate");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_seal_prepare(create(scope), scope.bytes(makerCertificate),
                    makerCertificate.length, scope.out(), scope.error()));
            return new SealSession(scope.outHandle());
        }
    }

    private long create(Scope scope) {
        scope.check(scope.api.sealcore_seal_request_new(scope.text(generation.name().toLowerCase(Locale.ROOT)),
                scope.text(id), scope.text(name), scope.out(), scope.error()));
        long request = scope.own(scope.outHandle(), scope.api::sealcore_seal_request_free);
        Step.applyAll(steps, scope, request);
        return request;
    }

    private SealRequest step(Step step) {
        steps.add(step);
        return this;
    }
}
