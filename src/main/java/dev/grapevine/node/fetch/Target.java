package dev.grapevine.node.fetch;

import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where a request goes: the name was resolved once, its address was checked, and to that very address it goes. Whoever answers for
 * the name cannot have it mean another one afterwards (DNS rebinding).
 *
 * @param address with the name of the host, for which its certificate must be
 * @param path with the query
 */
record Target(InetSocketAddress address, boolean tls, String path) {

    /** Resolves names. */
    interface Resolver {
        /** @throws UnknownHostException where there is no such host */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * The target of a URL. May wait for a name server.
     *
     * @throws UnavailableException where it is none that documents are loaded from
     */
    static Target of(URI url, Resolver resolver, Addresses addresses) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        if (!tls && !"http".equalsIgnoreCase(url.getScheme())) {
            throw new UnavailableException("not an https URL: " + url);
        }
        if (url.getHost() == null || url.getRawUserInfo() != null) {
            throw new UnavailableException("not the URL of a host: " + url);
        }
        String host = IDN.toASCII(unbracketed(url.getHost()));
        try {
            for (InetAddress found : resolver.resolve(host)) {
                if (addresses.isAllowed(found) || (tls && Addresses.isPublic(found))) {
                    InetAddress named = InetAddress.getByAddress(host, found.getAddress());
                    return new Target(new InetSocketAddress(named, port(url, tls)), tls, path(url));
                }
            }
        } catch (UnknownHostException e) {
            throw new UnavailableException("there is no host " + host);
        }
        throw new UnavailableException(host + (tls ? " has no public address" : " may not be asked without TLS")
                + "; this node loads nothing from there");
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI url, boolean tls) {
        return url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
    }

    private static String path(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }
}
