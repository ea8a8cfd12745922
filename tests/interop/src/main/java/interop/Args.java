package interop;

import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name value}; all else is positional. */
final class Args {
    final List<String> rest = new ArrayList<>();
    private final Map<String, List<String>> options = new HashMap<>();

    Args(String[] argv, int from) {
        for (int i = from; i < argv.length; i++) {
            if (!argv[i].startsWith("--")) {
                rest.add(argv[i]);
            } else if (i + 1 < argv.length) {
                options.computeIfAbsent(argv[i].substring(2), k -> new ArrayList<>()).add(argv[++i]);
            } else {
                throw new UsageException(argv[i] + " needs a value");
            }
        }
    }

    List<String> all(String name) {
        return options.getOrDefault(name, Collections.emptyList());
    }

    String get(String name, String otherwise) {
        List<String> values = all(name);
        return values.isEmpty() ? otherwise : values.get(values.size() - 1);
    }

    String need(String name) {
        String value = get(name, null);
        if (value == null) {
            throw new UsageException("--" + name + " is missing");
        }
        return value;
    }

    Path path(String name) {
        return Paths.get(need(name));
    }

    Path positional(int index) {
        if (index >= rest.size()) {
            throw new UsageException("too few arguments");
        }
        return Paths.get(rest.get(index));
    }

    /** Passwords come by the environment, as for the sealcore command: an argument shows in the process list. */
    char[] password(String option) {
        String variable = need(option);
        String value = System.getenv(variable);
        if (value == null) {
            throw new UsageException("environment variable " + variable + " is not set");
        }
        return value.toCharArray();
    }

    static final class UsageException extends RuntimeException {
        UsageException(String message) {
            super(message);
        }
    }
}
