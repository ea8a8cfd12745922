package org.sealcore;

/** Takes what the library has to say; see {@link Sealcore#setLog}. Called on the thread that called the library. */
@FunctionalInterface
public interface Log {
    /**
     * One message. What is thrown here is ignored.
     *
     * @param level how much it matters
     * @param message what there is to say; never a password, a PIN or a key
     */
    void log(LogLevel level, String message);
}
