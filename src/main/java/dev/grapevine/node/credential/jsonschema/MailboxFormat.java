package dev.grapevine.node.credential.jsonschema;

import com.google.re2j.Pattern;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;

/**
 * Addresses of mail. The library's own format knows the top-level domains of some day, and refuses those that have come since.
 *
 * @param name of the format
 */
record MailboxFormat(String name, Pattern pattern) implements Format {

    /** RFC 5321 section 4.1.2. */
    static final MailboxFormat EMAIL = of("email", "");

    /** RFC 6531 section 3.3: beyond ASCII, whatever there is. */
    static final MailboxFormat IDN_EMAIL = of("idn-email", "\\x{80}-\\x{10ffff}");

    private static MailboxFormat of(String name, String more) {
        String atom = "[0-9A-Za-z!#$%&'*+/=?^_`{|}~" + more + "-]+";
        String quoted = "\"(?:[ !#-\\[\\]-~" + more + "]|\\\\[ -~])*\"";
        String letter = "[0-9A-Za-z" + more + "]";
        String label = letter + "(?:[0-9A-Za-z" + more + "-]*" + letter + ")?";
        String octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
        String literal = "\\[(?:" + octet + "(?:\\." + octet + "){3}|IPv6:[0-9A-Fa-f:.]+)\\]";
        return new MailboxFormat(
                name,
                Pattern.compile("(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")@(?:" + label + "(?:\\." + label
                        + ")*|" + literal + ")"));
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getMessageKey() {
        return "format." + name;
    }

    @Override
    public boolean matches(ExecutionContext context, String text) {
        return pattern.matches(text);
    }
}
