package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.IssuerFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command does with files, where no node runs. */
class IssuerKeyCommandTest {

    private static final String NO_NODE = "--url=http://127.0.0.1:1";

    @TempDir
    private Path directory;

    private StringWriter out;
    private StringWriter err;
    private Path passphrase;
    private Path exported;
    private String id;

    @BeforeEach
    void anIssuerWithARotatedKey() throws IOException {
        forgetOutput();
        passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse\n");
        exported = directory.resolve("exported.pem");
        IssuerFiles files = files("old");
        files.key().createNew();
        id = files.key().did();
        files.createId(id);
        files.takeOver(files.createNext().publicKey());
    }

    private IssuerFiles files(String dataDir) {
        return new IssuerFiles(directory.resolve(dataDir).resolve("issuer.key"), Optional.empty(), new SecureRandom());
    }

    private void forgetOutput() {
        out = new StringWriter();
        err = new StringWriter();
    }

    @Test
    void anIssuerMovesToAnotherMachine() throws IOException {
        assertThat(export("--passphrase-file=" + passphrase)).isZero();
        assertThat(out.toString()).contains("Wrote the key of issuer " + id).contains("encrypted.");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(exported)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(exported)).startsWith("Issuer: " + id).contains("BEGIN ENCRYPTED PRIVATE KEY");

        assertThat(importInto("new", "--passphrase-file=" + passphrase)).isZero();

        assertThat(out.toString())
                .contains("Issuer " + id + " signs here with "
                        + files("old").key().did());
        assertThat(out.toString()).contains("was not checked: no node answers");
        assertThat(files("new").id()).contains(id);
        assertThat(files("new").key().did()).isEqualTo(files("old").key().did()).isNotEqualTo(id);
    }

    @Test
    void aPlainExportSaysThatItIsPlain() {
        assertThat(export("--plain")).isZero();
        assertThat(out.toString()).contains("not encrypted");
        assertThat(importInto("new")).isZero();

        assertThat(files("new").id()).contains(id);
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.writeString(exported, "something");

        assertThat(export("--plain")).isEqualTo(1);

        assertThat(err.toString()).contains("is there already. Give a new name");
        assertThat(exported).hasContent("something");
    }

    @Test
    void anotherIssuersKeyIsNeverOverwritten() {
        export("--plain");
        IssuerFiles another = files("another");
        another.key().createNew();
        String key = another.key().did();

        assertThat(importInto("another")).isEqualTo(1);
        assertThat(err.toString()).contains("those of another issuer, " + key);
        another.createId(key);
        forgetOutput();
        assertThat(importInto("another")).isEqualTo(1);
        assertThat(err.toString()).contains("those of another issuer, " + key);
        assertThat(another.key().did()).isEqualTo(key);
    }

    @Test
    void aNewerKeyOfTheSameIssuerIsTaken() {
        Path file = exported;
        export("--plain");
        importInto("new");
        files("old").takeOver(files("old").createNext().publicKey());
        exported = directory.resolve("second.pem");
        export("--plain");

        assertThat(importInto("new")).isZero();

        assertThat(files("new").key().did()).isEqualTo(files("old").key().did());
        assertThat(file).exists();
    }

    @Test
    void aWrongPassphraseIsOneLine() throws IOException {
        export("--passphrase-file=" + passphrase);
        Files.writeString(passphrase, "wrong horse");

        assertThat(importInto("new", "--passphrase-file=" + passphrase)).isEqualTo(1);

        assertThat(err.toString().strip()).doesNotContain("\n").contains("The passphrase does not open");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void withoutATerminalAPassphraseFileIsNeeded() {
        assertThat(export()).isEqualTo(1);
        assertThat(err.toString()).contains("give --passphrase-file");
        assertThat(exported).doesNotExist();
    }

    @Test
    void showTellsOfTheFilesWithoutANodeAndWithoutSecrets() throws IOException {
        assertThat(execute("issuer-key", "show", "--data-dir=" + directory.resolve("old"), "--key= ", NO_NODE))
                .isZero();

        assertThat(out.toString())
                .contains(id)
                .contains(files("old").key().did())
                .contains("(not encrypted)")
                .contains("What the log says is not asked")
                .doesNotContain(
                        Files.readString(directory.resolve("old/issuer.key")).strip());
    }

    @Test
    void wrongArgumentsEndWithTwo() {
        assertThat(execute("issuer-key")).isEqualTo(2);
        assertThat(execute("issuer-key", "export")).isEqualTo(2);
        assertThat(execute("issuer-key", "rotate", "--key= ")).isEqualTo(2);
    }

    private int export(String... more) {
        return run("export", "old", more);
    }

    private int importInto(String dataDir, String... more) {
        return run("import", dataDir, more);
    }

    private int run(String what, String dataDir, String... more) {
        String[] arguments = new String[4 + (what.equals("import") ? 1 : 0) + more.length];
        arguments[0] = "issuer-key";
        arguments[1] = what;
        arguments[2] = exported.toString();
        arguments[3] = "--data-dir=" + directory.resolve(dataDir);
        System.arraycopy(more, 0, arguments, 4, more.length);
        if (what.equals("import")) {
            arguments[arguments.length - 1] = NO_NODE;
        }
        return execute(arguments);
    }

    private int execute(String... arguments) {
        return GrapevineCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
