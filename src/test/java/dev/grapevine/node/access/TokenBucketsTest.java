package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.access.TokenBuckets.Admission;
import dev.grapevine.node.access.TokenBuckets.Quota;
import dev.grapevine.node.start.StartProblem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketsTest {

    private static final Quota TEN_A_MINUTE = new Quota("test", 10, Duration.ofMinutes(1));

    private final AtomicLong nanos = new AtomicLong(-42);
    private final TokenBuckets buckets = new TokenBuckets(TEN_A_MINUTE, 1 << 10, 7, nanos::get);

    @Test
    void theQuotaMayComeAtOnceAndOneMoreMayNot() {
        for (int i = 9; i >= 0; i--) {
            assertThat(buckets.take("ada", 1)).isEqualTo(new Admission(true, i, 60 - 6 * i));
        }

        assertThat(buckets.take("ada", 1)).isEqualTo(new Admission(false, 0, 6));
    }

    @Test
    void tokensGrowBackOneByOne() {
        buckets.take("ada", 10);
        pass(Duration.ofSeconds(6).minusNanos(1));
        assertThat(buckets.take("ada", 1)).isEqualTo(new Admission(false, 0, 1));
        pass(Duration.ofNanos(1));
        assertThat(buckets.take("ada", 1).admitted()).isTrue();
        assertThat(buckets.take("ada", 1).admitted()).isFalse();
    }

    @Test
    void noMoreGrowsThanTheQuota() {
        buckets.take("ada", 3);
        pass(Duration.ofDays(400));

        assertThat(buckets.take("ada", 10)).isEqualTo(new Admission(true, 0, 60));
        assertThat(buckets.take("ada", 1).admitted()).isFalse();
    }

    @Test
    void whatIsRefusedCostsNothing() {
        buckets.take("ada", 8);

        assertThat(buckets.take("ada", 3)).isEqualTo(new Admission(false, 2, 6));
        assertThat(buckets.take("ada", 2).admitted()).isTrue();
    }

    @Test
    void whatCostsMoreThanTheQuotaNeedsTheWholeOfIt() {
        assertThat(buckets.take("ada", 1000)).isEqualTo(new Admission(true, 0, 60));
        assertThat(buckets.take("ada", 1000)).isEqualTo(new Admission(false, 0, 60));
    }

    @Test
    void lookingTakesNothing() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        buckets.take(address, 9);

        assertThat(buckets.hasLeft(address)).isTrue();
        assertThat(buckets.hasLeft(address)).isTrue();
        buckets.take(address, 1);
        assertThat(buckets.hasLeft(address)).isFalse();
    }

    @Test
    void anIpv6NetworkIsOneCallerAndAnIpv4AddressIsOne() throws UnknownHostException {
        buckets.take(InetAddress.getByName("2001:db8:1:2::1"), 10);
        buckets.take(InetAddress.getByName("192.0.2.1"), 10);

        assertThat(buckets.hasLeft(InetAddress.getByName("2001:db8:1:2:ffff::9")))
                .isFalse();
        assertThat(buckets.hasLeft(InetAddress.getByName("2001:db8:1:3::1"))).isTrue();
        assertThat(buckets.hasLeft(InetAddress.getByName("192.0.2.2"))).isTrue();
    }

    @Test
    void beyondAsManyCallersAsThereAreSlotsSomeShareOne() {
        TokenBuckets four = new TokenBuckets(TEN_A_MINUTE, 4, 7, nanos::get);

        long admitted = IntStream.range(0, 5)
                .filter(caller -> four.take("caller" + caller, 10).admitted())
                .count();

        assertThat(admitted).isBetween(1L, 4L);
    }

    @Test
    void whoSharesWithWhomDependsOnTheSeed() {
        Set<Set<Integer>> refused = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            TokenBuckets few = new TokenBuckets(TEN_A_MINUTE, 64, seed * 1_000_003, nanos::get);
            Set<Integer> late = new HashSet<>();
            IntStream.range(0, 64)
                    .filter(caller -> !few.take("caller" + caller, 10).admitted())
                    .forEach(late::add);
            refused.add(late);
        }

        assertThat(refused).hasSize(10);
    }

    @Test
    void theHeadersAreStructuredFields() {
        Admission admission = buckets.take("ada", 1);

        assertThat(TEN_A_MINUTE.policy()).isEqualTo("\"test\";q=10;w=60");
        assertThat(admission.limit(TEN_A_MINUTE)).isEqualTo("\"test\";r=9;t=6");
    }

    @ParameterizedTest
    @CsvSource({"0, PT1S", "-1, PT1S", "1000000001, PT1S", "1, PT0S", "1, PT-1S", "1, PT1.5S", "1, P1DT1S"})
    void aQuotaThatCannotBeKeptEndsTheStart(int requests, Duration per) {
        assertThatThrownBy(() -> new Quota("address", requests, per))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("grapevine.rate-limit.address");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
