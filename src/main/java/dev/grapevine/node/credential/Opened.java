package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationMethod;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A credential or presentation, out of whatever secured it: proofs inside of it, or an envelope around it.
 *
 * @param document what was secured; with its proofs where they are inside
 * @param structure what is wrong with what secured it, as a form
 * @param proof what is wrong with how it was secured
 * @param how for people: by what it was secured
 * @param methods whose keys made the proofs, as far as this node can resolve them
 */
record Opened(
        ObjectNode document,
        List<Problem> structure,
        List<Problem> proof,
        String how,
        List<VerificationMethod> methods) {

    /** Of what its own rules say, and what the rules of its form say. */
    List<Problem> structureWith(List<Problem> ofDocument) {
        List<Problem> all = new ArrayList<>(structure);
        all.addAll(ofDocument);
        return all;
    }
}
