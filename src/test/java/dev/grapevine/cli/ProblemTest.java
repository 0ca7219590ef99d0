package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void saysWhichValuesAreWrong() {
        String body = """
                {"title": "Invalid Request", "detail": "See errors.",
                 "errors": [{"pointer": "/username", "detail": "is no username"}, {"pointer": "", "detail": "line 1"}]}""";
        assertThat(Problem.text(400, body)).isEqualTo("See errors. /username is no username; line 1 (HTTP 400)");
    }

    @Test
    void saysTheStatusWhereThereIsNoProblem() {
        assertThat(Problem.text(502, "<html>")).isEqualTo("HTTP 502");
    }
}
