package interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer: texts by name, and a list of signatures, each texts by name. */
final class Json {
    private final Map<String, String> own = new LinkedHashMap<>();
    private final List<Map<String, String>> signatures = new ArrayList<>();

    Json(String peer, String file) {
        own.put("peer", peer);
        own.put("file", file);
    }

    void put(String name, String value) {
        own.put(name, value);
    }

    void failed(Throwable e) {
        put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    Map<String, String> signature() {
        Map<String, String> one = new LinkedHashMap<>();
        signatures.add(one);
        return one;
    }

    static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        members(text, own);
        text.append(", \"signatures\": [");
        for (int i = 0; i < signatures.size(); i++) {
            text.append(i == 0 ? "{" : ", {");
            members(text, signatures.get(i));
            text.append('}');
        }
        return text.append("]}").toString();
    }

    private static void members(StringBuilder text, Map<String, String> members) {
        String separator = "";
        for (Map.Entry<String, String> entry : members.entrySet()) {
            text.append(separator).append(quoted(entry.getKey())).append(": ").append(quoted(entry.getValue()));
            separator = ", ";
        }
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : String.valueOf(value).toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
