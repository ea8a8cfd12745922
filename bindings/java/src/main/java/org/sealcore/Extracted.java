package org.sealcore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A native library that came in the jar, in a new folder that nobody but this user may enter. The file is written where
 * no file is, compared once more before it is loaded, and deleted as soon as it is loaded. A system that does not let go
 * of a loaded library is asked again when the virtual machine ends.
 */
final class Extracted implements AutoCloseable {
    private final Path folder;
    private final Path file;

    private Extracted(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    /** Null where the jar has no such resource. */
    static Extracted of(String resource, String name) throws IOException {
        byte[] bytes;
        try (InputStream in = Extracted.class.getResourceAsStream(resource)) {
            if (in == null) {
                return null;
            }
            bytes = readAll(in);
        }
        Path folder = Files.createTempDirectory("sealcore-native-", owner("rwx------"));
        Extracted extracted = new Extracted(folder, folder.resolve(name));
        try {
            extracted.write(bytes);
            return extracted;
        } catch (IOException | RuntimeException e) {
            extracted.close();
            throw e;
        }
    }

    Path path() {
        return file;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Windows holds what is loaded. At the exit the last that was asked for goes first.
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
        }
    }

    private void write(byte[] bytes) throws IOException {
        Files.createFile(file, owner("rwx------"));
        Files.write(file, bytes, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        boolean linked = Files.isSymbolicLink(folder) || Files.isSymbolicLink(file);
        if (linked || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            throw new IOException("somebody changed " + file);
        }
        if (posix() && !Files.getPosixFilePermissions(folder).equals(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE))) {
            throw new IOException("others may enter " + folder);
        }
    }

    private static FileAttribute<?>[] owner(String permissions) {
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return posix() ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)} : new FileAttribute<?>[0];
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            all.write(chunk, 0, count);
        }
        return all.toByteArray();
    }
}
