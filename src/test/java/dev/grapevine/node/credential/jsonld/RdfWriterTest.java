package dev.grapevine.node.credential.jsonld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.CredentialJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** How values become literals and nodes (JSON-LD API sections 8.1 to 8.5). */
class RdfWriterTest {

    private static final String TERMS =
            "{'v':'ex:v','d':{'@id':'ex:d','@type':'http://www.w3.org/2001/XMLSchema#double'},"
                    + "'j':{'@id':'ex:j','@type':'@json'},'l':{'@id':'ex:l','@container':'@list'},"
                    + "'m':{'@id':'ex:m','@container':'@language'},'i':{'@id':'ex:i','@type':'@id'},"
                    + "'t':{'@id':'ex:t','@type':'ex:T'},'g':{'@id':'ex:g','@container':'@graph'}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'v':'text' | <ex:1> <ex:v> \"text\" .",
                "'v':'a\\\"b\\\\\\n' | <ex:1> <ex:v> \"a\\\"b\\\\\\n\" .",
                "'v':true | <ex:1> <ex:v> \"true\"^^<XSDboolean> .",
                "'v':0 | <ex:1> <ex:v> \"0\"^^<XSDinteger> .",
                "'v':-0.0 | <ex:1> <ex:v> \"0\"^^<XSDinteger> .",
                "'v':5.0 | <ex:1> <ex:v> \"5\"^^<XSDinteger> .",
                "'v':-17 | <ex:1> <ex:v> \"-17\"^^<XSDinteger> .",
                "'v':1e20 | <ex:1> <ex:v> \"100000000000000000000\"^^<XSDinteger> .",
                "'v':1e21 | <ex:1> <ex:v> \"1.0E21\"^^<XSDdouble> .",
                "'v':5.5 | <ex:1> <ex:v> \"5.5E0\"^^<XSDdouble> .",
                "'v':-0.00012 | <ex:1> <ex:v> \"-1.2E-4\"^^<XSDdouble> .",
                "'v':0.1 | <ex:1> <ex:v> \"1.0E-1\"^^<XSDdouble> .",
                "'v':333333333.33333329 | <ex:1> <ex:v> \"3.333333333333333E8\"^^<XSDdouble> .",
                "'d':1 | <ex:1> <ex:d> \"1.0E0\"^^<XSDdouble> .",
                "'d':0 | <ex:1> <ex:d> \"0.0E0\"^^<XSDdouble> .",
                "'t':'x' | <ex:1> <ex:t> \"x\"^^<ex:T> .",
                "'t':2 | <ex:1> <ex:t> \"2\"^^<ex:T> .",
                "'v':{'@value':'hi','@language':'en-GB'} | <ex:1> <ex:v> \"hi\"@en-gb .",
                "'v':{'@value':'hi','@language':'en-GB','@direction':'ltr'} | <ex:1> <ex:v> \"hi\"^^<https://www.w3.org/ns/i18n#en-gb_ltr> .",
                "'v':{'@value':'hi','@direction':'rtl'} | <ex:1> <ex:v> \"hi\"^^<https://www.w3.org/ns/i18n#_rtl> .",
                "'m':{'en':'hi'} | <ex:1> <ex:m> \"hi\"@en .",
                "'j':{'b':1.0,'a':[null]} | <ex:1> <ex:j> \"{\\\"a\\\":[null],\\\"b\\\":1}\"^^<RDFJSON> .",
                "'j':'x' | <ex:1> <ex:j> \"\\\"x\\\"\"^^<RDFJSON> .",
                "'i':'ex:2' | <ex:1> <ex:i> <ex:2> .",
                "'v':{'id':'ex:2','v':1} | <ex:1> <ex:v> <ex:2> .¶<ex:2> <ex:v> \"1\"^^<XSDinteger> .",
                "'v':[1,1,null] | <ex:1> <ex:v> \"1\"^^<XSDinteger> .",
                "'l':[] | <ex:1> <ex:l> <RDFnil> .",
                "'l':['x'] | <ex:1> <ex:l> _:c14n0 .¶_:c14n0 <RDFfirst> \"x\" .¶_:c14n0 <RDFrest> <RDFnil> .",
                "'g':{'id':'ex:2','v':1} | <ex:1> <ex:g> _:c14n0 .¶<ex:2> <ex:v> \"1\"^^<XSDinteger> _:c14n0 ."
            })
    void writesCanonicalQuads(String property, String quads) {
        String json =
                "{'@context':['https://www.w3.org/ns/credentials/v2'," + TERMS + "],'id':'ex:1'," + property + "}";
        ObjectNode document =
                (ObjectNode) CredentialJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

        assertThat(JsonLd.canonicalRdf(document, "SHA-256").strip())
                .isEqualTo(quads.replace('¶', '\n')
                        .replace("XSD", "http://www.w3.org/2001/XMLSchema#")
                        .replace("RDF", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"));
    }
}
