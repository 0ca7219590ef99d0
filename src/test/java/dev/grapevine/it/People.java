package dev.grapevine.it;

import java.util.List;
import java.util.stream.IntStream;

/** Request bodies for people who do not exist. */
final class People {

    private People() {}

    static String named(String username, String displayName) {
        return """
                {"username":"%s","displayName":"%s","claims":{"birthDate":"1990-01-31"},\
                "publicClaims":{"city":"Łódź"}}""".formatted(username, displayName);
    }

    /** People named by the prefix and a number from 0, as lines of a roster. */
    static List<String> roster(String prefix, int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> named(prefix + i, "Person " + i))
                .toList();
    }
}
