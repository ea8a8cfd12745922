package org.sealcore;

/** The edge of a page. */
public enum Side {
    /** The left edge. */
    LEFT(1),
    /** The right edge. */
    RIGHT(2),
    /** The upper edge. */
    TOP(3),
    /** The lower edge. */
    BOTTOM(4);

    private final int code;

    Side(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
