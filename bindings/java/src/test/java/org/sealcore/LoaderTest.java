package org.sealcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to find the library, in a virtual machine of its own. */
class LoaderTest {
    private static final String FILE = System.mapLibraryName("sealcore");

    @TempDir
    Path temp;

    /** Prints the version, and what lies in the temporary folder while the library is in use. */
    static final class Hello {
        public static void main(String[] args) throws Exception {
            Sealcore.selfTest();
            try (Stream<Path> left = Files.list(Paths.get(System.getProperty("java.io.tmpdir")))) {
                System.out.println(Sealcore.version() + " " + left.filter(
                        path -> path.getFileName().toString().startsWith("sealcore-native")).count());
            }
        }
    }

    private static Path library() {
        Path set = Paths.get(System.getProperty("sealcore.library.path"));
        return Files.isDirectory(set) ? set.resolve(FILE) : set;
    }

    private String run(String classPath, String... options) throws Exception {
        Path tmp = Files.createDirectories(temp.resolve("tmp"));
        List<String> command = new ArrayList<>(Arrays.asList(
                Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Djava.io.tmpdir=" + tmp));
        command.addAll(Arrays.asList(options));
        command.addAll(Arrays.asList("-cp", classPath, Hello.class.getName()));
        Path out = temp.resolve("out.txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        int status = process.waitFor();
        return status + " " + Demo.said(out);
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    @Test
    void byPropertyFolderOrFile() throws Exception {
        String expected = "0 " + Sealcore.version() + " 0";
        assertEquals(expected, run(classPath(), "-Dsealcore.library.path=" + library().getParent()));
        assertEquals(expected, run(classPath(), "-Dsealcore.library.path=" + library()));
        assertEquals(expected, run(classPath(), "-Djava.library.path=" + library().getParent()));
    }

    @Test
    void fromTheClassPath() throws Exception {
        Path folder = temp.resolve("classes/native").resolve(Platform.RESOURCE_PREFIX);
        Files.createDirectories(folder);
        Files.copy(library(), folder.resolve(FILE));
        assertEquals("0 " + Sealcore.version() + " 0",
                run(temp.resolve("classes") + java.io.File.pathSeparator + classPath(), "-Djava.library.path="));
    }

    @Test
    void notAtAll() throws Exception {
        String nowhere = run(classPath(), "-Dsealcore.library.path=" + temp.resolve("nowhere"));
        assertTrue(nowhere.startsWith("1 ") && nowhere.contains("UnsatisfiedLinkError"), nowhere);
        String none = run(classPath(), "-Djava.library.path=" + temp);
        assertTrue(none.startsWith("1 ") && none.contains("sealcore.library.path may name"), none);
    }
}
