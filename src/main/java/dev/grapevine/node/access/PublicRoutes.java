package dev.grapevine.node.access;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The requests that anybody may make: looking up a profile one knows by name, checking a credential, reading about the
 * network, and whatever can be read outside the API (documentation, pages). Everything else needs a key.
 */
final class PublicRoutes {

    private static final List<PathPattern> API = patterns("/api/**", "/credentials/**", "/presentations/**");

    private static final List<PathPattern> READS = patterns(
            "/api/v1/profiles/{username}",
            "/api/v1/issuers",
            "/api/v1/issuers/{did}",
            "/api/v1/issuers/{did}/log",
            "/api/v1/network/status");

    private static final List<PathPattern> CHECKS = patterns("/credentials/verify");

    private PublicRoutes() {}

    static boolean includes(HttpMethod method, PathContainer path) {
        if (HttpMethod.POST.equals(method)) {
            return matches(CHECKS, path);
        }
        boolean read = HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
        return read && (matches(READS, path) || !matches(API, path));
    }

    private static boolean matches(List<PathPattern> patterns, PathContainer path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path));
    }

    private static List<PathPattern> patterns(String... texts) {
        return Stream.of(texts).map(PathPatternParser.defaultInstance::parse).toList();
    }
}
