package dev.grapevine.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** Jazzer on one target. Whatever needs more than 256 MiB is a finding as well. */
final class JazzerProcess {

    private static final int MAX_FINDINGS = 10;

    /** By the clock, for whoever is stopped meanwhile; {@link Target} measures the time that an input really takes. */
    private static final int HANGS_SECONDS = 3_600;

    private static final String INSTRUMENTED = "dev.grapevine.**:com.apicatalog.**:tools.jackson.core.json.**";
    private static final Pattern DONE = Pattern.compile("Done ([0-9]+) runs in.*");
    private static final Pattern COVERAGE = Pattern.compile("#[0-9]+\\s.* cov: ([0-9]+) .*");

    /** How libFuzzer names its inputs; those with other names are kept whatever they cover. */
    private static final Pattern FOUND = Pattern.compile("[0-9a-f]{40}");

    private final Target target;
    private final Path found;
    private final Path log;

    JazzerProcess(Target target) throws IOException {
        this.target = target;
        this.found = FuzzRun.HOME.resolve("corpus").resolve(target.toString());
        this.log = FuzzRun.HOME.resolve(target + ".log");
        Files.createDirectories(found);
    }

    /** Runs from the corpus, and from what earlier runs have found. */
    FuzzReport.Result run(int inputs) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<String> arguments = new ArrayList<>(List.of(
                "--keep_going=" + MAX_FINDINGS,
                "-runs=" + inputs,
                "--reproducer_path=" + FuzzRun.HOME,
                "-artifact_prefix=" + FuzzRun.HOME.resolve(target + "-"),
                "-max_len=4096",
                "-timeout=" + HANGS_SECONDS,
                found.toString(),
                kept().toString()));
        if (target.group() == Target.Group.CREDENTIALS || target == Target.BODY) {
            arguments.add("-dict=" + Target.CORPUS.resolve("json.dict"));
        }
        int code = jazzer(log, arguments);
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        int findings = (int) lines.stream()
                .filter(line -> line.startsWith("== Java Exception") || line.contains("== ERROR: libFuzzer"))
                .count();
        return new FuzzReport.Result(
                target.toString(),
                last(lines, DONE),
                seconds,
                (int) last(lines, COVERAGE),
                code == 0 ? findings : Math.max(1, findings),
                FuzzRun.figure(log, JazzerTarget.LIVE_HEAP),
                FuzzRun.figure(log, JazzerTarget.ALLOCATED));
    }

    private static long last(List<String> lines, Pattern pattern) {
        long value = 0;
        for (String line : lines) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.matches()) {
                value = Long.parseLong(matcher.group(1));
            }
        }
        return value;
    }

    /** Has as little in the corpus as covers what it and all that was found cover. */
    void keep() throws IOException, InterruptedException {
        Path merged = FuzzRun.HOME.resolve("merged").resolve(target.toString());
        FileSystemUtils.deleteRecursively(merged);
        Files.createDirectories(merged);
        int code = jazzer(
                FuzzRun.HOME.resolve(target + "-merge.log"),
                List.of("-merge=1", "-use_counters=0", merged.toString(), found.toString(), kept().toString()));
        if (code != 0) {
            throw new IOException("no smaller corpus: see " + target + "-merge.log");
        }
        for (Path input : target.corpus()) {
            if (FOUND.matcher(input.getFileName().toString()).matches()) {
                Files.delete(input);
            }
        }
        try (Stream<Path> inputs = Files.list(merged)) {
            for (Path input : inputs.toList()) {
                Files.copy(input, kept().resolve(input.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path kept() {
        return Target.CORPUS.resolve(target.toString());
    }

    private int jazzer(Path output, List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerTarget.class.getName(),
                "--target_args=" + target,
                "--instrumentation_includes=" + INSTRUMENTED));
        all.addAll(arguments);
        return FuzzRun.java(output, List.of("-Xmx256m"), all);
    }
}
