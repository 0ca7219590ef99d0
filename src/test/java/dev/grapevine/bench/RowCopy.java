package dev.grapevine.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * Takes rows of one issuer out of a node's database, and writes them into the same tables once more, under the number of an
 * issuer that there is not: one COPY a table and one commit a batch, from memory, over one connection.
 */
final class RowCopy {

    /** What a publisher writes. */
    static final List<Table> PUBLISHED = List.of(
            new Table("events", "sequence"),
            new Table("profiles", "version_sequence"),
            new Table("credentials", "sequence"));

    /** What is written of other issuers' events. */
    static final List<Table> RECEIVED = List.of(
            new Table("events", "sequence"),
            new Table("profiles", "version_sequence"),
            new Table("changes", "sequence"));

    /** No node that runs this benchmark knows so many issuers. */
    private static final int FIRST_FOREIGN_ISSUER = 1_000_000;

    /** Manual of PostgreSQL 17, COPY, section Binary Format: signature, no flags, no extension. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] END = {(byte) 0xff, (byte) 0xff};

    /** Its oldest rows go when there are many. */
    private static final String PRUNED = "changes";

    /** @param sequence the column that has the sequence of a row's event */
    record Table(String name, String sequence) {}

    private final Connection source;
    private final Connection target;
    private final List<Table> tables;
    private final long issuer;
    private final List<List<byte[]>> batches = new ArrayList<>();
    private int foreignIssuer = FIRST_FOREIGN_ISSUER;
    private long bytes;
    private int profiles;

    /**
     * @param source where the rows are
     * @param target where they go; may be the same
     * @param issuer the number of the issuer in the source
     */
    RowCopy(Connection source, Connection target, List<Table> tables, long issuer) throws SQLException {
        this.source = source;
        this.target = target;
        this.tables = tables;
        this.issuer = issuer;
        source.setAutoCommit(false);
        target.setAutoCommit(false);
    }

    /** The last sequence in the issuer's log. */
    long head() throws SQLException {
        return number("SELECT head_sequence FROM issuers WHERE id = " + issuer);
    }

    /**
     * Reads the rows of these profiles into memory.
     *
     * @param head the sequence before the first
     * @return how many profiles the node had in a transaction on average, which becomes the size of the batches
     */
    int read(long head, int count) throws SQLException, IOException {
        profiles = count;
        long transactions =
                number("SELECT count(DISTINCT received_at) FROM events WHERE issuer = %d AND sequence BETWEEN %d AND %d"
                        .formatted(issuer, head + 1, head + count));
        int batch = Math.toIntExact(Math.ceilDiv(count, transactions));
        foreignIssuer++;
        batches.clear();
        bytes = 0;
        for (Table table : tables) {
            List<byte[]> rows = rows(table, head + 1, head + count);
            if (rows.size() != count && !table.name.equals(PRUNED)) {
                throw new IOException(rows.size() + " rows in " + table.name + " for " + count + " profiles");
            }
            for (int from = 0, i = 0; from < count; from += batch, i++) {
                if (batches.size() <= i) {
                    batches.add(new ArrayList<>());
                }
                int end = Math.min(from + batch, rows.size());
                batches.get(i).add(whole(rows.subList(Math.min(from, end), end)));
            }
        }
        source.rollback();
        return batch;
    }

    /** In the binary format the server sends a row a message; its header comes with the first row, its end alone. */
    private List<byte[]> rows(Table table, long first, long last) throws SQLException {
        String values = columns(table).replaceFirst("\\bissuer\\b", foreignIssuer + "::bigint");
        CopyOut copy = copies(source)
                .copyOut(
                        "COPY (SELECT %s FROM %s WHERE issuer = %d AND %s BETWEEN %d AND %d ORDER BY %s) TO STDOUT (FORMAT binary)"
                                .formatted(values, table.name, issuer, table.sequence, first, last, table.sequence));
        List<byte[]> rows = new ArrayList<>();
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
            rows.add(rows.isEmpty() ? Arrays.copyOfRange(message, HEADER.length, message.length) : message);
        }
        rows.removeLast();
        return rows;
    }

    private static CopyManager copies(Connection database) throws SQLException {
        return database.unwrap(PGConnection.class).getCopyAPI();
    }

    /** One COPY of these rows, from header to end. */
    private byte[] whole(List<byte[]> rows) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        copy.write(HEADER);
        for (byte[] row : rows) {
            copy.write(row);
        }
        copy.write(END);
        bytes += copy.size();
        return copy.toByteArray();
    }

    private String columns(Table table) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(
                "SELECT string_agg(column_name, ', ' ORDER BY"
                        + " ordinal_position) FROM information_schema.columns WHERE table_name = ? AND table_schema = 'public'")) {
            statement.setString(1, table.name);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    /** Writes the rows that were read. @return seconds until the last commit */
    double write() throws SQLException, IOException {
        List<String> statements = new ArrayList<>();
        for (Table table : tables) {
            statements.add("COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(table.name, columns(table)));
        }
        long start = System.nanoTime();
        for (List<byte[]> rows : batches) {
            for (int i = 0; i < statements.size(); i++) {
                copies(target).copyIn(statements.get(i), new ByteArrayInputStream(rows.get(i)));
            }
            target.commit();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    double bytesPerProfile() {
        return (double) bytes / profiles;
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        } finally {
            source.rollback();
        }
    }
}
