package dev.grapevine.node.credential.web;

/** What the API description shows of verification. */
final class VerifyExamples {

    private VerifyExamples() {}

    /** A sound credential of an issuer that no network knows: nobody has its key any more. */
    static final String CREDENTIAL = """
            {
             "@context": [
              "https://www.w3.org/ns/credentials/v2",
              "https://www.w3.org/ns/credentials/undefined-terms/v2"
             ],
             "credentialSubject": {
              "degree": "BSc Mathematics",
              "displayName": "Ada Lovelace",
              "username": "ada"
             },
             "id": "urn:uuid:7e7d9eba-fc0a-4b48-96e7-d17fc59cc9d9",
             "issuer": {
              "id": "did:key:z6MkkTFFjFq2sTiAP4cMTVeaLM1ktHbvsqmDoDwUKQJtW64R",
              "name": "Example University"
             },
             "proof": {
              "@context": [
               "https://www.w3.org/ns/credentials/v2",
               "https://www.w3.org/ns/credentials/undefined-terms/v2"
              ],
              "created": "2025-01-01T12:00:00Z",
              "cryptosuite": "eddsa-jcs-2022",
              "proofPurpose": "assertionMethod",
              "proofValue": "z54UBvF6h1CwbUqSjzMhndJZ3djVoufpUQarPWwbLdfttfeLBqaAr9vsRE3mv7oEVanmzFCzGL2DUSd4fWaCKScwv",
              "type": "DataIntegrityProof",
              "verificationMethod": "did:key:z6MkkTFFjFq2sTiAP4cMTVeaLM1ktHbvsqmDoDwUKQJtW64R#z6MkkTFFjFq2sTiAP4cMTVeaLM1ktHbvsqmDoDwUKQJtW64R"
             },
             "type": [
              "VerifiableCredential",
              "ProfileCredential"
             ],
             "validFrom": "2025-01-01T12:00:00Z"
            }""";

    static final String REQUEST = "{\"verifiableCredential\": " + CREDENTIAL + "}";

    /** What a node without peers answers to it. */
    static final String ANSWER = """
            {
             "verified": false,
             "checks": [
              {
               "name": "structure",
               "outcome": "passed",
               "detail": "a verifiable credential of data model 2.0",
               "problems": []
              },
              {
               "name": "context",
               "outcome": "passed",
               "detail": "contexts that this node knows",
               "problems": []
              },
              {
               "name": "proof",
               "outcome": "passed",
               "detail": "signed by eddsa-jcs-2022",
               "problems": []
              },
              {
               "name": "issuer",
               "outcome": "passed",
               "detail": "signed by did:key:z6MkkTFFjFq2sTiAP4cMTVeaLM1ktHbvsqmDoDwUKQJtW64R",
               "problems": []
              },
              {
               "name": "validity",
               "outcome": "passed",
               "detail": "never expires",
               "problems": []
              },
              {
               "name": "status",
               "outcome": "skipped",
               "detail": "the credential has no credentialStatus",
               "problems": []
              },
              {
               "name": "schema",
               "outcome": "skipped",
               "detail": "the credential has no credentialSchema",
               "problems": []
              },
              {
               "name": "registry",
               "outcome": "failed",
               "detail": "this node knows no such issuer (no log of the issuer; the registry is isolated)",
               "problems": [
                {
                 "type": "/problems/unknown-issuer",
                 "title": "UNKNOWN_ISSUER",
                 "detail": "this node knows no such issuer (no log of the issuer; the registry is isolated)"
                }
               ]
              }
             ],
             "problemDetails": [
              {
               "type": "/problems/unknown-issuer",
               "title": "UNKNOWN_ISSUER",
               "detail": "this node knows no such issuer (no log of the issuer; the registry is isolated)"
              }
             ]
            }""";
}
