package dev.grapevine.node.problem.web;

import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** docs/problems, as HTML for browsers and as Markdown for who asks for it. Not part of the API, so not described with it. */
@RestController
@RequestMapping(ProblemType.PATH)
@Hidden
class ProblemPages {

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final MediaType MARKDOWN = new MediaType(MediaType.TEXT_MARKDOWN, StandardCharsets.UTF_8);

    private final Parser parser = Parser.builder().build();
    private final HtmlRenderer renderer = HtmlRenderer.builder().build();

    @GetMapping(path = "/{name}", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> page(@PathVariable String name) {
        ProblemType type = type(name);
        return answer(HTML, html(type.title(), markdown(type)));
    }

    @GetMapping(path = "/{name}", produces = MediaType.TEXT_MARKDOWN_VALUE)
    ResponseEntity<String> source(@PathVariable String name) {
        return answer(MARKDOWN, markdown(type(name)));
    }

    @GetMapping(produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> list() {
        return answer(HTML, html("Problems", index()));
    }

    @GetMapping(produces = MediaType.TEXT_MARKDOWN_VALUE)
    ResponseEntity<String> listSource() {
        return answer(MARKDOWN, index());
    }

    private static ResponseEntity<String> answer(MediaType type, String text) {
        return ResponseEntity.ok().contentType(type).body(text);
    }

    private static ProblemType type(String name) {
        return Arrays.stream(ProblemType.values())
                .filter(type -> type.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such problem."));
    }

    private static String index() {
        return Arrays.stream(ProblemType.values())
                .map(type -> "- [%s](%s), status %d%n"
                        .formatted(type.title(), type.uri(), type.status().value()))
                .collect(Collectors.joining(
                        "", "# Problems\n\nWhat this node may answer instead of what was asked for.\n\n", ""));
    }

    private static String markdown(ProblemType type) {
        String file = "/problems/" + type.text() + ".md";
        try (InputStream page = ProblemPages.class.getResourceAsStream(file)) {
            if (page == null) {
                throw new IllegalStateException(file + " is missing");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    private String html(String title, String markdown) {
        Node document = parser.parse(markdown);
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>%s - Grapevine</title>
                <link rel="stylesheet" href="/page.css">
                </head>
                <body>
                %s<p><a href="/problems">All problems</a></p>
                </body>
                </html>
                """.formatted(title, renderer.render(document));
    }
}
