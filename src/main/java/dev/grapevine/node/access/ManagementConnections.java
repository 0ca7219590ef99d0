package dev.grapevine.node.access;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bounds the connections to the management port, apart from those to the API: health is to be asked when the API has no connection
 * left. A part of the management port's own context, which finds it by META-INF/spring; so no component that a scan would find.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementConnections {

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> managementConnections(
            HttpProperties properties, JsonMapper json, MeterRegistry meters) {
        HttpConnections connections = new HttpConnections(properties, json, meters, "management");
        return factory -> factory.addServerCustomizers(connections);
    }
}
