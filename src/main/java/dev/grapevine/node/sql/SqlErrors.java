package dev.grapevine.node.sql;

import io.r2dbc.spi.R2dbcException;
import java.util.Set;

/** What PostgreSQL means by an error that it answers with (manual of PostgreSQL 17, appendix A). */
public final class SqlErrors {

    private static final String DISK_FULL = "53100";

    /** Data exception, integrity violation, WITH CHECK OPTION violation, program limit exceeded, raised by a trigger. */
    private static final Set<String> REFUSALS = Set.of("22", "23", "44", "54", "P0");

    private static final int CLASS_LENGTH = 2;

    private SqlErrors() {}

    /** Whether the disk of the database is full. */
    public static boolean isDiskFull(Throwable error) {
        return state(error).equals(DISK_FULL);
    }

    /** Whether the error lies in what was to be written, so that something else would be taken. */
    public static boolean isRefusal(Throwable error) {
        String state = state(error);
        return state.length() > CLASS_LENGTH && REFUSALS.contains(state.substring(0, CLASS_LENGTH));
    }

    /** The SQLSTATE; empty where the error is none of PostgreSQL's. */
    private static String state(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException database && database.getSqlState() != null) {
                return database.getSqlState();
            }
        }
        return "";
    }
}
