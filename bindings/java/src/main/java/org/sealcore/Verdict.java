package org.sealcore;

/** What a verification came to. */
public enum Verdict {
    /** Everything holds. */
    VALID(1),
    /** Something is wrong: it was altered, or a rule refuses it. */
    INVALID(2),
    /** Nothing is wrong, but something could not be established, as trust or revocation. */
    INDETERMINATE(3),
    /** There is no signature, document time stamps apart. */
    UNSIGNED(4);

    private final int code;

    Verdict(int code) {
        this.code = code;
    }

    /** Never valid by accident: an unknown number is an error. */
    static Verdict of(int code) {
        for (Verdict verdict : values()) {
            if (verdict.code == code) {
                return verdict;
            }
        }
        throw new IllegalStateException("no verdict: " + code);
    }
}
