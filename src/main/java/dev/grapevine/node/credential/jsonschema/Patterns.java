package dev.grapevine.node.credential.jsonschema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;

/**
 * The regular expressions of one schema, matched by RE2 in a time that grows with expression and text alone. What RE2 lacks of
 * ECMA-262, lookaround and references back, is refused where it is to be matched.
 */
final class Patterns implements RegularExpressionFactory {

    /** Of one expression; to read a longer one takes RE2 more than milliseconds. */
    static final int MAX_STATES = 5_000;

    /** Of all expressions of a schema together. */
    static final int MAX_STATES_TOGETHER = 100_000;

    /** States times characters, of one text that is matched. */
    static final int MAX_STEPS = 20_000_000;

    /** What a Unicode class costs, which is a long table. */
    private static final int CLASS_STATES = 100;

    /** A counted repetition with what is before it, or a Unicode class; RE2 takes no count of more digits. */
    private static final java.util.regex.Pattern COSTLY = java.util.regex.Pattern.compile(
            "(?<=(.))\\{(\\d{0,5})(?:,(\\d{0,5}))?\\}|\\\\[pP]", java.util.regex.Pattern.DOTALL);

    private static final java.util.regex.Pattern ESCAPE =
            java.util.regex.Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|.)", java.util.regex.Pattern.DOTALL);

    private final Deadline deadline;
    private long together;

    Patterns(Deadline deadline) {
        this.deadline = deadline;
    }

    @Override
    public RegularExpression getRegularExpression(String regex) {
        deadline.check();
        long size = states(regex);
        together += size;
        if (size > MAX_STATES || together > MAX_STATES_TOGETHER) {
            return refused("has a regular expression of more than " + MAX_STATES + " states, or all together more than "
                    + MAX_STATES_TOGETHER);
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(inSyntaxOfRe2(regex));
        } catch (PatternSyntaxException e) {
            return refused("has a regular expression that this node cannot match: " + e.getMessage());
        }
        return text -> {
            deadline.check();
            if (size * text.length() > MAX_STEPS) {
                throw new LimitException("has a regular expression of " + size + " states for a text of "
                        + text.length() + " characters");
            }
            return pattern.matcher(text).find();
        };
    }

    private static RegularExpression refused(String reason) {
        return text -> {
            throw new LimitException(reason);
        };
    }

    /**
     * No fewer than RE2 makes of an expression: it writes out what is repeated by a count. What is repeated is one state, or
     * ends in a parenthesis or in a repetition; then all there is may be repeated.
     */
    private static long states(String regex) {
        long sum = regex.length();
        long product = 1;
        for (MatchResult found : COSTLY.matcher(regex).results().toList()) {
            if (found.group(1) == null) {
                sum += CLASS_STATES;
            } else if (")}*+?".contains(found.group(1))) {
                product = Math.min(product * count(found), MAX_STATES + 1);
            } else {
                sum += count(found);
            }
        }
        return sum * product;
    }

    private static long count(MatchResult repetition) {
        long count = 1;
        for (int group = 2; group <= 3; group++) {
            String digits = repetition.group(group);
            count = digits == null || digits.isEmpty() ? count : Math.max(count, Long.parseLong(digits));
        }
        return count + 1;
    }

    /** ECMA-262 has characters by their number, where RE2 has hexadecimal escapes. */
    private static String inSyntaxOfRe2(String regex) {
        return ESCAPE.matcher(regex)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? found.group() : "\\x{" + found.group(1) + "}"));
    }
}
