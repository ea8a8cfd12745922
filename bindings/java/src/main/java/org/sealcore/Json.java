package org.sealcore;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the small objects that some calls take. What is null is left out. */
final class Json {
    private final Map<String, String> members = new LinkedHashMap<>();

    Json put(String name, String value) {
        return raw(name, value == null ? null : quote(value));
    }

    Json put(String name, Number value) {
        return raw(name, value == null ? null : value.toString());
    }

    Json put(String name, Boolean value) {
        return raw(name, value == null ? null : value.toString());
    }

    Json put(String name, Collection<String> values) {
        return raw(name, values == null
                ? null
                : values.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")));
    }

    @Override
    public String toString() {
        return members.entrySet().stream()
                .map(member -> quote(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private Json raw(String name, String value) {
        if (value != null) {
            members.put(name, value);
        }
        return this;
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
