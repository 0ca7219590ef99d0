package dev.grapevine.node.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Says in the API's description which members are always there and which may be null, as the records say it: a component is
 * there unless it is {@code @Nullable}, which means null, or absent where null is left out or not accepted. JSON trees are
 * objects.
 */
@Component
class RecordSchemas implements ModelConverter {

    private static final String NULL = "null";

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (!chain.hasNext()) {
            return null;
        }
        Class<?> raw = Json31.mapper().constructType(type.getType()).getRawClass();
        if (JsonNode.class.isAssignableFrom(raw)) {
            return new JsonSchema().typesItem("object").additionalProperties(true);
        }
        Schema<?> resolved = chain.next().resolve(type, context, chain);
        if (resolved != null && raw.isRecord()) {
            Schema<?> schema = resolved.get$ref() == null ? resolved : defined(context, resolved.get$ref());
            if (schema != null && schema.getProperties() != null) {
                complete(raw, schema);
            }
        }
        return resolved;
    }

    private static @Nullable Schema<?> defined(ModelConverterContext context, String reference) {
        return context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static void complete(Class<?> type, Schema<?> schema) {
        for (RecordComponent component : type.getRecordComponents()) {
            Schema<?> property = schema.getProperties().get(component.getName());
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                complete(component.getType(), schema);
            } else if (property != null) {
                ofItems(property);
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                boolean absent = nullable && (isOmitted(component) || isStrict(type));
                if (isRequired(component, absent) && !required(schema).contains(component.getName())) {
                    schema.addRequiredItem(component.getName());
                }
                if (nullable && !absent) {
                    schema.getProperties().put(component.getName(), orNull(property));
                }
            }
        }
    }

    /** The values that are said to be allowed in a list are those of its items. */
    private static <T> void ofItems(Schema<T> list) {
        if (list.getItems() != null && list.getEnum() != null) {
            setEnum(list.getItems(), list.getEnum());
            list.setEnum(null);
        }
    }

    @SuppressWarnings("unchecked") // the values are whatever the annotation says
    private static <T> void setEnum(Schema<T> items, List<?> values) {
        items.setEnum((List<T>) values);
    }

    private static List<String> required(Schema<?> schema) {
        return schema.getRequired() == null ? List.of() : schema.getRequired();
    }

    private static boolean isRequired(RecordComponent component, boolean absent) {
        var said = component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        RequiredMode mode = said == null ? RequiredMode.AUTO : said.requiredMode();
        return switch (mode) {
            case REQUIRED -> true;
            case NOT_REQUIRED -> false;
            default -> !absent;
        };
    }

    private static boolean isOmitted(RecordComponent component) {
        JsonInclude own = component.getAccessor().getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? component.getDeclaringRecord().getAnnotation(JsonInclude.class) : own;
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    /** Requests that are read strictly take null for a value of the wrong type. */
    private static boolean isStrict(Class<?> type) {
        var said = type.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        return said != null && said.additionalProperties() == AdditionalPropertiesValue.FALSE;
    }

    private static Schema<?> orNull(Schema<?> property) {
        if (property.get$ref() != null) {
            return new JsonSchema().addOneOfItem(property).addOneOfItem(new JsonSchema().typesItem(NULL));
        }
        if (property.getTypes() != null) {
            property.addType(NULL);
        }
        if (property.getEnum() != null && !property.getEnum().contains(null)) {
            addNull(property);
        }
        return property;
    }

    private static <T> void addNull(Schema<T> property) {
        List<T> values = new ArrayList<>(property.getEnum());
        values.add(null);
        property.setEnum(values);
    }
}
