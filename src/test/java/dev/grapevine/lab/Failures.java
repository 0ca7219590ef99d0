package dev.grapevine.lab;

import java.util.ArrayList;
import java.util.List;

/** What is not as it must be, from whichever thread it was seen. */
final class Failures {

    /** The rest is only counted. */
    private static final int MAX_TOLD = 50;

    private final boolean aloud;
    private final List<String> told = new ArrayList<>();
    private int count;

    /** @param aloud whether each is printed as soon as it is found */
    Failures(boolean aloud) {
        this.aloud = aloud;
    }

    synchronized void add(String what) {
        count++;
        if (told.size() < MAX_TOLD) {
            told.add(what);
            if (aloud) {
                System.err.println("FAILURE: " + what);
            }
        }
    }

    synchronized int count() {
        return count;
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }
}
