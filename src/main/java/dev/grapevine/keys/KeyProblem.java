package dev.grapevine.keys;

/** A key file that cannot be used as it is. Says what is wrong and what to do about it, and nothing that is in the file. */
public final class KeyProblem extends RuntimeException {

    private final String remedy;

    /**
     * @param problem what is wrong: a sentence
     * @param remedy what whoever runs the node can do about it: a sentence
     */
    public KeyProblem(String problem, String remedy) {
        super(problem);
        this.remedy = remedy;
    }

    /** @param cause for whoever debugs; it is not shown */
    KeyProblem(String problem, String remedy, Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
