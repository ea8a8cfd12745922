package org.sealcore;

import java.util.Locale;
import java.util.Optional;

/** One thing that a verification found. */
public final class Finding {
    /** How much a finding matters. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** To be looked at. */
        WARNING,
        /** Something is wrong. */
        ERROR,
        /** Of a newer library. */
        OTHER
    }

    private static final int CODE = 1;
    private static final int SEVERITY = 2;
    private static final int CLAUSE = 3;
    private static final int PART = 4;
    private static final int MESSAGE = 5;

    private final String code;
    private final Severity severity;
    private final String clause;
    private final String part;
    private final String english;
    private final String chinese;

    Finding(NativeApi api, long report, long signature, long finding) {
        code = text(api, report, signature, finding, CODE, Language.ENGLISH);
        severity = Texts.constant(
                Severity.class, text(api, report, signature, finding, SEVERITY, Language.ENGLISH), Severity.OTHER);
        clause = text(api, report, signature, finding, CLAUSE, Language.ENGLISH);
        part = text(api, report, signature, finding, PART, Language.ENGLISH);
        english = text(api, report, signature, finding, MESSAGE, Language.ENGLISH);
        chinese = text(api, report, signature, finding, MESSAGE, Language.CHINESE);
    }

    /**
     * The stable name; docs/findings.md lists them all.
     *
     * @return as {@code "time-claimed"}
     */
    public String code() {
        return code;
    }

    /**
     * How much it matters.
     *
     * @return by the code
     */
    public Severity severity() {
        return severity;
    }

    /**
     * The clause of a standard that it rests on.
     *
     * @return empty where there is none
     */
    public Optional<String> clause() {
        return Optional.ofNullable(clause);
    }

    /**
     * The part of the document that it is about.
     *
     * @return empty where it is about all of it
     */
    public Optional<String> part() {
        return Optional.ofNullable(part);
    }

    /**
     * What was found.
     *
     * @return in the default language
     */
    public String message() {
        return message(Sealcore.language());
    }

    /**
     * What was found.
     *
     * @param language of the message
     * @return one line
     */
    public String message(Language language) {
        return language == Language.CHINESE ? chinese : english;
    }

    @Override
    public String toString() {
        return severity.name().toLowerCase(Locale.ROOT) + " " + code + ": " + message();
    }

    private static String text(NativeApi api, long report, long signature, long finding, int field, Language language) {
        return api.text(api.sealcore_report_finding_text(report, signature, finding, field, language.code()));
    }
}
