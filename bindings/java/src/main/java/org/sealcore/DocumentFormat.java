package org.sealcore;

/** What a document is, by its content. */
public enum DocumentFormat {
    /** OFD, GB/T 33190. */
    OFD(1),
    /** PDF. */
    PDF(2),
    /** A bare seal, .esl. */
    SEAL(3);

    private final int code;

    DocumentFormat(int code) {
        this.code = code;
    }

    static DocumentFormat of(int code) {
        for (DocumentFormat format : values()) {
            if (format.code == code) {
                return format;
            }
        }
        throw new IllegalStateException("a format of a newer library: " + code);
    }
}
