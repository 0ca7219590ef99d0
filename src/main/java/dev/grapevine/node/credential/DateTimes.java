package dev.grapevine.node.credential;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The dates and times of credentials: XML Schema 1.1's dateTimeStamp, which has an offset. */
final class DateTimes {

    /** XML Schema 1.1 part 2 section 3.4.28; years of four digits only. */
    private static final Pattern DATE_TIME_STAMP =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

    private DateTimes() {}

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
