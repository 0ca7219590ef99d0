package dev.grapevine.node.problem.web;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.context.annotation.Bean;

/**
 * The pages on the management port too, whose problems have the same types. A part of that port's own context, which finds it by
 * META-INF/spring; so no component that a scan would find.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementProblemPages {

    @Bean
    ProblemPages managementPortsProblemPages() {
        return new ProblemPages();
    }
}
