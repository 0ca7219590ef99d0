package dev.grapevine.cli;

import dev.grapevine.node.NodeApplication;
import java.util.Arrays;

/** The program's entry point. */
public final class GrapevineCommand {

    private GrapevineCommand() {}

    public static void main(String[] args) {
        NodeApplication.main(Arrays.copyOfRange(args, Math.min(1, args.length), args.length));
    }
}
