package org.sealcore;

/** How much a message of the log matters. */
public enum LogLevel {
    /** Something failed. */
    ERROR(1),
    /** Something should be looked at. */
    WARNING(2),
    /** What was done. */
    INFO(3),
    /** Details for who looks for a fault. */
    DEBUG(4);

    private final int code;

    LogLevel(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static LogLevel of(int code) {
        for (LogLevel level : values()) {
            if (level.code == code) {
                return level;
            }
        }
        return DEBUG;
    }
}
