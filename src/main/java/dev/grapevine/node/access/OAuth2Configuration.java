package dev.grapevine.node.access;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Tokens of an identity provider beside keys. Nothing of this is loaded where no provider is named. */
@Configuration(proxyBeanMethods = false)
@Conditional(OAuth2Configuration.ProviderNamed.class)
class OAuth2Configuration {

    @Bean
    TokenCheck tokenCheck(AccessProperties properties, Clock clock) {
        return new JwtCheck(properties.oauth2(), clock);
    }

    /** Whether the settings name an issuer. */
    static final class ProviderNamed implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty("grapevine.oauth2.issuer-uri"));
        }
    }
}
