package dev.grapevine.node.identity;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a {@link KeyFileException} as a problem and a remedy instead of a stack trace. */
final class KeyFileFailureAnalyzer extends AbstractFailureAnalyzer<KeyFileException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KeyFileException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
