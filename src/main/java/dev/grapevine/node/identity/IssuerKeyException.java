package dev.grapevine.node.identity;

import dev.grapevine.keys.DidKey;
import dev.grapevine.keys.KeyProblem;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.start.StartProblem;

/** This instance does not have the key that the issuer's log says is in force, so it signs nothing. */
public final class IssuerKeyException extends RuntimeException {

    private static final String REMEDY =
            "Put the key in force in its place (copy it, or './grapevine issuer-key import'). If it is lost or in strange hands, start"
                    + " the node with GRAPEVINE_ISSUER_RECOVERING=true and run './grapevine issuer-key recover'.";

    private final String remedy;
    private final boolean waitingHelps;

    private IssuerKeyException(String problem, String remedy, boolean waitingHelps) {
        super(problem);
        this.remedy = remedy;
        this.waitingHelps = waitingHelps;
    }

    /** @param inForce by the log */
    public static IssuerKeyException notInForce(PublicKey inForce) {
        return new IssuerKeyException(
                "The key file of this issuer does not hold the key that its log says is in force, "
                        + DidKey.encode(inForce) + ".",
                REMEDY,
                false);
    }

    /** The log of an issuer whose first key is no longer the one here begins elsewhere. */
    public static IssuerKeyException logIsMissing(IssuerId issuer) {
        return new IssuerKeyException(
                "The log of issuer " + issuer + " is not in this database yet, and this instance cannot begin it.",
                "Connect the node to its peers, and wait until they have sent it.",
                true);
    }

    /** A log begins with the digest of the recovery key. */
    public static IssuerKeyException noRecoveryKey(IssuerId issuer) {
        return new IssuerKeyException(
                "The log of issuer " + issuer + " cannot begin without its recovery key: there is no recovery.pub.",
                "Put it back from a backup; or, if peers have the log, connect the node to them.",
                true);
    }

    static IssuerKeyException missing(IssuerId issuer, Object file) {
        return new IssuerKeyException(
                "The signing key of issuer " + issuer + " is missing: there is no " + file + ".", REMEDY, false);
    }

    static IssuerKeyException of(KeyProblem problem) {
        return new IssuerKeyException(String.valueOf(problem.getMessage()), problem.remedy(), false);
    }

    /** What the operator can do about it: a sentence. */
    public String remedy() {
        return remedy;
    }

    /** Whether it may end by itself, when the log arrives. */
    public boolean waitingHelps() {
        return waitingHelps;
    }

    /** The same, for a start. */
    public StartProblem asStartProblem() {
        return new StartProblem(String.valueOf(getMessage()), remedy, this);
    }
}
