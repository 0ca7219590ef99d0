package dev.grapevine.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Drives a load until a figure of it is level: four windows of 5 s within 10 %, or for two minutes. */
final class WarmUp {

    static final Duration WINDOW = Duration.ofSeconds(5);
    static final int MAX_WINDOWS = 24;

    private static final int LEVEL_WINDOWS = 4;
    private static final double LEVEL = 1.1;

    private WarmUp() {}

    /** Drives the load for one window, counted from 0, and tells the figure. */
    @FunctionalInterface
    interface Window {
        double drive(int number) throws IOException, InterruptedException, ExecutionException;
    }

    /** @return how long it took, in seconds */
    static double untilLevel(Window window) throws IOException, InterruptedException, ExecutionException {
        List<Double> figures = new ArrayList<>();
        while (figures.size() < MAX_WINDOWS && !isLevel(figures)) {
            figures.add(window.drive(figures.size()));
        }
        return figures.size() * (double) WINDOW.toSeconds();
    }

    private static boolean isLevel(List<Double> figures) {
        List<Double> last = figures.subList(Math.max(0, figures.size() - LEVEL_WINDOWS), figures.size());
        return last.size() == LEVEL_WINDOWS && Collections.max(last) < LEVEL * Collections.min(last);
    }
}
