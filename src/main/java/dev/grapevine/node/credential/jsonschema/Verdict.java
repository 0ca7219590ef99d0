package dev.grapevine.node.credential.jsonschema;

import java.util.List;

/** What becomes of applying a schema to JSON. */
public sealed interface Verdict {

    /** The JSON is as the schema wants it. */
    record Fits() implements Verdict {}

    /** @param misfits for people: where, and what is wrong; the first few */
    record Misfit(List<String> misfits) implements Verdict {}

    /** @param reason for people: why this is no schema that may be applied */
    record Unsound(String reason) implements Verdict {}

    /** @param reason for people: why nobody knows whether the JSON fits, sound though the schema may be */
    record Undetermined(String reason) implements Verdict {}
}
