package dev.grapevine.node.profile;

import java.time.Duration;

/** The limits that decide validity: constants of the protocol (design §4 and §8), never configuration. */
public final class ProfileLimits {

    /** The longest event, as an encoded signed envelope. */
    public static final int MAX_EVENT_BYTES = 4 * 1024;

    /** The longest body. */
    public static final int MAX_BODY_BYTES = 8 * 1024;

    /** The deepest nesting of objects and arrays in a body, the outermost object counted. */
    public static final int MAX_BODY_DEPTH = 16;

    /** The length of the salt in a commitment; always exactly this. */
    public static final int SALT_BYTES = 32;

    /** The longest encoded {@link ProfileMessage}, which is the longest gossip message. */
    public static final int MAX_MESSAGE_BYTES = 64 * 1024;

    /**
     * The most bytes of envelopes in one run, which is how far apart two checked signatures may lie in a log that is
     * passed on.
     */
    public static final int MAX_RUN_BYTES = 64 * 1024;

    /** The longest encoded {@link BranchStatement}: two of them, a {@link ForkProof}, fit into one gossip message. */
    public static final int MAX_STATEMENT_BYTES = 31 * 1024;

    /** The most key rotations that lead to the key which signed a {@link BranchStatement}. */
    public static final int MAX_STATEMENT_ROTATIONS = 4;

    /** How far ahead of the local clock an event may be; beyond, it is held. */
    public static final Duration MAX_AHEAD = Duration.ofMinutes(10);

    /** The longest issuer name and did:web, in UTF-8 bytes. */
    public static final int MAX_NAME_BYTES = 1024;

    /** The longest reason of a revocation, in UTF-8 bytes. */
    public static final int MAX_REASON_BYTES = 512;

    /** The longest display name, in UTF-16 code units. */
    public static final int MAX_DISPLAY_NAME_CHARS = 256;

    /** The longest subject, in UTF-16 code units. */
    public static final int MAX_SUBJECT_CHARS = 1024;

    private ProfileLimits() {}
}
