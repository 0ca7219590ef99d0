package dev.grapevine.testapi;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says at the end, where nobody overlooks it, which tests gave up, and why: such as those that need Chromium or npm. */
public final class NotTested implements TestExecutionListener {

    private final List<String> reasons = new ArrayList<>();

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            String why = result.getThrowable().map(Throwable::getMessage).orElse("no reason given");
            reasons.add(test.getLegacyReportingName() + ": " + why.replaceFirst("^NOT TESTED: ", ""));
        }
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        reasons.add(test.getLegacyReportingName() + ": " + reason);
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        if (!reasons.isEmpty()) {
            System.out.println(text(reasons));
        }
        reasons.clear();
    }

    static String text(List<String> reasons) {
        String line = "=".repeat(100);
        return "%n%s%nNOT TESTED HERE (%d):%n  %s%n-Dinterop.required=true makes a build fail that cannot test all.%n%s%n"
                .formatted(line, reasons.size(), String.join(System.lineSeparator() + "  ", reasons), line);
    }
}
