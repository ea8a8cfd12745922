package org.sealcore;

import java.util.Locale;
import java.util.Objects;

/** The library as a whole. */
public final class Sealcore {
    /** The version of the C ABI that this binding is written for. */
    static final int ABI_VERSION = 1;

    private static volatile Language language = Language.of(Locale.getDefault());

    private Sealcore() {
    }

    /**
     * The version of the native library.
     *
     * @return as {@code "0.1.0"}
     */
    public static String version() {
        NativeApi api = NativeLoader.api();
        return api.text(api.sealcore_version());
    }

    /**
     * The version of the C ABI. It is compared when the library is loaded.
     *
     * @return the number
     */
    public static int abiVersion() {
        return NativeLoader.api().sealcore_abi_version();
    }

    /**
     * The language of messages where no other is asked for: of exceptions, reports, descriptions.
     *
     * @return that of the default locale, unless it was set
     */
    public static Language language() {
        return language;
    }

    /**
     * Sets the language of messages for the whole process.
     *
     * @param language from now on
     */
    public static void setLanguage(Language language) {
        Sealcore.language = Objects.requireNonNull(language, "language");
    }

    /**
     * Computes the known answers of SM2, SM3 and SM4. The library does so by itself before its first operation.
     *
     * @throws SealcoreException {@link Status#SELF_TEST} when an answer is wrong
     */
    public static void selfTest() {
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_self_test(scope.error()));
        }
    }

    /**
     * A digest, for callers whose Java has no SM3.
     *
     * @param algorithm as {@code "sm3"}, {@code "sha256"}; {@link #describe()} lists them
     * @param bytes to be digested
     * @return the digest
     */
    public static byte[] digest(String algorithm, byte[] bytes) {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(bytes, "bytes");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_digest(scope.text(algorithm), scope.bytes(bytes), bytes.length,
                    scope.room(Session.DIGEST_ROOM), scope.roomLength(), scope.error()));
            return scope.outRoom();
        }
    }

    /**
     * The number of live handles in the process, for tests that look for leaks.
     *
     * @return 0 when everything is closed
     */
    public static long handleCount() {
        return NativeLoader.api().sealcore_handle_count();
    }

    /**
     * An operation that takes JSON and gives JSON.
     *
     * @param operation as {@code "describe"}
     * @param request a JSON object
     * @return a JSON object
     */
    public static String call(String operation, String request) {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(request, "request");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_call(
                    scope.text(operation), scope.text(request), scope.out(), scope.error()));
            return scope.outText();
        }
    }

    /**
     * What the library can do: policies, algorithms, kinds of devices, limits.
     *
     * @return a JSON object
     */
    public static String describe() {
        return call("describe", "{}");
    }

    /**
     * Passes on what the library has to say, in place of what was set before. One log serves the whole process.
     *
     * @param level nothing that matters less is passed on
     * @param log takes the messages, on any thread; null for none
     */
    public static void setLog(LogLevel level, Log log) {
        Objects.requireNonNull(level, "level");
        try (Scope scope = new Scope()) {
            long error = scope.error();
            scope.check(scope.api.sealcore_set_log(
                    level.code(), log == null ? 0 : scope.callbacks(log, null, "log"), error));
        }
    }
}
