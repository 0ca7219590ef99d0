package dev.grapevine.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a long piece of work is: a bar that redraws itself on a terminal, a plain line now and then elsewhere. Safe
 * for several threads.
 */
final class Progress implements AutoCloseable {

    private static final int BAR_CHARS = 30;
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter out;
    private final boolean terminal;
    private final String label;
    private final long total;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long done;
    private long shownNanos;

    /**
     * @param total how many steps there are; 0 when that is not known
     * @param nanoTime a clock that only runs forward, in nanoseconds
     */
    Progress(PrintWriter out, boolean terminal, String label, long total, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.label = label;
        this.total = total;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.shownNanos = startNanos;
    }

    /** A progress on standard error; a bar when the program runs on a terminal. */
    @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null once more where there is no terminal (JDK-8351435)
    static Progress onStandardError(PrintWriter err, String label, long total) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new Progress(err, terminal, label, total, System::nanoTime);
    }

    /** One step more is done. */
    synchronized void step() {
        done++;
        long now = nanoTime.getAsLong();
        if (now - shownNanos >= (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            shownNanos = now;
            show();
        }
    }

    /** Steps done so far. */
    synchronized long done() {
        return done;
    }

    /** Prints a line of text without spoiling the bar. */
    synchronized void println(String text) {
        if (terminal) {
            out.print("\r\u001b[K");
        }
        out.println(text);
        if (terminal) {
            show();
        }
        out.flush();
    }

    /** Shows the last state, and ends the line. */
    @Override
    public synchronized void close() {
        show();
        if (terminal) {
            out.println();
            out.flush();
        }
    }

    private void show() {
        double seconds = Math.max((nanoTime.getAsLong() - startNanos) / 1e9, 1e-3);
        String counts = total > 0 ? String.format(Locale.ROOT, "%,d of %,d", done, total) : String.format("%,d", done);
        String text = String.format(Locale.ROOT, "%s %s  (%,.0f/s)", label, counts, done / seconds);
        if (terminal) {
            out.print("\r\u001b[K" + (total > 0 ? bar() + " " : "") + text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    private String bar() {
        int filled = (int) (BAR_CHARS * Math.min(done, total) / total);
        return "█".repeat(filled) + "░".repeat(BAR_CHARS - filled);
    }
}
