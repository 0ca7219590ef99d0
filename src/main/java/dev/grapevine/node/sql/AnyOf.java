package dev.grapevine.node.sql;

/**
 * A condition on a column that may have one of several values. PostgreSQL keeps its plan where there is one value, as there is in most
 * transactions of a node that is not busy; for an array it plans anew each time, in 0.2 to 0.3 ms, because it cannot know how many there will be.
 *
 * @param value what is bound: the value, or the array of values
 */
public record AnyOf(boolean single, Object value) {

    public static <T> AnyOf of(T[] values) {
        return values.length == 1 ? new AnyOf(true, values[0]) : new AnyOf(false, values);
    }

    /** The condition, to stand after the column's name. */
    public String equalTo(String parameter) {
        return single ? "= " + parameter : "= ANY(" + parameter + ")";
    }
}
