package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code did:web} method (w3c-ccg/did-method-web): the DID says at which URL its document is. */
public final class DidWeb {

    public static final String PREFIX = "did:web:";

    /** A host by its name, perhaps a port, and parts of a path. */
    private static final Pattern DID = Pattern.compile(
            "did:web:([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?:%3[Aa]([0-9]{1,5}))?((?::(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+)*)");

    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|0[xX].*");

    private static final int MAX_CHARS = 1024;
    private static final int MAX_PORT = 65_535;

    private DidWeb() {}

    /** Whether a DID, or a DID URL, is of this method. */
    public static boolean is(String did) {
        return did.startsWith(PREFIX);
    }

    /**
     * Where the document of a DID is (section 2.5.2).
     *
     * @throws MalformedException where it is no such DID, its host is no name or an IP address (section 2.1), or its path leads
     *     up
     */
    public static URI url(String did) {
        Matcher parts = DID.matcher(did);
        if (did.length() > MAX_CHARS || !parts.matches()) {
            throw new MalformedException("not a did:web: " + did.substring(0, Math.min(did.length(), 200)));
        }
        String path = parts.group(3).replace(':', '/');
        String port = parts.group(2) == null ? "" : ":" + parts.group(2);
        URI url =
                URI.create("https://" + parts.group(1) + port + (path.isEmpty() ? "/.well-known" : path) + "/did.json");
        boolean leadsElsewhere = (!path.isEmpty() && url.getPath().contains("/."))
                || path.toLowerCase(Locale.ROOT).contains("%2f");
        if (url.getHost() == null
                || IP_ADDRESS.matcher(url.getHost()).matches()
                || url.getPort() > MAX_PORT
                || leadsElsewhere) {
            throw new MalformedException(
                    "a did:web whose host is none or an IP address, or whose path leads elsewhere: " + did);
        }
        return url;
    }

    /** The DID whose document is to be found beneath a URL. */
    public static String of(URI url) {
        String port = url.getPort() < 0 ? "" : "%3A" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath().replace('/', ':');
        return PREFIX + url.getHost() + port + path;
    }
}
