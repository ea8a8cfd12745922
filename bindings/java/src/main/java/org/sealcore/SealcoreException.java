package org.sealcore;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The library could not do what it was asked for. What a callback threw (a signer, a stream, a source) is the cause.
 *
 * <p>It is unchecked: where it is thrown there is mostly nothing to be done but to report it, it has to pass through
 * streams, lambdas and {@link AutoCloseable#close}, and the case that every caller must treat, a signature that does
 * not hold, is not an exception but a {@link Report}.
 */
public class SealcoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the library said. */
    private final Details details;

    SealcoreException(Details details, Throwable cause) {
        super(details.describe(Sealcore.language()), cause);
        this.details = details;
    }

    /** Of the binding itself, where there is no error object. */
    SealcoreException(Status status, String english, String chinese) {
        this(new Details(status.code(), "SEALCORE_E_" + status.name(), "api", english, chinese, null, -1, 0), null);
    }

    /**
     * Why it failed.
     *
     * @return {@link Status#UNKNOWN} for a code of a newer library; see {@link #code()}
     */
    public Status status() {
        return Status.of(details.code);
    }

    /**
     * The status code of the C ABI.
     *
     * @return below 0
     */
    public int code() {
        return details.code;
    }

    /**
     * The name of the status code.
     *
     * @return as {@code SEALCORE_E_PASSWORD}
     */
    public String statusName() {
        return details.name;
    }

    /**
     * The class of the failure, as it stands in JSON reports.
     *
     * @return as {@code "password"}; {@code "api"} and {@code "internal"} are of the ABI itself
     */
    public String kind() {
        return details.kind;
    }

    /**
     * What failed, without part and position. {@link #getMessage()} has them, in the language that was the default when
     * the exception was thrown.
     *
     * @param language of the message
     * @return one line
     */
    public String message(Language language) {
        return language == Language.CHINESE ? details.chinese : details.english;
    }

    /**
     * The part of the input that gave rise to it: a path in a package, a field of a structure.
     *
     * @return empty where none is known
     */
    public Optional<String> part() {
        return Optional.ofNullable(details.part);
    }

    /**
     * The byte inside the part, or inside the file.
     *
     * @return empty where none is known
     */
    public OptionalLong position() {
        return details.position < 0 ? OptionalLong.empty() : OptionalLong.of(details.position);
    }

    /**
     * What a device or service reported.
     *
     * @return 0 where there is none; to be printed unsigned
     */
    public long vendorCode() {
        return details.vendorCode;
    }

    /** Reads the error object of a failed call, and frees it. */
    static SealcoreException take(NativeApi api, int status, long error, Throwable cause) {
        Details details;
        String name = api.text(api.sealcore_status_name(status));
        if (error == 0) {
            details = new Details(status, name, "api", name, name, null, -1, 0);
        } else {
            details = new Details(
                    status,
                    name,
                    api.text(api.sealcore_error_kind(error)),
                    api.text(api.sealcore_error_message(error, Language.ENGLISH.code())),
                    api.text(api.sealcore_error_message(error, Language.CHINESE.code())),
                    api.text(api.sealcore_error_part(error)),
                    api.sealcore_error_position(error),
                    api.sealcore_error_vendor_code(error));
            api.sealcore_error_free(error);
        }
        return status == Status.CANCELLED.code()
                ? new CancelledException(details, cause)
                : new SealcoreException(details, cause);
    }

    /** What an error object says. */
    static final class Details implements Serializable {
        private static final long serialVersionUID = 1;

        private final int code;
        private final String name;
        private final String kind;
        private final String english;
        private final String chinese;
        private final String part;
        private final long position;
        private final long vendorCode;

        Details(
                int code,
                String name,
                String kind,
                String english,
                String chinese,
                String part,
                long position,
                long vendorCode) {
            this.code = code;
            this.name = name;
            this.kind = kind;
            this.english = english;
            this.chinese = chinese;
            this.part = part;
            this.position = position;
            this.vendorCode = vendorCode;
        }

        private String describe(Language language) {
            boolean inChinese = language == Language.CHINESE;
            StringBuilder all = new StringBuilder(inChinese ? chinese : english);
            String open = inChinese ? "（" : " (";
            String next = open;
            if (part != null) {
                all.append(next).append(part);
                next = inChinese ? "，" : ", ";
            }
            if (position >= 0) {
                all.append(next).append(inChinese ? "第 " + position + " 字节" : "at byte " + position);
                next = inChinese ? "，" : ", ";
            }
            if (vendorCode != 0) {
                all.append(next).append(inChinese ? "厂商代码 " : "vendor code ");
                all.append(String.format(Locale.ROOT, "0x%08X", vendorCode));
                next = "";
            }
            return all.append(next.equals(open) ? "" : inChinese ? "）" : ")").toString();
        }
    }
}
