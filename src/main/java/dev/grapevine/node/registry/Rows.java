package dev.grapevine.node.registry;

import io.r2dbc.spi.Readable;
import java.util.Objects;

/** Reading of result rows. */
final class Rows {

    private Rows() {}

    /** A column that the schema declares NOT NULL. */
    static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
