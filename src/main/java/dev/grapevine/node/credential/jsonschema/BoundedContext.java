package dev.grapevine.node.credential.jsonschema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.annotation.Annotation;
import com.networknt.schema.annotation.Annotations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The library's path through a schema, on which each step is counted: without end it could go in circles, or twice into each of many forks. */
final class BoundedContext extends ExecutionContext {

    /** Keywords and names inside each other, references followed. */
    static final int MAX_DEPTH = 512;

    /** What is found to be wrong, in alternatives too. */
    static final int MAX_ERRORS = 10_000;

    /** After so many that count whatever else there may be, nobody looks further. */
    static final int MAX_MISFITS = 8;

    /** Names and places that are remembered for the keywords that ask what others have not looked at. */
    static final int MAX_REMEMBERED = 100_000;

    private final Deadline deadline;
    private final Annotations annotations = new BoundedAnnotations();
    private final List<Error> misfits = new ArrayList<>();
    private int depth;
    private int errors;

    BoundedContext(Deadline deadline) {
        super(ExecutionConfig.builder()
                .locale(Locale.ENGLISH)
                .formatAssertionsEnabled(true)
                .failFast(true)
                .build());
        this.deadline = deadline;
    }

    /** Applies a schema; what is wrong with the JSON, the first few. */
    List<Error> errors(Schema schema, JsonNode json) {
        List<Error> found = schema.validate(this, json, OutputFormat.DEFAULT);
        return misfits.size() == MAX_MISFITS ? misfits : found;
    }

    @Override
    public void evaluationPathAddLast(String token) {
        enter();
        super.evaluationPathAddLast(token);
    }

    @Override
    public void evaluationPathAddLast(int token) {
        enter();
        super.evaluationPathAddLast(token);
    }

    private void enter() {
        deadline.check();
        if (depth >= MAX_DEPTH) {
            throw new LimitException("goes deeper than " + MAX_DEPTH + " keywords, or in circles");
        }
        depth++;
    }

    @Override
    public void evaluationPathRemoveLast() {
        depth--;
        super.evaluationPathRemoveLast();
    }

    @Override
    public Annotations getAnnotations() {
        return annotations;
    }

    private static final class BoundedAnnotations extends Annotations {

        private int remembered;

        @Override
        public void put(Annotation annotation) {
            remembered += annotation.getValue() instanceof Collection<?> names ? 1 + names.size() : 1;
            if (remembered > MAX_REMEMBERED) {
                throw new LimitException("has more than " + MAX_REMEMBERED + " names and places remembered");
            }
            super.put(annotation);
        }
    }

    /** The library fails fast, at the first of these, except in alternatives; a few more are of use to people. */
    @Override
    public void addError(Error error) {
        errors++;
        if (errors > MAX_ERRORS) {
            throw new LimitException("finds more than " + MAX_ERRORS + " errors");
        }
        if (isFailFast()) {
            misfits.add(error);
            if (misfits.size() < MAX_MISFITS) {
                getErrors().add(error);
                return;
            }
        }
        super.addError(error);
    }
}
