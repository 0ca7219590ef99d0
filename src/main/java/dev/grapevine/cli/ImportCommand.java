package dev.grapevine.cli;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a roster on a running node, and tells what became of each line. Exit code 0 only when none failed. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        sortOptions = false,
        description = "Publish a roster on a running node. Importing the same file again changes nothing.")
final class ImportCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");

    @Parameters(
            paramLabel = "FILE",
            description = "The roster: CSV with a header line, or NDJSON; - is standard input.")
    private Path file = STANDARD_INPUT;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; by default what the file's name ends with.")
    private @Nullable RosterFormat format;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<String, Long> counts = new TreeMap<>();
    private long failed;

    @Override
    public Integer call() throws IOException {
        RosterFormat rosterFormat = format();
        PrintWriter err = spec.commandLine().getErr();
        try (InputStream roster = open();
                Progress progress = Progress.onStandardError(err, "imported", lines(rosterFormat))) {
            new ImportClient(node.url(), node.key())
                    .send(roster, rosterFormat, result -> count(result, progress))
                    .join();
        } catch (CompletionException e) {
            err.println("grapevine: " + explain(e.getCause() == null ? e : e.getCause()));
            failed++;
        }
        String summary = counts.isEmpty()
                ? "nothing"
                : counts.toString().replaceAll("[{}]", "").replace('=', ' ');
        spec.commandLine().getOut().println(summary);
        return failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void count(ImportResult result, Progress progress) {
        counts.merge(result.committed() ? result.outcome() : "failed", 1L, Long::sum);
        if (!result.committed()) {
            failed++;
            progress.println("line " + result.line() + ": " + result.reason());
        }
        progress.step();
    }

    private String explain(Throwable failure) {
        long committed = counts.values().stream().mapToLong(Long::longValue).sum() - failed;
        return switch (failure) {
            case NodeException refused -> String.valueOf(refused.getMessage());
            case ConnectException nobody -> "no node answers at " + node.url() + "; is it running?";
            default ->
                "the connection was lost after " + committed + " committed lines (" + failure.getMessage()
                        + "). Import the same file again: what is committed is answered 'unchanged'.";
        };
    }

    private RosterFormat format() {
        if (format != null) {
            return format;
        }
        return RosterFormat.ofFile(file)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "The name '" + file + "' tells no format: give --format CSV or NDJSON."));
    }

    private InputStream open() throws IOException {
        if (!file.equals(STANDARD_INPUT)) {
            return Files.newInputStream(checked());
        }
        // Not closed with the import: a read of it may be under way then.
        return new FilterInputStream(System.in) {
            @Override
            public void close() {}
        };
    }

    private Path checked() {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), "There is no file '" + file + "' that can be read.");
        }
        return file;
    }

    /** How many people the file has, for the progress bar alone; 0 for standard input. */
    private long lines(RosterFormat rosterFormat) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return 0;
        }
        long lines = 0;
        int last = '\n';
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == '\n') {
                    lines++;
                }
                last = c;
            }
        }
        long all = last == '\n' ? lines : lines + 1;
        return Math.max(0, rosterFormat == RosterFormat.CSV ? all - 1 : all);
    }
}
