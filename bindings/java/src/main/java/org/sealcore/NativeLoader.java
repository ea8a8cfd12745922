package org.sealcore;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the native library, once: where the system property {@code sealcore.library.path} says (the library, or a
 * folder with it) and nowhere else if it is set; in the jar, under {@code /native/<os>-<arch>/}; on
 * {@code java.library.path}; where the system looks.
 */
final class NativeLoader {
    private static final String PROPERTY = "sealcore.library.path";
    private static final String FILE = System.mapLibraryName("sealcore");

    private static volatile NativeApi api;

    private NativeLoader() {
    }

    /** Loads the library at the first call. A failure is not final: the next call tries again. */
    static NativeApi api() {
        NativeApi loaded = api;
        return loaded != null ? loaded : load();
    }

    private static synchronized NativeApi load() {
        if (api == null) {
            NativeLibrary library = find();
            String file = String.valueOf(library.getFile());
            int version = JnaApi.abiVersion(library);
            if (version != Sealcore.ABI_VERSION) {
                throw new SealcoreException(
                        Status.ABI,
                        file + " has ABI version " + version + ", this binding needs " + Sealcore.ABI_VERSION,
                        file + " 的 ABI 版本为 " + version + "，本绑定需要 " + Sealcore.ABI_VERSION);
            }
            try {
                api = new JnaApi(library);
            } catch (UnsatisfiedLinkError e) {
                throw (Error) new UnsatisfiedLinkError(file + " is older than this binding: " + e.getMessage())
                        .initCause(e);
            }
        }
        return api;
    }

    private static NativeLibrary find() {
        String set = System.getProperty(PROPERTY);
        if (set != null && !set.isEmpty()) {
            Path path = Paths.get(set);
            return open(Files.isDirectory(path) ? path.resolve(FILE) : path);
        }
        List<String> tried = new ArrayList<>();
        String resource = "/native/" + platform() + "/" + FILE;
        try (Extracted extracted = Extracted.of(resource, FILE)) {
            if (extracted != null) {
                return open(extracted.path());
            }
        } catch (IOException e) {
            throw (Error) new UnsatisfiedLinkError("cannot unpack " + resource + ": " + e).initCause(e);
        }
        tried.add("in the jar as " + resource);
        for (String folder : System.getProperty("java.library.path", "").split(File.pathSeparator)) {
            Path path = Paths.get(folder.isEmpty() ? "." : folder, FILE);
            if (!folder.isEmpty() && Files.isRegularFile(path)) {
                return open(path);
            }
        }
        tried.add("on java.library.path");
        try {
            return NativeLibrary.getInstance("sealcore");
        } catch (UnsatisfiedLinkError e) {
            tried.add("where the system looks");
            throw (Error) new UnsatisfiedLinkError("no " + FILE + ": not " + String.join(", not ", tried)
                    + "; the system property " + PROPERTY + " may name the file or its folder").initCause(e);
        }
    }

    private static NativeLibrary open(Path path) {
        return NativeLibrary.getInstance(path.toAbsolutePath().toString());
    }

    /**
     * As {@code linux-x86-64}, {@code linux-aarch64}, {@code win32-x86-64}, {@code darwin-aarch64}: JNA's own names.
     */
    private static String platform() {
        return Platform.RESOURCE_PREFIX;
    }
}
