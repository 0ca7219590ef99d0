package dev.grapevine.node.registry;

import java.util.Optional;

/** What this node's issuer wants done to its log. */
sealed interface PublishCommand {

    /** The username concerned. */
    String username();

    /** About what it takes in memory. */
    default int bytes() {
        return 0;
    }

    /** Whether the profile is to be shown to the caller afterwards. */
    boolean showsProfile();

    /** What a draft does to a profile that there is already, or is not. */
    enum Mode {
        /** It must not be there. */
        CREATE,
        /** It must be there. */
        REPLACE,
        /** Either. */
        IMPORT
    }

    /** A new profile, or a new version of one. */
    record Publish(Draft draft, Mode mode) implements PublishCommand {
        @Override
        public String username() {
            return draft.username();
        }

        @Override
        public int bytes() {
            return draft.bytes();
        }

        @Override
        public boolean showsProfile() {
            return mode != Mode.IMPORT;
        }
    }

    /** No longer vouch for a profile. */
    record Revoke(String username, Optional<String> reason) implements PublishCommand {
        @Override
        public boolean showsProfile() {
            return true;
        }
    }

    /** Delete everything of a username. */
    record Erase(String username) implements PublishCommand {
        @Override
        public boolean showsProfile() {
            return false;
        }
    }
}
