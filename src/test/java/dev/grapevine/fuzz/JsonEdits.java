package dev.grapevine.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes to a JSON document, as bytes say: each walks to some place, and puts, replaces, wraps or removes something there. What
 * mutates bytes blindly would hardly ever leave a document that is still one.
 */
public final class JsonEdits {

    private static final List<JsonNode> VALUES =
            JsonMapper.shared().readTree("""
                    [null, true, 0, -1, 1e30, "", [], {}, "2030-01-01T00:00:00Z", "VerifiableCredential", "https://a.example/1",
                     "https://www.w3.org/ns/credentials/v2", "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
                     {"@id": "name"}, ["a", "b"], "assertionMethod", "eddsa-jcs-2022", {"id": "#0", "type": "Person"}]""").valueStream().toList();

    private static final List<String> NAMES = List.of(
            "id",
            "type",
            "@context",
            "proof",
            "issuer",
            "name",
            "validUntil",
            "credentialSubject",
            "credentialStatus",
            "@type");

    private final ByteBuffer script;

    private JsonEdits(ByteBuffer script) {
        this.script = script;
    }

    /** A copy of a document with the changes that a script says; the document itself where it says none. */
    public static ObjectNode applied(ByteBuffer script, ObjectNode document) {
        ObjectNode changed = document.deepCopy();
        JsonEdits edits = new JsonEdits(script);
        while (script.hasRemaining()) {
            edits.at(changed);
        }
        return changed;
    }

    /** From 0 to n - 1; 0 where the script is at its end. */
    private int next(int n) {
        return script.hasRemaining() ? (script.get() & 0xff) % n : 0;
    }

    private void at(JsonNode container) {
        int size = container.size();
        int child = next(size + 1);
        JsonNode inner =
                child < size ? container.valueStream().skip(child).findFirst().orElseThrow() : container;
        if (child < size && inner.isContainer() && next(4) > 0) {
            at(inner);
        } else if (container instanceof ObjectNode object) {
            String name = child < size
                    ? object.propertyNames().stream().skip(child).findFirst().orElseThrow()
                    : name();
            change(object, name);
        } else if (container instanceof ArrayNode array) {
            change(array, child);
        }
    }

    private void change(ObjectNode object, String name) {
        JsonNode old = object.path(name);
        switch (next(4)) {
            case 0 -> object.set(name, value());
            case 1 -> object.remove(name);
            case 2 ->
                object.set(
                        name,
                        object.arrayNode()
                                .addAll(old.isMissingNode() ? List.of() : List.of(old.deepCopy()))
                                .add(value()));
            default -> object.set(name(), old.isMissingNode() ? value() : old.deepCopy());
        }
    }

    private void change(ArrayNode array, int index) {
        if (index == array.size()) {
            array.add(value());
            return;
        }
        switch (next(3)) {
            case 0 -> array.set(index, value());
            case 1 -> array.remove(index);
            default -> array.add(array.get(index).deepCopy());
        }
    }

    private String name() {
        int choice = next(NAMES.size() + 1);
        return choice < NAMES.size() ? NAMES.get(choice) : text();
    }

    private JsonNode value() {
        int choice = next(VALUES.size() + 1);
        return choice < VALUES.size()
                ? VALUES.get(choice).deepCopy()
                : JsonMapper.shared().getNodeFactory().stringNode(text());
    }

    private String text() {
        byte[] bytes = new byte[Math.min(next(32), script.remaining())];
        script.get(bytes);
        return new String(bytes, ISO_8859_1);
    }
}
