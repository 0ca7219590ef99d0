package dev.grapevine.node.trust;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Quotas and their use as metrics. */
final class AdmissionMetrics implements MeterBinder {

    private final Admission admission;

    AdmissionMetrics(Admission admission) {
        this.admission = admission;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("grapevine.admission.issuers", admission, a -> a.use().issuers())
                .description("Issuers that are not trusted and of whose logs something is held")
                .register(meters);
        Gauge.builder(
                        "grapevine.admission.issuers.limit",
                        admission,
                        a -> a.quotas().issuers())
                .description("Issuers that are not trusted: of how many a log may be held; others are declined")
                .register(meters);
        Gauge.builder("grapevine.admission.taken", admission, a -> a.use().bytes())
                .baseUnit("bytes")
                .description("Ever taken in of issuers that are not trusted, and not removed")
                .register(meters);
        Gauge.builder(
                        "grapevine.admission.taken.limit",
                        admission,
                        a -> a.quotas().bytes())
                .baseUnit("bytes")
                .description(
                        "Issuers that are not trusted: how much of all of them is taken in; what comes beyond is declined")
                .register(meters);
        Gauge.builder(
                        "grapevine.admission.issuer.limit",
                        admission,
                        a -> a.quotas().issuerBytes())
                .baseUnit("bytes")
                .description(
                        "Issuers that are not trusted: how much of each is taken in; what comes beyond is declined")
                .register(meters);
        for (Admission.Reason reason : Admission.Reason.values()) {
            FunctionCounter.builder("grapevine.admission.declined", admission, a -> a.declined(reason))
                    .description("Runs of events that were declined, by why")
                    .tag("reason", reason.text())
                    .register(meters);
        }
    }
}
