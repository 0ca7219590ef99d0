package dev.grapevine.node.start;

/** The node cannot start. The operator is told what is wrong and what to do about it, and no stack trace. */
public final class StartProblem extends RuntimeException {

    private final String remedy;

    /**
     * @param problem what is wrong: a sentence, without any secret
     * @param remedy what the operator can do about it: a sentence
     */
    public StartProblem(String problem, String remedy) {
        super(problem);
        this.remedy = remedy;
    }

    /** @param cause for whoever debugs; it is not shown */
    public StartProblem(String problem, String remedy, Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    /** What the operator can do about it. */
    public String remedy() {
        return remedy;
    }
}
