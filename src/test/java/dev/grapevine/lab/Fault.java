package dev.grapevine.lab;

import java.util.Set;
import java.util.stream.Collectors;

/** What the drill does to nodes, databases and links. Nodes are numbered from 1. */
sealed interface Fault {

    /** For the schedule that is printed. */
    String text();

    /** {@code kill -9}; its database goes on. */
    record Kill(int node) implements Fault {
        @Override
        public String text() {
            return "kill -9 node" + node;
        }
    }

    /** {@code kill -9} of node and database together, as when the power fails. */
    record KillWithDatabase(int node) implements Fault {
        @Override
        public String text() {
            return "kill -9 node" + node + " with its database";
        }
    }

    /** SIGTERM. */
    record Stop(int node) implements Fault {
        @Override
        public String text() {
            return "stop node" + node;
        }
    }

    record Start(int node) implements Fault {
        @Override
        public String text() {
            return "start node" + node;
        }
    }

    /** The node goes on, and has to start it again. */
    record StopDatabase(int node, How how) implements Fault {
        @Override
        public String text() {
            return "stop the database of node" + node + " (" + how.text + ")";
        }
    }

    /** From now on this share of all packets is lost; 0 for none. */
    record Lose(int percent) implements Fault {
        @Override
        public String text() {
            return "lose " + percent + " % of the packets";
        }
    }

    /** Nothing is carried between these and the others. */
    record Cut(Set<Integer> side) implements Fault {
        @Override
        public String text() {
            return "cut off "
                    + side.stream().sorted().map(node -> "node" + node).collect(Collectors.joining(" and "));
        }
    }

    /** Nothing reaches it any more; what it sends arrives. */
    record Deafen(int node) implements Fault {
        @Override
        public String text() {
            return "deafen node" + node;
        }
    }

    /** Ends what {@link Cut} and {@link Deafen} began. */
    record Mend() implements Fault {
        @Override
        public String text() {
            return "mend the links";
        }
    }

    /** How a database server is stopped. */
    enum How {
        FAST("INT", "fast"),
        IMMEDIATE("QUIT", "immediate"),
        KILL("KILL", "kill -9");

        final String signal;
        private final String text;

        How(String signal, String text) {
            this.signal = signal;
            this.text = text;
        }
    }
}
