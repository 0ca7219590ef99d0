package dev.grapevine.lab;

/**
 * One thing that an issuer is to do.
 *
 * @param version of the profile's content, from 1; for revoke and erase that which there is
 */
record Op(Kind kind, String username, int version) {

    enum Kind {
        PUBLISH,
        UPDATE,
        REVOKE,
        ERASE
    }

    /** What a lookup shows of this version. */
    static String displayName(String username, int version) {
        return "Version " + version + " of " + username + " – Łódź";
    }

    String displayName() {
        return displayName(username, version);
    }

    /** As the import and the single requests take it. */
    String json() {
        return """
                {"username":"%s","displayName":"%s","claims":{"birthDate":"1990-01-31","version":%d},\
                "publicClaims":{"city":"Łódź","version":%d}}""".formatted(username, displayName(), version, version);
    }
}
