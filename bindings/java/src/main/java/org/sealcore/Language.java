package org.sealcore;

import java.util.Locale;

/** The language of messages to people. */
public enum Language {
    /** English. */
    ENGLISH(1),
    /** Chinese, 简体中文. */
    CHINESE(2);

    private final int code;

    Language(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Language of(Locale locale) {
        return "zh".equals(locale.getLanguage()) ? CHINESE : ENGLISH;
    }
}
