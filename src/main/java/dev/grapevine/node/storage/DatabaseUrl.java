package dev.grapevine.node.storage;

import dev.grapevine.node.start.StartProblem;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL database and how to log in, for both drivers: JDBC (schema changes) and R2DBC (everything else).
 *
 * @param host name or address, IPv6 without brackets
 * @param sslMode one of libpq's modes: disable, allow, prefer, require, verify-ca or verify-full
 * @param sslRootCert path of the certificate authority's PEM file; absent means Java's own trust store
 */
record DatabaseUrl(
        String host,
        int port,
        String database,
        String username,
        String password,
        String sslMode,
        @Nullable String sslRootCert) {

    private static final int DEFAULT_PORT = 5432;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Statements that the driver keeps prepared per connection; it keeps all that it ever saw unless told otherwise. */
    private static final int PREPARED_STATEMENTS = 256;

    /** So the server asks a node that it does not hear of, and how often; after that it ends what that node has begun. */
    private static final String KEEPALIVE_SECONDS = "10";

    private static final String KEEPALIVE_COUNT = "3";

    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /**
     * Reads {@code postgresql://user:password@host:port/database?sslmode=…}; a {@code jdbc:} or {@code r2dbc:} prefix may
     * stand before it, and user and password may stand in the query as JDBC has them.
     *
     * @param name the setting that the text came from, for error messages
     * @throws StartProblem if it is anything else; the message never repeats the text, which may hold a password
     */
    static DatabaseUrl parse(String name, String text, @Nullable String username, @Nullable String password) {
        URI uri = uri(name, text);
        Map<String, String> query = query(name, uri);
        String[] userInfo = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        String user = firstOf(username, query.remove("user"), userInfo.length > 0 ? decode(userInfo[0]) : null);
        String secret = firstOf(password, query.remove("password"), userInfo.length > 1 ? decode(userInfo[1]) : null);
        String sslMode = Objects.requireNonNullElse(query.remove("sslmode"), "prefer");
        String sslRootCert = query.remove("sslrootcert");
        if (!query.isEmpty()) {
            throw bad(
                    name,
                    "has the unknown parameter '" + query.keySet().iterator().next()
                            + "' (known: sslmode, sslrootcert, user, password)");
        }
        if (!SSL_MODES.contains(sslMode)) {
            throw bad(name, "has an unknown sslmode (known: disable, allow, prefer, require, verify-ca, verify-full)");
        }
        if (user == null) {
            throw bad(name, "names no user");
        }
        String database = uri.getPath() == null || uri.getPath().length() < 2
                ? user
                : uri.getPath().substring(1);
        if (database.contains("/")) {
            throw bad(name, "has a '/' in the database's name");
        }
        String host = uri.getHost().replace("[", "").replace("]", "");
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new DatabaseUrl(host, port, database, user, secret == null ? "" : secret, sslMode, sslRootCert);
    }

    private static URI uri(String name, String text) {
        String bare = text.strip().replaceFirst("^(jdbc|r2dbc):", "");
        if (!bare.matches("(?s)postgres(ql)?://.+")) {
            throw bad(name, "does not start with postgresql://, jdbc:postgresql:// or r2dbc:postgresql://");
        }
        try {
            URI uri = new URI(bare);
            if (uri.getHost() == null) {
                throw bad(name, "names no single host (percent-encode special characters of user and password)");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw bad(name, "is not a URL (percent-encode special characters of user and password)");
        }
    }

    private static Map<String, String> query(String name, URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (uri.getRawQuery() == null || uri.getRawQuery().isEmpty()) {
            return parameters;
        }
        for (String parameter : uri.getRawQuery().split("&", -1)) {
            String[] pair = parameter.split("=", 2);
            if (pair.length < 2) {
                throw bad(name, "has a parameter without a value");
            }
            String key = decode(pair[0]);
            // The two drivers spell these two differently; libpq's spelling serves for both.
            String known = key.equalsIgnoreCase("sslMode") || key.equalsIgnoreCase("sslRootCert")
                    ? key.toLowerCase(Locale.ROOT)
                    : key;
            parameters.put(known, decode(pair[1]));
        }
        return parameters;
    }

    private static StartProblem bad(String name, String why) {
        return new StartProblem(
                name + " " + why + ".",
                "Set " + name + " to postgresql://user:password@host:5432/database,"
                        + " or leave it out to run the embedded PostgreSQL.");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static @Nullable String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isEmpty()) {
                return candidate;
            }
        }
        return null;
    }

    /** The URL for JDBC, without user and password. */
    String jdbcUrl() {
        StringBuilder url = new StringBuilder(
                "jdbc:postgresql://%s:%d/%s?sslmode=%s&connectTimeout=%d&loginTimeout=%d&ApplicationName=grapevine"
                        .formatted(
                                host.contains(":") ? "[" + host + "]" : host,
                                port,
                                URLEncoder.encode(database, StandardCharsets.UTF_8),
                                sslMode,
                                CONNECT_TIMEOUT.toSeconds(),
                                CONNECT_TIMEOUT.toSeconds()));
        if (sslRootCert != null) {
            url.append("&sslrootcert=").append(URLEncoder.encode(sslRootCert, StandardCharsets.UTF_8));
        } else if (sslMode.startsWith("verify-")) {
            // Without this, JDBC looks for ~/.postgresql/root.crt where R2DBC asks Java's trust store.
            url.append("&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return url.toString();
    }

    /**
     * The same database for R2DBC.
     *
     * @param timeout after which the server ends a statement, or a transaction in which nothing happens: a node that is gone, or
     *     has given up, must not hold its locks for ever
     * @param instance tells the server whose connections they are; no two instances have the same
     */
    ConnectionFactoryOptions r2dbcOptions(Duration timeout, UUID instance) {
        String millis = Long.toString(timeout.toMillis());
        ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, host)
                .option(ConnectionFactoryOptions.PORT, port)
                .option(ConnectionFactoryOptions.DATABASE, database)
                .option(ConnectionFactoryOptions.USER, username)
                .option(ConnectionFactoryOptions.PASSWORD, password)
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, CONNECT_TIMEOUT)
                .option(Option.valueOf("applicationName"), "grapevine")
                .option(Option.valueOf("sslMode"), sslMode)
                .option(Option.valueOf("tcpKeepAlive"), true)
                .option(
                        Option.valueOf("options"),
                        Map.of(
                                "grapevine.instance", instance.toString(),
                                "statement_timeout", millis,
                                "idle_in_transaction_session_timeout", millis,
                                "tcp_keepalives_idle", KEEPALIVE_SECONDS,
                                "tcp_keepalives_interval", KEEPALIVE_SECONDS,
                                "tcp_keepalives_count", KEEPALIVE_COUNT))
                // as text, bytea would be twice as long, and read by a regular expression
                .option(Option.valueOf("forceBinary"), true)
                .option(Option.valueOf("preparedStatementCacheQueries"), PREPARED_STATEMENTS);
        if (sslRootCert != null) {
            options.option(Option.valueOf("sslRootCert"), sslRootCert);
        }
        return options.build();
    }

    /** Host, port and database; no user, no password. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
