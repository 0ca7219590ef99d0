package dev.grapevine.node.credential.jsonschema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import tools.jackson.databind.JsonNode;

/** A format that the library matches fast, and with a stack that is deep enough, for short texts only. */
record BoundedFormat(Format format) implements Format {

    static final int MAX_CHARS = 512;

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    @Override
    public boolean matches(ExecutionContext context, SchemaContext schema, JsonNode value) {
        if (value.isString() && value.stringValue().length() > MAX_CHARS) {
            throw new LimitException("has a format for a text of more than " + MAX_CHARS + " characters");
        }
        return format.matches(context, schema, value);
    }
}
