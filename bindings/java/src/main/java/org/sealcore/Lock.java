package org.sealcore;

/** Which fields of a PDF nobody may fill in after a signature. */
public enum Lock {
    /** All fields. */
    ALL(1),
    /** Those that are named. */
    INCLUDE(2),
    /** All but those that are named. */
    EXCLUDE(3);

    private final int code;

    Lock(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
