package dev.grapevine.node.backup;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.registry.RegistryBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Brings a backup back, also into a node that runs and has data. Logs are taken in as if a peer had sent them: what is held
 * already stays, what was erased since stays erased, what does not verify is refused. Nothing is ever deleted or overwritten.
 */
public final class Restore {

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

    /** Credentials or rows in one transaction. */
    private static final int BATCH = 64;

    private static final Duration BUSY_PAUSE = Duration.ofMillis(50);
    private static final int PROGRESS_FRAMES = 10_000;

    private final Intake intake;
    private final RegistryBackup registry;
    private final OtherRows others;
    private final String network;
    private final PeerId self;

    /** @param self whom restored events are said to have come from */
    Restore(Intake intake, RegistryBackup registry, OtherRows others, String network, PeerId self) {
        this.intake = intake;
        this.registry = registry;
        this.others = others;
        this.network = network;
        this.self = self;
    }

    /**
     * What was in the file and came back.
     *
     * @param events in the logs of the file; those that were held already count too
     * @param refusedEvents that are not valid, or contradict the log that is held
     * @param credentials that were put back
     * @param rows API keys and entries of the audit that were put back
     */
    public record Result(long events, long refusedEvents, long credentials, long rows) {

        private static final Result NOTHING = new Result(0, 0, 0, 0);

        private Result plus(Result more) {
            return new Result(
                    events + more.events,
                    refusedEvents + more.refusedEvents,
                    credentials + more.credentials,
                    rows + more.rows);
        }
    }

    /**
     * Reads a file.
     *
     * @param pieces its bytes; read as fast as the database takes them
     * @return after the last commit; fails with {@link MalformedException} where it is no backup of this network, or is cut
     *     off or damaged: what came before that point is restored
     */
    public Mono<Result> read(Flux<byte[]> pieces) {
        return others.auditBegins()
                .flatMap(auditBegins -> Mono.defer(() -> {
                    Reading reading = new Reading(auditBegins);
                    return pieces.concatMapIterable(reading.splitter::accept, 1)
                            .concatMapIterable(reading::accept, 1)
                            .concatWith(Flux.defer(() -> Flux.fromIterable(reading.end())))
                            .concatMap(reading::apply, 1)
                            .reduce(Result.NOTHING, Result::plus);
                }));
    }

    /** One file on its way in: batches of frames of one kind. */
    private final class Reading {
        private final Instant auditBegins;
        private final FrameSplitter splitter = new FrameSplitter();
        private final List<BackupFrame> gathered = new ArrayList<>();
        private Hash chain = BackupFrame.NOTHING;
        private long frames;
        private boolean ended;

        Reading(Instant auditBegins) {
            this.auditBegins = auditBegins;
        }

        /** @return a batch that is complete, or none */
        List<List<BackupFrame>> accept(byte[] bytes) {
            if (ended) {
                throw new MalformedException("the backup goes on after its end");
            }
            BackupFrame frame = BackupFrame.decode(bytes);
            check(frame);
            chain = Hash.of(chain.bytes(), bytes);
            if (++frames % PROGRESS_FRAMES == 0) {
                LOG.info("Restoring: {} pieces of the backup so far", frames);
            }
            List<List<BackupFrame>> ready =
                    gathered.isEmpty() || batchable(gathered.getLast(), frame) ? List.of() : flush();
            gathered.add(frame);
            return ready;
        }

        private void check(BackupFrame frame) {
            if ((frame instanceof BackupFrame.Header) != (frames == 0)) {
                throw new MalformedException("no backup: it does not begin as one");
            }
            if (frame instanceof BackupFrame.Header header && !header.network().equals(network)) {
                throw new MalformedException(
                        "a backup of the network " + header.network() + "; this node is of " + network);
            }
            if (frame instanceof BackupFrame.End end) {
                ended = true;
                if (!end.digest().equals(chain)) {
                    throw new MalformedException("the backup is damaged: its digest is not that of its content");
                }
            }
        }

        /** Runs go one by one: each is judged beside what the one before it has left. */
        private boolean batchable(BackupFrame last, BackupFrame next) {
            if (gathered.size() == BATCH) {
                return false;
            }
            return switch (last) {
                case BackupFrame.Credential credential -> next instanceof BackupFrame.Credential;
                case BackupFrame.Row before ->
                    next instanceof BackupFrame.Row row && row.table().equals(before.table());
                default -> false;
            };
        }

        private List<List<BackupFrame>> flush() {
            List<BackupFrame> batch = List.copyOf(gathered);
            gathered.clear();
            return List.of(batch);
        }

        List<List<BackupFrame>> end() {
            if (!ended || splitter.isInsideFrame()) {
                throw new MalformedException("the backup ends too early; what came before that is restored");
            }
            return flush();
        }

        Mono<Result> apply(List<BackupFrame> batch) {
            return switch (batch.getFirst()) {
                case BackupFrame.Header header -> Mono.empty();
                case BackupFrame.End end -> Mono.empty();
                case BackupFrame.Run run -> events(run.part().entries());
                case BackupFrame.Credential first ->
                    registry.restore(batch.stream()
                                    .map(frame -> ((BackupFrame.Credential) frame).part())
                                    .toList())
                            .map(count -> new Result(0, 0, count, 0));
                case BackupFrame.Row first ->
                    others.restore(
                                    first.table(),
                                    batch.stream()
                                            .map(frame -> ((BackupFrame.Row) frame).json())
                                            .toList(),
                                    auditBegins)
                            .map(count -> new Result(0, 0, 0, count));
            };
        }
    }

    private Mono<Result> events(List<LogEntry> run) {
        return intake.pulled(run, self)
                .flatMap(pulled ->
                        pulled instanceof Pulled.Overloaded ? Mono.<Pulled>error(new Busy()) : Mono.just(pulled))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, BUSY_PAUSE).filter(Busy.class::isInstance))
                .map(pulled -> result(run, pulled));
    }

    private static final class Busy extends RuntimeException {
        Busy() {
            super("too much to do", null, false, false);
        }
    }

    private static Result result(List<LogEntry> run, Pulled pulled) {
        Optional<String> refused = switch (pulled) {
            case Pulled.Applied applied -> Optional.empty();
            // signed by a key that was rotated since, and held already
            case Pulled.Behind behind ->
                behind.missingFrom() > run.getLast().event().sequence()
                        ? Optional.empty()
                        : Optional.of("events from " + behind.missingFrom() + " on are missing");
            case Pulled.Conflict conflict -> Optional.of("another history of the log is held");
            default -> Optional.of(pulled.toString());
        };
        refused.ifPresent(reason -> LOG.warn(
                "Not restored: events {} to {} of {}: {}",
                run.getFirst().event().sequence(),
                run.getLast().event().sequence(),
                run.getFirst().event().issuer().did(),
                reason));
        return new Result(run.size(), refused.isPresent() ? run.size() : 0, 0, 0);
    }
}
