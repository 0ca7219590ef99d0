package dev.grapevine.node.credential.jsonld;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The canonical forms of JSON's numbers in RDF (JSON-LD section 8.6, "Data Round Tripping"). */
final class Numbers {

    /** From here on even integers are written as doubles. */
    private static final double FIRST_DOUBLE = 1e21;

    private static final MathContext DIGITS = new MathContext(16, RoundingMode.HALF_UP);

    private Numbers() {}

    static boolean isInteger(double number) {
        return number == Math.rint(number) && Math.abs(number) < FIRST_DOUBLE;
    }

    static String xsdInteger(double integer) {
        return new BigDecimal(integer).toBigInteger().toString();
    }

    /** One digit, a point, up to 15 digits and at least one, and the exponent: {@code 5.3E0}. */
    static String xsdDouble(double number) {
        BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String fraction = digits.length() == 1 ? "0" : digits.substring(1);
        return (rounded.signum() < 0 ? "-" : "") + digits.charAt(0) + "." + fraction + "E" + exponent;
    }
}
