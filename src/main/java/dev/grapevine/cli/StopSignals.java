package dev.grapevine.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What SIGTERM and SIGINT (Ctrl-C) do: the first stops the node in order, a second ends it at once. Java by itself passes over
 * the second.
 */
final class StopSignals {

    /** By convention, what a program that ended for a signal returns is this much more than the signal's number. */
    private static final int SIGNALLED = 128;

    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private StopSignals() {}

    static void install() {
        AtomicBoolean stopping = new AtomicBoolean();
        try {
            handle("INT", () -> stop(SIGINT, stopping));
            handle("TERM", () -> stop(SIGTERM, stopping));
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            // Then a second signal is passed over; the first works by itself.
        }
    }

    /** Each signal's handler has a thread of its own, so the second does not wait for the first. */
    private static void stop(int signal, AtomicBoolean stopping) {
        if (stopping.getAndSet(true)) {
            Runtime.getRuntime().halt(SIGNALLED + signal);
        }
        System.exit(SIGNALLED + signal);
    }

    /** By reflection: javac warns of jdk.unsupported's sun.misc.Signal in a way that nothing silences, and no other API has signals. */
    private static void handle(String name, Runnable deed) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    deed.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
