package dev.grapevine.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start this very program once more in a process of its own. */
final class JavaCommand {

    private JavaCommand() {}

    /** The command line: the same Java, its options (agents excepted), the same class path, and these arguments. */
    static List<String> thisProgram(Path temporaryFiles, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-agentlib") && !option.startsWith("-javaagent")) {
                command.add(option);
            }
        }
        command.add("-Djava.io.tmpdir=" + temporaryFiles);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(GrapevineCommand.class.getName());
        command.addAll(arguments);
        return command;
    }
}
