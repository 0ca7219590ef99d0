package dev.grapevine.node.registry.web;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the API description: the request may carry an Idempotency-Key, see {@link OnceRequests}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
        name = OnceRequests.KEY,
        in = ParameterIn.HEADER,
        description =
                "Makes it safe to send the request again when no answer came: for 24 h, the same caller's same request"
                        + " under the same key is answered as the first time, with Idempotent-Replayed: true, and done once. A random"
                        + " value for each new request, such as a UUID; quoted or bare.",
        schema = @Schema(type = "string", minLength = 1, maxLength = 514))
@ApiResponse(
        responseCode = "422",
        description = "Another request was done under this Idempotency-Key.",
        content = @Content)
@interface DoneOnce {}
