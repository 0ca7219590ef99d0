package dev.grapevine.node.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells how to choose a key. Spring Boot's own exception for bad settings would print the key. */
final class UnusableApiKeyAnalyzer extends AbstractFailureAnalyzer<UnusableApiKeyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableApiKeyException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Choose one at random (openssl rand -hex 32), or leave it out and the node makes one.",
                cause);
    }
}
