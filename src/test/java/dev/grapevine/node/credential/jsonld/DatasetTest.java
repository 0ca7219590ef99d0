package dev.grapevine.node.credential.jsonld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.apicatalog.rdf.canon.RdfCanon;
import com.apicatalog.rdf.nquads.NQuadsReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The canonical form of RDF, by the W3C's tests of RDFC-1.0. */
class DatasetTest {

    static List<String> tests() throws IOException {
        List<String> tests = new ArrayList<>();
        for (String line : read("manifest.csv").split("\n", -1)) {
            if (line.startsWith("test0")) {
                tests.add(line.substring(0, line.indexOf(',')));
            }
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests;
    }

    @ParameterizedTest
    @MethodSource("tests")
    void isTheOneOfTheTests(String test) throws Exception {
        String hash = test.equals("test075") ? "SHA-384" : "SHA-256";
        RdfCanon canon = RdfCanon.create(hash, new Dataset.Steps());
        new NQuadsReader(new StringReader(read(test + "-in.nq"))).provide(canon);

        if (test.equals("test074")) {
            assertThatThrownBy(() -> Dataset.canonical(canon))
                    .isInstanceOf(JsonLdException.class)
                    .hasMessageContaining("steps");
        } else {
            assertThat(Dataset.canonical(canon)).isEqualTo(read(test + "-rdfc10.nq"));
        }
    }

    private static String read(String name) throws IOException {
        try (var in = Objects.requireNonNull(DatasetTest.class.getResourceAsStream("/vectors/rdfc10/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
