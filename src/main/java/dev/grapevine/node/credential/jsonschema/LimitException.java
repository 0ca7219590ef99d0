package dev.grapevine.node.credential.jsonschema;

import com.networknt.schema.SchemaException;

/** A schema asks for more than this node does for one; the message says what. Of a type that the library passes on. */
final class LimitException extends SchemaException {

    LimitException(String message) {
        super(message);
    }
}
