package dev.grapevine.node.access;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;

/** What the OpenAPI description says of all operations alike: who may call them, and what errors look like. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    private static final String KEY = "apiKey";

    @Bean
    OpenAPI openApi() {
        Components components = new Components()
                .addSecuritySchemes(
                        KEY,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description(
                                        "An API key of this node: the one that its first start printed, one made with it"
                                                + " (POST /api/v1/keys), or GRAPEVINE_API_KEY. Each operation that needs"
                                                + " one names the role that the key must have."));
        ErrorResponses.addTo(components);
        return new OpenAPI()
                .info(new Info()
                        .title("Grapevine")
                        .version("v1")
                        .description(
                                "A registry of verified profiles that spreads by gossip: publish a profile on one node,"
                                        + " look it up on any.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("This node")))
                .components(components);
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
        if (role == null) {
            operation.setSecurity(List.of());
        } else {
            operation.addSecurityItem(new SecurityRequirement().addList(KEY, role.text()));
            String own = operation.getDescription() == null ? "" : operation.getDescription() + "\n\n";
            operation.setDescription(own + "Needs the role `" + role.text() + "`.");
        }
        ErrorResponses.describe(operation, role != null);
    }
}
