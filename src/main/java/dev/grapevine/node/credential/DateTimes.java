package dev.grapevine.node.credential;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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

    private static final String UTC_FORM = "0000-00-00T00:00:00Z";
    private static final int UTC_CHARS = UTC_FORM.length();

    private DateTimes() {}

    /** Data Integrity section 2.1: without an offset it is UTC, which a proof's times may be written as by mistake. */
    static @Nullable Instant parseLeniently(JsonNode value) {
        boolean local = value.isString() && LOCAL.matcher(value.stringValue()).matches();
        return parse(local ? StringNode.valueOf(value.stringValue() + "Z") : value);
    }

    /** @return null where the value is no such text */
    static @Nullable Instant parse(JsonNode value) {
        String text = value.asString("");
        if (value.isString() && text.length() == UTC_CHARS && text.endsWith("Z")) {
            return inUtc(text);
        }
        if (!value.isString() || !DATE_TIME_STAMP.matcher(value.stringValue()).matches()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value.stringValue()).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The form that most have: in UTC, to the second. */
    private static @Nullable Instant inUtc(String text) {
        for (int i = 0; i < UTC_CHARS; i++) {
            char form = UTC_FORM.charAt(i);
            char c = text.charAt(i);
            if (form == '0' ? c < '0' || c > '9' : c != form) {
                return null;
            }
        }
        try {
            return LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
