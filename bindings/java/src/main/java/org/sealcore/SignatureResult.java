package org.sealcore;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** One signature of a document, or a bare seal, or a time stamp: the facts, then the verdict. */
public final class SignatureResult {
    /** What it is. */
    public enum Kind {
        /** An electronic seal. */
        SEAL,
        /** A digital signature without a seal. */
        SIGNATURE,
        /** A time stamp. */
        TIMESTAMP,
        /** Of a newer library. */
        OTHER
    }

    /** Whether the bytes that it covers are those that were signed, and its own mathematics hold. */
    public enum Integrity {
        /** They do. */
        INTACT,
        /** They do not. */
        ALTERED,
        /** The key is not there, or the algorithm is not known. */
        UNVERIFIABLE,
        /** Of a newer library. */
        OTHER
    }

    /** How much of the document it covers. */
    public enum Coverage {
        /** All that was there when it was made. */
        WHOLE,
        /** Less. */
        PARTIAL,
        /** Of a newer library. */
        OTHER
    }

    /** What came after it. */
    public enum Changes {
        /** Nothing. */
        NONE,
        /** What the rules permit. */
        PERMITTED,
        /** What they forbid. */
        FORBIDDEN,
        /** Of a newer library. */
        OTHER
    }

    /** Whether a path leads from the signer to a trusted certificate. */
    public enum Trust {
        /** One does. */
        TRUSTED,
        /** None does. */
        UNTRUSTED,
        /** No trusted certificates were given. */
        UNKNOWN,
        /** Of a newer library. */
        OTHER
    }

    private static final int ID = 1;
    private static final int KIND = 2;
    private static final int STANDARD = 3;
    private static final int FORM = 4;
    private static final int INTEGRITY = 5;
    private static final int COVERAGE = 6;
    private static final int CHANGES = 7;
    private static final int TRUST = 8;
    private static final int SIGNED_AT = 9;
    private static final int SIGNER_NAME = 10;
    private static final int SIGNER_SUBJECT = 11;
    private static final int SEAL_ID = 12;
    private static final int SEAL_NAME = 13;
    private static final int TIMESTAMP = 14;

    private final Verdict verdict;
    private final List<Finding> findings;
    private final String[] texts = new String[TIMESTAMP + 1];

    SignatureResult(NativeApi api, long report, long signature, List<Finding> findings) {
        verdict = Verdict.of(api.sealcore_report_signature_verdict(report, signature));
        this.findings = findings;
        for (int field = ID; field <= TIMESTAMP; field++) {
            texts[field] = api.text(api.sealcore_report_signature_text(report, signature, field));
        }
    }

    /**
     * The verdict of this signature.
     *
     * @return as the policy drew it
     */
    public Verdict verdict() {
        return verdict;
    }

    /**
     * How it is called: the ID of the record in an OFD, the name of the field in a PDF, the seal's own.
     *
     * @return not null
     */
    public String id() {
        return texts[ID];
    }

    /**
     * What it is.
     *
     * @return the fact
     */
    public Kind kind() {
        return Texts.constant(Kind.class, texts[KIND], Kind.OTHER);
    }

    /**
     * Whether the bytes that it covers are those that were signed, and its own mathematics hold.
     *
     * @return the fact
     */
    public Integrity integrity() {
        return Texts.constant(Integrity.class, texts[INTEGRITY], Integrity.OTHER);
    }

    /**
     * How much of the document it covers.
     *
     * @return the fact
     */
    public Coverage coverage() {
        return Texts.constant(Coverage.class, texts[COVERAGE], Coverage.OTHER);
    }

    /**
     * What came after it.
     *
     * @return the fact
     */
    public Changes changes() {
        return Texts.constant(Changes.class, texts[CHANGES], Changes.OTHER);
    }

    /**
     * Whether a path leads from the signer to a trusted certificate.
     *
     * @return the fact
     */
    public Trust trust() {
        return Texts.constant(Trust.class, texts[TRUST], Trust.OTHER);
    }

    /**
     * The standard of the signed value.
     *
     * @return as {@code "GB/T 38540-2020"}; empty where it could not be read
     */
    public Optional<String> standard() {
        return optional(STANDARD);
    }

    /**
     * What was found to be signed, and how.
     *
     * @return as {@code "ses-v4"}; empty where no form matched
     */
    public Optional<String> form() {
        return optional(FORM);
    }

    /**
     * When it was signed: proven by a time stamp, else as claimed.
     *
     * @return empty where nothing says so
     */
    public Optional<Instant> signedAt() {
        return instant(SIGNED_AT);
    }

    /**
     * The common name in the signer's certificate.
     *
     * @return empty where there is no certificate
     */
    public Optional<String> signerName() {
        return optional(SIGNER_NAME);
    }

    /**
     * The subject of the signer's certificate, RFC 4514.
     *
     * @return empty where there is no certificate
     */
    public Optional<String> signerSubject() {
        return optional(SIGNER_SUBJECT);
    }

    /**
     * The identifier of the seal.
     *
     * @return empty where there is no seal
     */
    public Optional<String> sealId() {
        return optional(SEAL_ID);
    }

    /**
     * The name of the seal.
     *
     * @return empty where there is no seal
     */
    public Optional<String> sealName() {
        return optional(SEAL_NAME);
    }

    /**
     * The time in its time stamp.
     *
     * @return empty where there is none that could be read
     */
    public Optional<Instant> timeStamp() {
        return instant(TIMESTAMP);
    }

    /**
     * What was found about this signature.
     *
     * @return cannot be changed
     */
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public String toString() {
        return kind() + " " + id() + ": " + verdict;
    }

    private Optional<Instant> instant(int field) {
        return optional(field).map(text -> OffsetDateTime.parse(text).toInstant());
    }

    private Optional<String> optional(int field) {
        return Optional.ofNullable(texts[field]);
    }
}
