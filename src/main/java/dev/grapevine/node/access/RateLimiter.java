package dev.grapevine.node.access;

import dev.grapevine.node.access.TokenBuckets.Admission;
import dev.grapevine.node.access.TokenBuckets.Quota;
import dev.grapevine.node.problem.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;

/**
 * How much each caller may do: whoever shows no key by address, whoever shows one by key, and wrong keys by address and much
 * less. Each instance counts for itself.
 */
class RateLimiter {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

    private static final String LIMIT = "RateLimit";
    private static final String POLICY = "RateLimit-Policy";

    private final boolean enabled;
    private final ClientAddress addresses;
    private final Limit byAddress;
    private final Limit byKey;
    private final Limit failures;
    private final AtomicBoolean toldOfProxy = new AtomicBoolean();

    /** Buckets, and what is the same in all answers about them. */
    private record Limit(TokenBuckets buckets, String policy, Counter refused) {}

    /**
     * @param seed secret, so that nobody can choose to share somebody's bucket
     * @param nanoTime a monotonic clock
     */
    RateLimiter(AccessProperties.RateLimit properties, long seed, LongSupplier nanoTime, MeterRegistry meters) {
        this.enabled = properties.enabled();
        this.addresses = new ClientAddress(properties.trustedProxies());
        AccessProperties.Address address = properties.address();
        AccessProperties.Key key = properties.key();
        AccessProperties.Failures wrong = properties.failures();
        this.byAddress = limit(new Quota("address", address.requests(), address.per()), seed, nanoTime, meters);
        this.byKey = limit(new Quota("key", key.requests(), key.per()), seed, nanoTime, meters);
        this.failures = limit(new Quota("failures", wrong.requests(), wrong.per()), seed, nanoTime, meters);
    }

    private static Limit limit(Quota quota, long seed, LongSupplier nanoTime, MeterRegistry meters) {
        Counter refused = Counter.builder("grapevine.http.limited")
                .description("Requests answered 429, by the limit that they exceeded")
                .tag("limit", quota.name())
                .register(meters);
        return new Limit(new TokenBuckets(quota, TokenBuckets.SLOTS, seed, nanoTime), quota.policy(), refused);
    }

    /**
     * Counts a request without a key, and writes the headers that tell how many more may come.
     *
     * @param cost how many requests it counts for
     * @return whether it is admitted; if not, answer {@link #refusal}
     */
    boolean admit(Caller caller, HttpHeaders answer, int cost) {
        return !enabled || admit(caller, answer, byAddress, byAddress.buckets().take(addresses.of(caller), cost));
    }

    /** Whether a request without a key would be admitted, if it cost one; counts nothing. */
    boolean hasLeft(Caller caller) {
        return !enabled || byAddress.buckets().hasLeft(addresses.of(caller));
    }

    /** The same for a request whose key was found to be right. */
    boolean admit(ServerWebExchange exchange, String caller, int cost) {
        return !enabled || admit(exchange, byKey, byKey.buckets().take(caller, cost));
    }

    /** Whether the address that a request comes from may be wrong once more. */
    boolean mayFail(ServerWebExchange exchange) {
        return !enabled || failures.buckets().hasLeft(address(exchange));
    }

    /** Counts a wrong key; the answer is that of {@link #admit}. */
    boolean admitFailure(ServerWebExchange exchange) {
        return !enabled || admit(exchange, failures, failures.buckets().take(address(exchange), 1));
    }

    private boolean admit(ServerWebExchange exchange, Limit limit, Admission admission) {
        return admit(Caller.of(exchange.getRequest()), exchange.getResponse().getHeaders(), limit, admission);
    }

    private InetAddress address(ServerWebExchange exchange) {
        return addresses.of(Caller.of(exchange.getRequest()));
    }

    private boolean admit(Caller caller, HttpHeaders headers, Limit limit, Admission admission) {
        headers.set(POLICY, limit.policy());
        headers.set(LIMIT, admission.limit(limit.buckets().quota()));
        if (!admission.admitted()) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(admission.seconds()));
            limit.refused().increment();
            tellOfProxy(caller);
        }
        return admission.admitted();
    }

    /** Behind a proxy that is not named in the settings everybody has the proxy's address. */
    private void tellOfProxy(Caller caller) {
        if (addresses.trustsNobody()
                && caller.headers().containsHeader(ClientAddress.FORWARDED_FOR)
                && toldOfProxy.compareAndSet(false, true)) {
            LOG.warn(
                    "A request from {} with X-Forwarded-For was refused for its rate. If a proxy of yours stands there, name"
                            + " it in grapevine.rate-limit.trusted-proxies; now all its clients share one limit",
                    addresses.of(caller));
        }
    }

    /** What a request that was not admitted is answered; its headers are written already. */
    static ErrorResponseException refusal(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        String policy = String.valueOf(headers.getFirst(POLICY));
        ErrorResponseException refusal =
                ProblemType.TOO_MANY_REQUESTS.exception("More requests than the node allows; try again in "
                        + headers.getFirst(HttpHeaders.RETRY_AFTER) + " s.");
        // draft-ietf-httpapi-ratelimit-headers-11 §5.1
        refusal.getBody().setProperty("violated-policies", List.of(policy.replaceAll("^\"|\".*", "")));
        return refusal;
    }
}
