package dev.grapevine.node.credential;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The versions of W3C's data model that this node takes; the context that a document begins with tells which. */
enum DataModel {
    /** The Recommendation of 2022-03-03. */
    V1_1("1.1", "https://www.w3.org/2018/credentials/v1"),

    /** The Recommendation of 2025-05-15. */
    V2_0("2.0", Vocabulary.VCDM);

    private final String version;
    private final String context;

    DataModel(String version, String context) {
        this.version = version;
        this.context = context;
    }

    /** Of a document; 2.0 where it begins with neither's context. */
    static DataModel of(ObjectNode document) {
        return V1_1.begins(document) ? V1_1 : V2_0;
    }

    /** Whether a document begins with the context of this version. */
    boolean begins(ObjectNode document) {
        return document.path("@context").isArray()
                && ModelRules.isText(document.path("@context").path(0), context);
    }

    /** Whether it is the context of another version, whose words a document of this one would have as well. */
    boolean isOtherContext(JsonNode context) {
        return Stream.of(values()).anyMatch(model -> model != this && ModelRules.isText(context, model.context));
    }

    /** The properties that say from when a credential is valid, the usual one first; 1.1 has the next version's in reserve. */
    List<String> starts() {
        return this == V1_1 ? List.of("issuanceDate", "validFrom") : List.of("validFrom");
    }

    /** The properties that say until when, the usual one first. */
    List<String> ends() {
        return this == V1_1 ? List.of("expirationDate", "validUntil") : List.of("validUntil");
    }

    @Override
    public String toString() {
        return "data model " + version;
    }
}
