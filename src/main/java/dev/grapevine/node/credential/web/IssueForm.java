package dev.grapevine.node.credential.web;

import java.util.Arrays;
import java.util.List;

/** How a credential is secured, by the media type of what comes of it. */
enum IssueForm {
    /** VCDM 2.0 with a Data Integrity proof. */
    DATA_INTEGRITY("application/vc"),
    /** VCDM 2.0 in a JWT (VC-JOSE-COSE section 3.1.1). */
    JWT("application/vc+jwt"),
    /** Claims (draft-ietf-oauth-sd-jwt-vc). */
    SD_JWT("application/dc+sd-jwt");

    private final String mediaType;

    IssueForm(String mediaType) {
        this.mediaType = mediaType;
    }

    /** @param mediaType one of {@link #mediaTypes} */
    static IssueForm of(String mediaType) {
        return values()[mediaTypes().indexOf(mediaType)];
    }

    /** That of the form that is meant where none is named comes first. */
    static List<String> mediaTypes() {
        return Arrays.stream(values()).map(form -> form.mediaType).toList();
    }

    /** Whether it holds a credential of the W3C's data model, which may have an id and a credentialStatus. */
    boolean isOfDataModel() {
        return this != SD_JWT;
    }
}
