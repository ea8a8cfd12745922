package org.sealcore;

import java.util.Locale;

/** Texts of the ABI as constants. */
final class Texts {
    private Texts() {
    }

    /** Null for null, {@code other} for what is not known. */
    static <E extends Enum<E>> E constant(Class<E> type, String text, E other) {
        if (text == null) {
            return null;
        }
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        return other;
    }
}
