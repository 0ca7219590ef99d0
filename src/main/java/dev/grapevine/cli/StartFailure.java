package dev.grapevine.cli;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Tells in one line why a node could not start, in place of Spring Boot's banner (which NodeCommand switches off). */
final class StartFailure implements FailureAnalysisReporter {

    @Override
    public void report(FailureAnalysis analysis) {
        System.err.println(line(analysis));
    }

    static String line(FailureAnalysis analysis) {
        String action = analysis.getAction();
        String text = action == null ? analysis.getDescription() : analysis.getDescription() + " " + action;
        return "grapevine: the node cannot start: " + text.strip().replaceAll("\\s+", " ");
    }
}
