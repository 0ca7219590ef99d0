package dev.grapevine.node.access;

import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Objects;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;

/** What the OpenAPI description says of all operations alike: who may call them, and what errors look like. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    private static final String KEY = "apiKey";
    private static final String PROBLEM = "ApiProblem";

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Grapevine")
                        .version("v1")
                        .description(
                                "A registry of verified profiles that spreads by gossip: publish a profile on one node,"
                                        + " look it up on any.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("This node")))
                .components(new Components()
                        .addSecuritySchemes(
                                KEY,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description(
                                                "An API key of this node: the one that its first start printed, one made"
                                                        + " with it (POST /api/v1/keys), or GRAPEVINE_API_KEY. Each operation"
                                                        + " that needs one names the role that the key must have."))
                        .addSchemas(PROBLEM, problem()));
    }

    private static Schema<?> problem() {
        Schema<?> problem = new ObjectSchema().description("An error (RFC 9457). Some types have further members.");
        problem.addProperty(
                "type",
                new StringSchema()
                        .format("uri-reference")
                        .example(ProblemType.NOT_FOUND.uri().toString()));
        problem.addProperty("title", new StringSchema());
        problem.addProperty("status", new IntegerSchema());
        problem.addProperty("detail", new StringSchema());
        problem.addProperty("instance", new StringSchema().format("uri-reference"));
        problem.setRequired(List.of("type", "title", "status", "instance"));
        problem.setAdditionalProperties(true);
        return problem;
    }

    /** Adds the same to every operation, so that controllers describe only what is their own. */
    @Bean
    OpenApiCustomizer commonOfAllOperations() {
        return api -> {
            if (api.getPaths() != null) {
                api.getPaths()
                        .forEach((path, item) -> item.readOperationsMap()
                                .forEach((method, operation) ->
                                        describe(path, HttpMethod.valueOf(method.name()), operation)));
            }
        };
    }

    private static void describe(String path, HttpMethod method, Operation operation) {
        Role role = Routes.of(method, PathContainer.parsePath(path)).needed();
        if (role != null) {
            operation.addSecurityItem(new SecurityRequirement().addList(KEY, role.text()));
            operation.setDescription(
                    Objects.toString(operation.getDescription(), "") + "\n\nNeeds the role `" + role.text() + "`.");
            operation.getResponses().addApiResponse("401", error("No key, or one that does not work (any more)"));
            operation.getResponses().addApiResponse("403", error("The key lacks the role " + role.text()));
        }
        operation.getResponses().addApiResponse(ApiResponses.DEFAULT, error("Any other error"));
    }

    private static ApiResponse error(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                "application/problem+json",
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
    }
}
