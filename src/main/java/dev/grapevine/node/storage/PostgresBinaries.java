package dev.grapevine.node.storage;

import dev.grapevine.node.start.StartProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** The programs of a real PostgreSQL, unpacked once per user and version from the archive that comes as a dependency. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /**
     * @param cache where to unpack
     * @param fallback where to unpack if the first cannot be written
     * @return the directory that has {@code bin/postgres}, {@code bin/initdb} and {@code bin/pg_ctl}
     * @throws StartProblem if there is no PostgreSQL for this platform
     */
    static Path unpack(Path cache, Path fallback) throws IOException {
        String archive = "/postgres-%s-%s.txz".formatted(system(), architecture());
        String directory = "postgresql-" + checksum(archive);
        try {
            return unpack(archive, cache, directory);
        } catch (FileSystemException e) {
            return unpack(archive, fallback, directory);
        }
    }

    /** Unpacks beside the target and renames, so that a directory that exists is whole, whoever else unpacks meanwhile. */
    private static Path unpack(String archive, Path parent, String name) throws IOException {
        Path target = parent.resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path unpacked = Files.createTempDirectory(parent, name + ".");
        try (InputStream in = resource(archive).openStream();
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, unpacked);
            }
            Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
            // Another process was first; its directory is as good as ours.
        } finally {
            FileSystemUtils.deleteRecursively(unpacked);
        }
        return target;
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path directory) throws IOException {
        Path path = directory.resolve(entry.getName()).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("an entry leaves the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path,
                    executable
                            ? PosixFilePermissions.fromString("rwx------")
                            : Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        }
    }

    /** The user's own cache directory (XDG Base Directory Specification). */
    static Path cache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return caches.resolve("grapevine");
    }

    private static URL resource(String archive) {
        URL resource = PostgresBinaries.class.getResource(archive);
        if (resource == null) {
            throw new StartProblem(
                    "There is no embedded PostgreSQL for this platform (%s, %s)."
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
                    "Run a PostgreSQL of your own and name it with GRAPEVINE_DB_URL.");
        }
        return resource;
    }

    /** Tells one version's archive from another's, so that each has its directory; without reading it, which would be for each start. */
    private static String checksum(String archive) throws IOException {
        JarURLConnection entry = (JarURLConnection) resource(archive).openConnection();
        return "%08x".formatted(entry.getJarEntry().getCrc());
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }
}
