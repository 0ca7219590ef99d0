package dev.grapevine.node.storage;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Everything that stands in a database, as text: to find what should not be there. */
public final class DatabaseText {

    private final String url;

    private DatabaseText(String url) {
        this.url = url;
    }

    /** @param url as {@link TestPostgres} gives it */
    public static DatabaseText of(String url) {
        return new DatabaseText(url);
    }

    /** The tables of which a row has one of the texts, in a column of text or in one of bytes. */
    public List<String> tablesWith(String... texts) {
        List<String> tables = column("SELECT table_name FROM information_schema.tables"
                + " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name");
        if (tables.isEmpty()) {
            throw new IllegalStateException("a database without tables");
        }
        return tables.stream()
                .filter(table -> has(column("SELECT t::text FROM \"" + table + "\" t"), texts))
                .toList();
    }

    private static boolean has(List<String> rows, String... texts) {
        return rows.stream().anyMatch(row -> Arrays.stream(texts).anyMatch(text -> has(row, text)));
    }

    /** Bytes are shown in hexadecimal digits. */
    private static boolean has(String row, String text) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        return row.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)) || row.contains(hex);
    }

    private List<String> column(String query) {
        URI uri = URI.create(url);
        String[] user = uri.getUserInfo().split(":", 2);
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), user[0], user[1]);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
