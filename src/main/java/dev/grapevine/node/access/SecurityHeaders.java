package dev.grapevine.node.access;

import org.springframework.http.HttpHeaders;

/** What every answer tells browsers. */
final class SecurityHeaders {

    /** Data: nothing in it is to be run or shown in a frame. */
    private static final String DATA = "default-src 'none'; frame-ancestors 'none'";

    /** Pages of the node's own, Swagger UI among them, which brings styles and small pictures within its code. */
    private static final String PAGE = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
            + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final String A_YEAR = "max-age=31536000";

    private SecurityHeaders() {}

    /**
     * Written before anything else, so that a handler that knows better can overwrite them.
     *
     * @param secure whether the request came by TLS
     */
    static void write(boolean secure, HttpHeaders headers, Routes.Route route) {
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", route.isPage() ? PAGE : DATA);
        if (!route.isPublic()) {
            headers.set(HttpHeaders.CACHE_CONTROL, "no-store"); // keys, credentials, other people's data
        }
        // RFC 6797 §7.2: not over plain HTTP
        if (secure) {
            headers.set("Strict-Transport-Security", A_YEAR);
        }
    }
}
