package dev.grapevine.node.credential.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What schemas say, and what those cannot do that were written to keep a node busy. */
class JsonSchemasTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String URL = "https://uni.example/schemas/1";

    /** A microsecond for each time that somebody asks. */
    private final AtomicLong nanos = new AtomicLong();

    private final JsonSchemas schemas = new JsonSchemas(() -> nanos.addAndGet(1000), nanos::get);

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static String schema(String keywords) {
        return "{'$schema':'" + JsonSchemas.DIALECT + "','$id':'https://uni.example/schema'," + keywords + "}";
    }

    private Verdict apply(String keywords, String json) {
        return schemas.apply(URL, json(schema(keywords)), json(json));
    }

    private static void assertUndetermined(Verdict verdict, String reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Undetermined.class,
                        found -> assertThat(found.reason()).contains(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type':'object' | {} | true",
                "'type':'object' | [] | false",
                "'type':'integer' | 1.0 | true",
                "'required':['a'] | {'b':1} | false",
                "'format':'email' | 'ada@uni.example' | true",
                "'format':'email' | 'ada@lab.uni.ac' | true",
                "'format':'email' | 'ada@[127.0.0.1]' | true",
                "'format':'email' | 'ada@[127.0.0.300]' | false",
                "'format':'email' | 'no address' | false",
                "'format':'email' | 'ada@' | false",
                "'format':'email' | 'a..b@uni.example' | false",
                "'format':'email' | 'ada@-uni.example' | false",
                "'format':'email' | 'ädä@uni.example' | false",
                "'format':'idn-email' | 'ädä@üni.example' | true",
                "'format':'date-time' | '2026-05-01T10:00:00Z' | true",
                "'format':'uri' | 'no uri' | false",
                "'format':'style' | 'of no standard' | true",
                "'pattern':'^[0-9]{4}-\\\\u0041$' | '2026-A' | true",
                "'pattern':'^\\\\p{Lu}' | 'ada' | false",
                "'patternProperties':{'^x':false} | {'x1':1} | false",
                "'$ref':'#/$defs/a','$defs':{'a':{'const':1}} | 2 | false",
                "'$ref':'https://json-schema.org/draft/2020-12/schema' | {'type':7} | false",
                "'anyOf':[{'type':'string'},{'minimum':2}] | 1 | false",
                "'anyOf':[{'type':'string'},{'minimum':2}] | 3 | true",
                "'properties':{'a':true},'unevaluatedProperties':false | {'b':1} | false"
            })
    void saysWhetherJsonFits(String keywords, String json, boolean fits) {
        assertThat(apply(keywords, json)).isInstanceOf(fits ? Verdict.Fits.class : Verdict.Misfit.class);
    }

    @Test
    void saysWhereItDoesNotFitButNotEverywhere() {
        Verdict verdict = apply("'items':{'properties':{'a':{'type':'string'}}}", "[{'a':1},{'a':'x'},{'a':2}]");
        Verdict many = apply("'items':false", "[" + numbers(100) + "]");

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Misfit.class,
                        misfit -> assertThat(misfit.misfits())
                                .containsExactly(
                                        "/0/a: integer found, string expected",
                                        "/2/a: integer found, string expected"));
        assertThat(many)
                .isInstanceOfSatisfying(
                        Verdict.Misfit.class,
                        misfit -> assertThat(misfit.misfits()).hasSize(BoundedContext.MAX_MISFITS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'$id':'https://uni.example/schema'} | has no $schema",
                "{'$schema':7,'$id':'https://uni.example/schema'} | has no $schema",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema'} | has no $id",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'a b'} | has no $id",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'s','type':7} | is no JSON Schema: /type",
                "[] | has no $schema"
            })
    void refusesWhatIsNoSchema(String schema, String reason) {
        assertThat(schemas.apply(URL, json(schema), json("{}")))
                .isInstanceOfSatisfying(
                        Verdict.Unsound.class,
                        unsound -> assertThat(unsound.reason()).startsWith(reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://json-schema.org/draft/2019-09/schema",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/unknown/schema"
            })
    void knowsNoOtherVersion(String version) {
        assertUndetermined(
                schemas.apply(URL, json("{'$schema':'" + version + "','$id':'s'}"), json("{}")),
                "is of the version " + version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/schema",
                "file:///etc/passwd",
                "classpath:application.yaml",
                "resource:application.yaml",
                "jar:file:/app.jar!/application.yaml",
                "https://json-schema.org/draft/2020-12/meta/../../../application.yaml",
                "https://json-schema.org/draft-07/schema",
                "sibling.json"
            })
    void loadsNothing(String url) {
        assertUndetermined(apply("'$ref':'" + url + "'", "{}"), "this node loads nothing for a schema");
        assertUndetermined(apply("'$dynamicRef':'" + url + "'", "{}"), "this node loads nothing for a schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'$ref':'#'",
                "'$dynamicAnchor':'a','$dynamicRef':'#a'",
                "'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'not':{'$ref':'#/$defs/a'}}},'$ref':'#/$defs/a'",
                "'$defs':{'a':{'anyOf':[{'$ref':'#/$defs/a'}]}},'$ref':'#/$defs/a'"
            })
    void goesInNoCircles(String keywords) {
        assertUndetermined(apply(keywords, "{}"), "goes deeper than " + BoundedContext.MAX_DEPTH + " keywords");
    }

    /** Each two of the next: 2^40 in all. */
    @ParameterizedTest
    @ValueSource(strings = {"allOf", "oneOf"})
    void givesUpInTime(String keyword) {
        String keywords = "'$ref':'#/$defs/d0','$defs':{" + doubling(keyword) + "'d40':{'type':'object'}}";

        assertUndetermined(apply(keywords, "{}"), "takes longer than " + JsonSchemas.MAX_MILLIS + " ms");
        assertThat(nanos.get()).isLessThan(TimeUnit.MILLISECONDS.toNanos(JsonSchemas.MAX_MILLIS + 1));
    }

    /** A machine that is busy with others must make no credential a bad one. */
    @Test
    void countsNoTimeThatAThreadHadToWait() {
        JsonSchemas waiting = new JsonSchemas(() -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)), () -> 0);

        assertThat(waiting.apply(URL, json(schema("'type':'object'")), json("{}")))
                .isInstanceOf(Verdict.Fits.class);
    }

    private static String doubling(String keyword) {
        return IntStream.range(0, 40)
                .mapToObj(i -> "'d%d':{'%s':[{'$ref':'#/$defs/d%d'},{'$ref':'#/$defs/d%d'}]},"
                        .formatted(i, keyword, i + 1, i + 1))
                .collect(Collectors.joining());
    }

    @Test
    void countsWhatIsWrongInAlternatives() {
        String keywords = "'$ref':'#/$defs/d0','$defs':{" + doubling("anyOf") + "'d40':false}";

        assertUndetermined(apply(keywords, "{}"), "finds more than " + BoundedContext.MAX_ERRORS + " errors");
    }

    @Test
    void takesSchemasOfSoManyValuesAndNotOneMore() {
        // besides: the schema itself, $schema, $id and enum
        String most = numbers(JsonSchemas.MAX_VALUES - 4);

        assertThat(apply("'enum':[" + most + "]", "7")).isInstanceOf(Verdict.Fits.class);
        assertUndetermined(apply("'enum':[" + most + ",-1]", "7"), "values");
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    /** What one keyword has looked at, unevaluatedProperties asks for. */
    @Test
    void remembersSoManyNamesAndNoMore() {
        String json =
                IntStream.range(0, 1000).mapToObj(i -> "'n" + i + "':1").collect(Collectors.joining(",", "{", "}"));
        String each = "{'additionalProperties':{}},";
        int fits = BoundedContext.MAX_REMEMBERED / 1001;

        assertThat(apply("'allOf':[" + each.repeat(fits) + "true],'unevaluatedProperties':false", json))
                .isInstanceOf(Verdict.Fits.class);
        assertUndetermined(
                apply("'allOf':[" + each.repeat(fits + 1) + "true],'unevaluatedProperties':false", json), "remembered");
    }

    /** No backtracking: an engine that does so would take longer than the sun shines. */
    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(a*)*$", "(.*)*x"})
    void matchesInTheTimeThatTheTextTakes(String regex) {
        assertThat(apply("'pattern':'" + regex + "'", "'" + "a".repeat(50_000) + "!'"))
                .isInstanceOf(Verdict.Misfit.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{1000}){1000}){1000})",
                "((((a{99}){99}){99}){99}){99}",
                "(a{1000}){5}",
                "(?:a{2,1000}){10,}",
                "\\\\p{L}\\\\p{L}{1000}{1000}"
            })
    void writesOutNoRepetitionsInRepetitions(String regex) {
        assertUndetermined(
                apply("'pattern':'" + regex + "'", "'a'"),
                "regular expression of more than " + Patterns.MAX_STATES + " states");
    }

    @Test
    void takesExpressionsOfSoManyStatesAndNotOneMore() {
        String regex = "a".repeat(Patterns.MAX_STATES);

        assertThat(apply("'pattern':'" + regex + "'", "'b'")).isInstanceOf(Verdict.Misfit.class);
        assertUndetermined(apply("'pattern':'" + regex + "a'", "'b'"), "states");
    }

    @Test
    void takesExpressionsOfSoManyStatesTogether() {
        int each = Patterns.MAX_STATES;
        String some = IntStream.range(0, Patterns.MAX_STATES_TOGETHER / each)
                .mapToObj(i -> "{'pattern':'" + "a".repeat(each) + "'}")
                .collect(Collectors.joining(","));

        assertThat(apply("'allOf':[" + some + "]", "'b'")).isInstanceOf(Verdict.Misfit.class);
        assertUndetermined(apply("'anyOf':[" + some + ",{'pattern':'b'}]", "'a'"), "states");
    }

    @Test
    void weighsExpressionsAgainstTexts() {
        String regex = "[ab]".repeat(1000);

        assertUndetermined(
                apply("'pattern':'" + regex + "'", "'" + "a".repeat(Patterns.MAX_STEPS / 4000 + 1) + "'"),
                "for a text of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(?=a)", "(?<!a)b", "(a)\\\\1", "["})
    void saysWhichExpressionsItCannotMatch(String regex) {
        assertUndetermined(apply("'pattern':'" + regex + "'", "'a'"), "that this node cannot match");
        assertThat(apply("'pattern':'" + regex + "'", "1")).isInstanceOf(Verdict.Fits.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hostname", "idn-hostname", "uri-template", "json-pointer"})
    void takesShortTextsForFormats(String format) {
        String longest = "a".repeat(BoundedFormat.MAX_CHARS);

        assertThat(apply("'format':'" + format + "'", "'" + longest + "'")).isNotInstanceOf(Verdict.Undetermined.class);
        assertUndetermined(
                apply("'format':'" + format + "'", "'" + longest + "a'"),
                "a text of more than " + BoundedFormat.MAX_CHARS + " characters");
    }

    /** Pictures are often data: URLs. */
    @Test
    void takesLongUrls() {
        assertThat(apply("'format':'uri'", "'data:image/png;base64," + "A".repeat(200_000) + "'"))
                .isInstanceOf(Verdict.Fits.class);
    }

    /** As examples of the specification have it. */
    @ParameterizedTest
    @ValueSource(strings = {"#/$defs/a", "name-schema#/$defs/a", "https://uni.example/schemas/name-schema#/$defs/a"})
    void takesAnIdThatIsRelative(String reference) {
        String schema = "{'$schema':'" + JsonSchemas.DIALECT
                + "','$id':'name-schema','$defs':{'a':{'type':'string'}},'$ref':'" + reference + "'}";

        assertThat(schemas.apply(URL, json(schema), json("'x'"))).isInstanceOf(Verdict.Fits.class);
        assertThat(schemas.apply(URL, json(schema), json("1"))).isInstanceOf(Verdict.Misfit.class);
    }

    @Test
    void saysThatAReferenceLeadsNowhere() {
        assertUndetermined(apply("'$ref':'#/$defs/nowhere'", "{}"), "cannot be followed");
    }

    @Test
    void repeatsNoLongText() {
        Verdict verdict = apply("'enum':['" + "a".repeat(100_000) + "']", "'b'");

        assertThat(verdict.toString()).hasSizeLessThan(500);
    }

    /** Their names are anybody's choice, so that what remembers them has no bound. */
    @Test
    void forgetsTheKeywordsThatItDoesNotKnow() {
        WeakReference<String> name = new WeakReference<>(appliedName());

        await().until(() -> {
            System.gc();
            return name.get() == null;
        });
    }

    private String appliedName() {
        String name = "keyword-" + System.nanoTime();
        ObjectNode schema = (ObjectNode) json(schema("'type':'object'"));
        assertThat(schemas.apply(URL, schema.put(name, 1), json("{}"))).isInstanceOf(Verdict.Fits.class);
        return name;
    }
}
