package dev.grapevine.bench;

import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A degree, of the kind that the data model has as its example. */
final class ExampleCredential {

    private ExampleCredential() {}

    /** The credential of one of many subjects, whose id, names and marks are others than those of all others. */
    static ObjectNode of(int subject, String issuer) {
        String json = """
                {
                  "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
                  "id": "urn:uuid:%s",
                  "type": ["VerifiableCredential", "ExampleDegreeCredential"],
                  "issuer": "%s",
                  "validFrom": "2026-01-01T00:00:00Z",
                  "credentialSubject": {
                    "id": "did:example:subject-%d",
                    "name": "Ada Lovelace %d",
                    "degree": {"type": "ExampleBachelorDegree", "name": "Bachelor of Science and Arts", "credits": %d},
                    "alumniOf": {"id": "did:example:c276e12ec21ebfeb1f712ebc6f1", "name": "Example University"}
                  }
                }
                """.formatted(new UUID(subject, -subject), issuer, subject, subject, 180 + subject);
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
