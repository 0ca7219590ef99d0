package dev.grapevine.node.credential.jsonschema;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.BasicDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Formats;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.resource.SchemaLoader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The library that knows JSON Schema, set up so that it loads nothing. Whoever needs no schema never loads this class. */
final class Library {

    private static final String META = "https://json-schema.org/draft/2020-12/";

    /** Of the standard itself; they are part of the library. */
    private static final Set<String> BUNDLED = Set.of(
            JsonSchemas.DIALECT,
            META + "meta/core",
            META + "meta/applicator",
            META + "meta/unevaluated",
            META + "meta/validation",
            META + "meta/meta-data",
            META + "meta/format-annotation",
            META + "meta/content");

    /** JSON Schema Validation section 7.3, of which the library takes texts of any length. */
    private static final Set<String> FORMATS_OF_ANY_LENGTH = Set.of("uri", "uri-reference", "iri", "iri-reference");

    /** The others of section 7.3, but regex, by which {@link Patterns} would have to know more than RE2. What else the library has is no standard's. */
    private static final Set<String> FORMATS_OF_SHORT_TEXT = Set.of(
            "date-time",
            "date",
            "time",
            "duration",
            "hostname",
            "idn-hostname",
            "ipv4",
            "ipv6",
            "uuid",
            "uri-template",
            "json-pointer",
            "relative-json-pointer");

    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .formats(Map::clear)
            .formats(Formats.DEFAULT.stream()
                    .filter(format -> FORMATS_OF_ANY_LENGTH.contains(format.getName()))
                    .toList())
            .formats(Formats.DEFAULT.stream()
                    .filter(format -> FORMATS_OF_SHORT_TEXT.contains(format.getName()))
                    .map(BoundedFormat::new)
                    .toList())
            .formats(List.of(MailboxFormat.EMAIL, MailboxFormat.IDN_EMAIL))
            // JSON Schema section 6.5; the library's own factory keeps every name that it has ever met
            .unknownKeywordFactory((name, schemas) -> new AnnotationKeyword(name))
            .build();

    private static final DialectRegistry DIALECTS = new BasicDialectRegistry(DIALECT);

    private static final SchemaLoader LOADER =
            SchemaLoader.builder().allow(Library::requireBundled).build();

    /** What a schema itself must be. */
    static final Schema OF_SCHEMAS = ofSchemas();

    private Library() {}

    /** Loads this class, before anybody's time is measured. */
    static void prepare() {}

    /** Applied to itself once, so that what the library does at its first use is not taken for the doing of somebody's schema. */
    private static Schema ofSchemas() {
        Schema schema = registry(Deadline.NONE).getSchema(SchemaLocation.of(JsonSchemas.DIALECT));
        List<Error> errors = new BoundedContext(Deadline.NONE).errors(schema, schema.getSchemaNode());
        if (!errors.isEmpty()) {
            throw new IllegalStateException("the schema of schemas is none: " + errors);
        }
        return schema;
    }

    /** Reads a schema; anew for each use, for what the library remembers of one has no bound. */
    static Schema read(String url, JsonNode schema, Deadline deadline) {
        return registry(deadline).getSchema(SchemaLocation.of(url), schema);
    }

    private static SchemaRegistry registry(Deadline deadline) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .locale(Locale.ENGLISH)
                .formatAssertionsEnabled(true)
                .losslessNarrowing(true)
                .preloadSchema(false)
                .regularExpressionFactory(new Patterns(deadline))
                .build();
        return SchemaRegistry.builder()
                .defaultDialectId(DIALECT.getId())
                .dialectRegistry(DIALECTS)
                .schemaLoader(LOADER)
                .schemaRegistryConfig(config)
                .build();
    }

    private static boolean requireBundled(AbsoluteIri iri) {
        if (!BUNDLED.contains(iri.toString())) {
            throw new LimitException("refers to " + iri + ", and this node loads nothing for a schema");
        }
        return true;
    }
}
