package dev.grapevine.node.credential.jsonschema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** Applies JSON Schemas (2020-12) that anybody may have written. Safe for use by several threads. */
public final class JsonSchemas {

    /** The one version of JSON Schema that vc-json-schema section 3 requires, as {@code $schema} names it. */
    public static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** That a thread works for one schema and one document. */
    static final int MAX_MILLIS = 500;

    /** Of a schema, each inside of others counted too: so many take some 20 MiB to apply. */
    static final int MAX_VALUES = 20_000;

    private static final int MAX_MISFIT_CHARS = 300;

    private final LongSupplier nanoTime;
    private final LongSupplier workTime;

    /** By the clocks of this machine. */
    public JsonSchemas() {
        this(System::nanoTime, workTime());
    }

    /**
     * @param nanoTime by which time is measured
     * @param workTime the time for which a thread has worked, in nanoseconds
     */
    JsonSchemas(LongSupplier nanoTime, LongSupplier workTime) {
        this.nanoTime = nanoTime;
        this.workTime = workTime;
    }

    private static LongSupplier workTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : System::nanoTime;
    }

    /**
     * Applies a schema. This takes longer than an event loop should: at most half a second of work, where somebody
     * means it to.
     *
     * @param url where the schema was found, which its references may be relative to
     * @param schema not more than a credential may be, and as deep
     */
    public Verdict apply(String url, JsonNode schema, JsonNode json) {
        JsonNode version = schema.path("$schema");
        // vc-json-schema sections 3.1.1 and 3.1.2: both MUST be present
        if (!version.isString()) {
            return new Verdict.Unsound("has no $schema");
        }
        if (!isUriReference(schema.path("$id"))) {
            return new Verdict.Unsound("has no $id that is a reference to a URI");
        }
        if (!version.stringValue().equals(DIALECT)) {
            return new Verdict.Undetermined(
                    "is of the version " + version.stringValue() + ", and this node knows " + DIALECT);
        }
        if (values(schema) > MAX_VALUES) {
            return new Verdict.Undetermined("has more than " + MAX_VALUES + " values");
        }
        try {
            Library.prepare();
            return applyBounded(url, schema, json, new Deadline(nanoTime, workTime, MAX_MILLIS));
        } catch (LimitException e) {
            return new Verdict.Undetermined(shortened(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // what the library throws for a schema that it cannot follow has no type of its own
            return new Verdict.Undetermined("cannot be followed: " + shortened(String.valueOf(e.getMessage())));
        }
    }

    private static long values(JsonNode json) {
        return 1 + json.valueStream().mapToLong(JsonSchemas::values).sum();
    }

    private static Verdict applyBounded(String url, JsonNode schema, JsonNode json, Deadline deadline) {
        List<String> errors = errors(Library.OF_SCHEMAS, schema, deadline);
        if (!errors.isEmpty()) {
            return new Verdict.Unsound("is no JSON Schema: " + errors.getFirst());
        }
        List<String> misfits = errors(Library.read(url, schema, deadline), json, deadline);
        return misfits.isEmpty() ? new Verdict.Fits() : new Verdict.Misfit(misfits);
    }

    private static List<String> errors(Schema schema, JsonNode json, Deadline deadline) {
        return new BoundedContext(deadline)
                .errors(schema, json).stream()
                        .limit(BoundedContext.MAX_MISFITS)
                        .map(error -> shortened(place(error) + ": " + error.getMessage()))
                        .toList();
    }

    private static String place(Error error) {
        String pointer = error.getInstanceLocation().toString();
        return pointer.isEmpty() ? "the whole" : pointer;
    }

    private static boolean isUriReference(JsonNode id) {
        try {
            return id.isString() && new URI(id.stringValue()).toString().length() > 0;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String shortened(String text) {
        return text.length() <= MAX_MISFIT_CHARS ? text : text.substring(0, MAX_MISFIT_CHARS) + "…";
    }
}
