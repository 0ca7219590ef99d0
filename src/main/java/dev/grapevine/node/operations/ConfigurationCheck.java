package dev.grapevine.node.operations;

import dev.grapevine.node.operations.Settings.Setting;
import dev.grapevine.node.start.StartProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses to start a node with settings that there are not, or with values that they cannot have, before anything else
 * happens. Spring Boot by itself passes over a mistyped name.
 */
final class ConfigurationCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String PREFIX = "grapevine.";
    private static final String VARIABLE_PREFIX = "GRAPEVINE_";

    /**
     * What Kubernetes puts into the environment of every container beside a Service that is called grapevine
     * (kubernetes.io, "Accessing the Service", environment variables).
     */
    private static final String SERVICE_LINK = "GRAPEVINE(_[A-Z0-9_]+)?_(SERVICE_(HOST|PORT)(_.+)?|PORT(_\\d+_.+)?)";

    private static final int MAX_PORT = 65_535;
    private static final int MAX_SHOWN_CHARS = 100;

    private static final String REMEDY = "All settings are listed in docs/configuration.md.";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        check(context.getEnvironment(), Settings.read());
    }

    /** @throws StartProblem that names everything that is wrong */
    static void check(ConfigurableEnvironment environment, Settings settings) {
        List<String> problems = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> named) {
                boolean variables = source instanceof SystemEnvironmentPropertySource;
                for (String name : new TreeSet<>(Arrays.asList(named.getPropertyNames()))) {
                    (variables ? variable(name, settings) : property(name, settings)).ifPresent(problems::add);
                }
            }
        }
        port("server.port", 0, environment).ifPresent(problems::add);
        port("management.server.port", -1, environment).ifPresent(problems::add);
        for (Settings.Group group : settings.groups()) {
            try {
                Binder.get(environment).bind(group.prefix(), Bindable.of(group.type()));
            } catch (BindException e) {
                problems.add(badValue(e));
            }
        }
        if (!problems.isEmpty()) {
            throw new StartProblem(String.join(" ", problems), REMEDY);
        }
    }

    private static Optional<String> property(String name, Settings settings) {
        boolean known = !name.startsWith(PREFIX) || settings.all().stream().anyMatch(setting -> setting.isNamed(name));
        List<String> names = settings.all().stream().map(Setting::name).toList();
        return known ? Optional.empty() : Optional.of(unknown(name, names));
    }

    private static Optional<String> variable(String name, Settings settings) {
        boolean known = !name.toUpperCase(Locale.ROOT).startsWith(VARIABLE_PREFIX)
                || name.matches(SERVICE_LINK)
                || settings.all().stream().anyMatch(setting -> setting.isVariable(name));
        List<String> names = settings.all().stream().map(Setting::variable).toList();
        return known ? Optional.empty() : Optional.of(unknown(name, names));
    }

    private static String unknown(String name, List<String> names) {
        return name + " is not a setting"
                + Settings.nearest(name, names)
                        .map(right -> "; did you mean " + right + "?")
                        .orElse(".");
    }

    private static Optional<String> port(String name, int least, ConfigurableEnvironment environment) {
        String value = environment.getProperty(name, "").strip();
        boolean fits = value.isEmpty()
                || (value.matches("-?\\d{1,9}")
                        && Integer.parseInt(value) >= least
                        && Integer.parseInt(value) <= MAX_PORT);
        return fits
                ? Optional.empty()
                : Optional.of("%s cannot be %s: it is a port from %d to %d%s."
                        .formatted(
                                name,
                                shown(value),
                                0,
                                MAX_PORT,
                                least < 0 ? ", or -1 for none" : ", where 0 is any that is free"));
    }

    /** The innermost exception knows the setting; values of settings that are plain text may be secrets, and convert always. */
    private static String badValue(BindException outermost) {
        BindException error = outermost;
        Throwable root = outermost;
        for (Throwable cause = outermost; cause != null; cause = cause.getCause()) {
            error = cause instanceof BindException inner ? inner : error;
            root = cause;
            if (cause instanceof IllegalArgumentException && !(cause instanceof ConversionException)) {
                break; // a record's own words
            }
        }
        Class<?> type = error.getTarget().getType().resolve(Object.class);
        if (!(error.getCause() instanceof ConversionException)) {
            return String.valueOf(root.getMessage());
        }
        Object value = error.getProperty() == null ? null : error.getProperty().getValue();
        return "%s cannot be %s: it is %s.".formatted(error.getName(), shown(value), allowed(type));
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return "'" + (text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…") + "'";
    }

    private static String allowed(Class<?> type) {
        if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m or 2h";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return "a " + type.getSimpleName();
    }
}
