package dev.grapevine.node.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which role a request needs: one table, of which the first line that fits counts. What stands outside of the API
 * (documentation, pages) is for everybody to read; what the table does not know is the operator's.
 */
final class Routes {

    /** What one lookup of up to 1,000 names counts in rate limits. */
    private static final int BATCH_COST = 100;

    /** What a reading of the whole registry counts in rate limits. */
    private static final int DIGEST_COST = 100;

    /** A credential may have to be fetched from peers, several of which may be asked. */
    private static final int FETCH_COST = 10;

    private static final Set<HttpMethod> READ = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final Set<HttpMethod> POST = Set.of(HttpMethod.POST);
    private static final Set<HttpMethod> DELETE = Set.of(HttpMethod.DELETE);
    private static final Set<HttpMethod> WRITE =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private static final List<Route> TABLE = List.of(
            readers(READ, "/api/v1/profiles/stream"),
            everybody(READ, "/api/v1/profiles/{username}"),
            everybody(READ, "/api/v1/profiles/{username}/credential").costing(FETCH_COST),
            everybody(POST, "/api/v1/profiles/lookup").costing(BATCH_COST),
            everybody(POST, "/credentials/verify"),
            everybody(POST, "/presentations/verify"),
            everybody(READ, "/status-lists/{id}"),
            everybody(READ, "/vocabularies/**"),
            everybody(POST, "/challenges"),
            everybody(READ, "/api/v1/issuers"),
            everybody(READ, "/api/v1/issuers/{did}"),
            everybody(READ, "/api/v1/issuers/{did}/log"),
            everybody(READ, "/api/v1/issuers/{did}/keys"),
            everybody(READ, "/api/v1/issuers/{did}/profiles/{profileId}"),
            everybody(READ, "/api/v1/network/status"),
            readers(READ, "/api/v1/profiles/**"),
            readers(READ, "/api/v1/registry/digest").costing(DIGEST_COST),
            readers(READ, "/credentials/{id}"),
            issuers(READ, "/api/v1/erasures/{profileId}"),
            issuers(WRITE, "/api/v1/profiles/**"),
            issuers(POST, "/credentials/issue"),
            issuers(POST, "/credentials/status"),
            issuers(DELETE, "/credentials/{id}"),
            issuers(POST, "/presentations/prove"));

    private static final List<PathPattern> API = Stream.of(
                    "/api/**", "/credentials/**", "/presentations/**", "/status-lists/**", "/vocabularies/**")
            .map(Routes::pattern)
            .toList();

    private static final Route OUTSIDE = new Route(READ, pattern("/**"), null, 1);
    private static final Route REST = new Route(Set.of(), pattern("/**"), Role.OPERATOR, 1);

    private Routes() {}

    /**
     * One line of the table.
     *
     * @param needed the role; null for everybody
     * @param cost how many requests it counts for in rate limits
     */
    record Route(
            Set<HttpMethod> methods,
            PathPattern pattern,
            @Nullable Role needed,
            int cost) {

        /** Whether this is outside of the API: documentation, pages. */
        boolean isPage() {
            return equals(OUTSIDE);
        }

        boolean isPublic() {
            return needed == null;
        }

        Optional<Role> role() {
            return Optional.ofNullable(needed);
        }

        private Route costing(int requests) {
            return new Route(methods, pattern, needed, requests);
        }

        private boolean fits(HttpMethod method, PathContainer path) {
            return methods.contains(method) && pattern.matches(path);
        }
    }

    static Route of(ServerHttpRequest request) {
        return of(request.getMethod(), request.getPath().pathWithinApplication());
    }

    static Route of(HttpMethod method, PathContainer path) {
        for (Route route : TABLE) {
            if (route.fits(method, path)) {
                return route;
            }
        }
        return READ.contains(method) && !isApi(path) ? OUTSIDE : REST;
    }

    private static boolean isApi(PathContainer path) {
        for (PathPattern pattern : API) {
            if (pattern.matches(path)) {
                return true;
            }
        }
        return false;
    }

    private static Route everybody(Set<HttpMethod> methods, String path) {
        return new Route(methods, pattern(path), null, 1);
    }

    private static Route readers(Set<HttpMethod> methods, String path) {
        return new Route(methods, pattern(path), Role.READER, 1);
    }

    private static Route issuers(Set<HttpMethod> methods, String path) {
        return new Route(methods, pattern(path), Role.ISSUER, 1);
    }

    private static PathPattern pattern(String text) {
        return PathPatternParser.defaultInstance.parse(text);
    }
}
