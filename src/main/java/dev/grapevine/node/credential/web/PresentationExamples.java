package dev.grapevine.node.credential.web;

/** What the API description shows of presentations. */
final class PresentationExamples {

    private PresentationExamples() {}

    /** A sound presentation of {@link VerifyExamples}' credential, by a holder whose key nobody has any more. */
    static final String REQUEST = """
            {
             "verifiablePresentation": {
              "@context": [
               "https://www.w3.org/ns/credentials/v2"
              ],
              "type": [
               "VerifiablePresentation"
              ],
              "holder": "did:key:z6MkqMfN6zoMW8EZqpiSBZKZ39jhXyuhv4QzLbB8sWpsbkLP",
              "verifiableCredential": [""" + VerifyExamples.CREDENTIAL + """
              ],
              "proof": {
               "@context": [
                "https://www.w3.org/ns/credentials/v2"
               ],
               "type": "DataIntegrityProof",
               "cryptosuite": "eddsa-jcs-2022",
               "created": "2025-01-02T12:00:00Z",
               "domain": "shop.example",
               "challenge": "6e62f66e-67de-11eb-b490-ef3eeefa55f2",
               "proofPurpose": "authentication",
               "verificationMethod": "did:key:z6MkqMfN6zoMW8EZqpiSBZKZ39jhXyuhv4QzLbB8sWpsbkLP#z6MkqMfN6zoMW8EZqpiSBZKZ39jhXyuhv4QzLbB8sWpsbkLP",
               "proofValue": "z4HU6csbTdvmczCzZ9nQBnqLUHMeqsNzPDq5yFQMhnfL77wUTC5LY58P7P45mpzM4iHHKhYwc5j4Jt5pNibCkMNwj"
              }
             },
             "options": {
              "domain": "shop.example",
              "challenge": "6e62f66e-67de-11eb-b490-ef3eeefa55f2"
             }
            }""";
}
