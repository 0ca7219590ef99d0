package dev.grapevine.libp2p.kad;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the validator of a key, by its namespace: {@code /namespace/…}. Where there is none, no value is valid. */
final class Validators {

    private final Map<String, Validator> byNamespace;

    Validators(Map<String, Validator> byNamespace) {
        this.byNamespace = byNamespace;
    }

    boolean isValid(Bytes key, Bytes value) {
        Validator validator = of(key);
        return validator != null
                && value.length() <= ValueStore.MAX_VALUE_BYTES
                && validator.isValid(key.array(), value.array());
    }

    /** Of two valid values. */
    boolean isBetter(Bytes key, Bytes value, Bytes other) {
        Validator validator = of(key);
        return validator != null && validator.isBetter(key.array(), value.array(), other.array());
    }

    private @Nullable Validator of(Bytes key) {
        byte[] bytes = key.array();
        if (bytes.length == 0 || bytes[0] != '/') {
            return null;
        }
        for (int end = 1; end < bytes.length; end++) {
            if (bytes[end] == '/') {
                return byNamespace.get(new String(bytes, 1, end - 1, StandardCharsets.UTF_8));
            }
        }
        return null;
    }
}
