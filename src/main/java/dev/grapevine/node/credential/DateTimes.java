package dev.grapevine.node.credential;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** The dates and times of credentials: XML Schema 1.1's dateTimeStamp, which has an offset. */
final class DateTimes {

    /** XML Schema 1.1 part 2 section 3.4.28; years of four digits only. */
    private static final Pattern DATE_TIME_STAMP = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-](0\\d|1[0-3]):[0-5]\\d|[+-]14:00)");

    private static final Pattern LOCAL = Pattern.compile("[-0-9]+T[:.0-9]+");

    private DateTimes() {}

    /** Data Integrity section 2.1: without an offset it is UTC, which a proof's times may be written as by mistake. */
    static @Nullable Instant parseLeniently(JsonNode value) {
        boolean local = value.isString() && LOCAL.matcher(value.stringValue()).matches();
        return parse(local ? StringNode.valueOf(value.stringValue() + "Z") : value);
    }

    /** @return null where the value is no such text */
    static @Nullable Instant parse(JsonNode value) {
        if (!value.isString() || !DATE_TIME_STAMP.matcher(value.stringValue()).matches()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value.stringValue()).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
