package dev.grapevine.node.credential.web;

import java.util.Arrays;
import java.util.List;

/** How a credential or a presentation is secured, by the media type of what comes of it. */
enum Form {
    /** VCDM 2.0, or 1.1, with a Data Integrity proof. */
    DATA_INTEGRITY("application/vc", "application/vp"),
    /** VCDM 2.0 in a JWT (VC-JOSE-COSE section 3.1). */
    JWT("application/vc+jwt", "application/vp+jwt"),
    /** Claims (draft-ietf-oauth-sd-jwt-vc), and those with a key binding JWT. */
    SD_JWT("application/dc+sd-jwt", "application/dc+sd-jwt");

    private final String ofCredential;
    private final String ofPresentation;

    Form(String ofCredential, String ofPresentation) {
        this.ofCredential = ofCredential;
        this.ofPresentation = ofPresentation;
    }

    /** @param mediaType one of {@link #ofCredentials} or of {@link #ofPresentations} */
    static Form of(String mediaType) {
        return values()[
                Math.max(ofCredentials().indexOf(mediaType), ofPresentations().indexOf(mediaType))];
    }

    /** That of the form that is meant where none is named comes first. */
    static List<String> ofCredentials() {
        return Arrays.stream(values()).map(form -> form.ofCredential).toList();
    }

    /** The same. */
    static List<String> ofPresentations() {
        return Arrays.stream(values()).map(form -> form.ofPresentation).toList();
    }

    /** Whether it holds a document of the W3C's data model; a credential may have an id and a credentialStatus then. */
    boolean isOfDataModel() {
        return this != SD_JWT;
    }
}
