package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.node.credential.jsonld.JsonLd;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The cryptosuites of Data Integrity: siblings that differ in the canonical form that is signed, and in the curves of keys. */
enum Cryptosuite {
    /** vc-di-eddsa section 3.3. */
    EDDSA_JCS_2022("eddsa-jcs-2022", Form.JCS, Algorithm.EDDSA),
    /** vc-di-eddsa section 3.2. */
    EDDSA_RDFC_2022("eddsa-rdfc-2022", Form.RDFC, Algorithm.EDDSA),
    /** vc-di-ecdsa section 3.3. */
    ECDSA_JCS_2019("ecdsa-jcs-2019", Form.JCS, Algorithm.ECDSA),
    /** vc-di-ecdsa section 3.2. */
    ECDSA_RDFC_2019("ecdsa-rdfc-2019", Form.RDFC, Algorithm.ECDSA);

    private enum Form {
        JCS,
        RDFC
    }

    private enum Algorithm {
        EDDSA,
        ECDSA
    }

    private final String id;
    private final Form form;
    private final Algorithm algorithm;

    Cryptosuite(String id, Form form, Algorithm algorithm) {
        this.id = id;
        this.form = form;
        this.algorithm = algorithm;
    }

    /** The suite of that name; empty where this node does not have it. */
    static Optional<Cryptosuite> of(String id) {
        return Arrays.stream(values()).filter(suite -> suite.id.equals(id)).findFirst();
    }

    /** All of them. */
    static List<String> names() {
        return Arrays.stream(values()).map(suite -> suite.id).toList();
    }

    boolean takes(Curve curve) {
        return switch (curve) {
            case ED25519 -> algorithm == Algorithm.EDDSA;
            case P256, P384 -> algorithm == Algorithm.ECDSA;
        };
    }

    /** The curves of the keys that this node signs by it with; the first is meant where none is named. */
    List<Curve> ownCurves() {
        return Signatory.CURVES.stream().filter(this::takes).toList();
    }

    /** Whether what a document means is signed, so that it is processed as JSON-LD. */
    boolean signsRdf() {
        return form == Form.RDFC;
    }

    /**
     * What is signed: the hash of the canonical proof configuration, then the hash of the canonical document.
     *
     * @param document without the proofs that are not signed
     * @param proofConfig the proof without its value
     * @throws dev.grapevine.libp2p.multiformats.MalformedException where there is no canonical JSON
     * @throws dev.grapevine.node.credential.jsonld.JsonLdException where there is no canonical RDF
     */
    byte[] hashData(ObjectNode document, ObjectNode proofConfig, Curve curve) {
        ObjectNode config = proofConfig;
        if (form == Form.RDFC) {
            // the proof's terms mean what the document's contexts say, whatever context it has itself
            config = DataIntegrity.copyWithout(proofConfig, "@context");
            if (document.has("@context")) {
                config.set("@context", document.path("@context"));
            }
        }
        return DataIntegrity.hashData(
                canonical(config, curve.digest()), canonical(document, curve.digest()), curve.digest());
    }

    private byte[] canonical(ObjectNode json, String hash) {
        String text = form == Form.JCS ? Jcs.canonical(json) : JsonLd.canonicalRdf(json, hash);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return id;
    }
}
