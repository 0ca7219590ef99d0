package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A peer of the DHT: what happens goes in, what is to be done comes out. Without I/O, threads, or a clock of its own. It
 * knows no addresses.
 */
final class KadState {

    /** Queries at once; a further one is refused, own upkeep put off. */
    static final int MAX_QUERIES = 64;

    /** A query that takes longer ends with what it has. */
    static final long MAX_QUERY_MILLIS = 60_000;

    /** Peers that are asked at once whether they are still there. */
    private static final int MAX_CHECKS = 3;

    private static final long EXPIRE_INTERVAL_MILLIS = 60_000;

    private final PeerId self;
    private final KadConfig config;
    private final RoutingTable table;
    private final ValueStore values;
    private final ProviderStore providers;
    private final Validators validators;
    private final Counters counters;
    private final Responder responder;
    private final Upkeep upkeep;

    /** Of the connected peers. */
    private final Map<PeerId, String> networks = new HashMap<>();

    private final Map<Long, Query> queries = new LinkedHashMap<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private final List<Output> out = new ArrayList<>();
    private long lastAsk;
    private long lastUpkeep;
    private long expireDueMillis;

    /** @param query null where the answer only shows that the peer is there */
    private record Asked(
            PeerId peer, MessageType type, @Nullable Query query) {

        boolean delivers() {
            return type == MessageType.PUT_VALUE || type == MessageType.ADD_PROVIDER;
        }
    }

    /**
     * @param random chooses the keys by which buckets are refreshed
     * @param counters counts what happens
     */
    KadState(PeerId self, KadConfig config, RandomGenerator random, Counters counters) {
        this.self = self;
        this.config = config;
        this.table = new RoutingTable(self, config.k(), counters);
        this.values = new ValueStore(self);
        this.providers = new ProviderStore(self);
        this.validators = new Validators(config.validators());
        this.counters = counters;
        this.responder = new Responder(self, config.k(), table, values, providers, validators, counters);
        this.upkeep = new Upkeep(new Bytes(self.bytes()), config, random);
    }

    /**
     * Handles what happened.
     *
     * @param now milliseconds since 1970, on a clock that never goes back
     * @return what to do, in order
     */
    List<Output> handle(Input input, long now) {
        switch (input) {
            case Input.Connected in -> {
                in.network().ifPresent(network -> networks.put(in.peer(), network));
                responder.connected(in.peer());
            }
            case Input.Disconnected in -> {
                networks.remove(in.peer());
                responder.disconnected(in.peer());
            }
            case Input.Identified in -> onIdentified(in.peer(), in.server(), now);
            case Input.Requested in -> onRequested(in, now);
            case Input.Answered in -> onAnswered(in.id(), in.answer(), now);
            case Input.Failed in -> onFailed(in.id(), now);
            case Input.Start in -> onStart(in.id(), in.goal(), now);
            case Input.Withdraw in -> {
                upkeep.withdraw(in.key());
                providers.remove(in.key(), self);
            }
            case Input.Tick in -> onTick(now);
        }
        List<Output> outputs = List.copyOf(out);
        out.clear();
        return outputs;
    }

    /** The known peers closest to a key, the closest first. */
    List<PeerId> closest(Key key, int count) {
        return table.closest(key, count);
    }

    KadMetrics metrics() {
        return new KadMetrics(
                table.size(),
                values.size(),
                values.bytes(),
                providers.size(),
                queries.size(),
                counters.answered,
                counters.refusedRate,
                counters.refusedRecords,
                counters.refusedPeers,
                counters.malformed,
                counters.lookups,
                counters.asked,
                counters.failed);
    }

    private void onIdentified(PeerId peer, boolean server, long now) {
        if (server) {
            seen(peer, now);
        } else {
            table.remove(peer);
        }
    }

    private void seen(PeerId peer, long now) {
        if (table.size() == 0) {
            upkeep.tableWasEmpty();
        }
        table.seen(peer, Optional.ofNullable(networks.get(peer)), now);
    }

    private void onRequested(Input.Requested in, long now) {
        Responder.Outcome outcome = responder.respond(in.from(), in.request(), now);
        if (!outcome.taken()) {
            out.add(new Output.Refuse(in.id()));
        } else if (outcome.answer() != null) {
            out.add(new Output.Reply(in.id(), outcome.answer()));
        }
    }

    private void onAnswered(long id, Message answer, long now) {
        Asked was = asked.remove(id);
        if (was == null) {
            return;
        }
        if (answer.type() != was.type()) {
            counters.failed++;
            failed(was, now);
            return;
        }
        seen(was.peer(), now);
        if (was.query() != null) {
            if (was.delivers()) {
                was.query().delivered(true);
            } else {
                was.query().answered(was.peer(), answer);
            }
            advance(was.query(), now);
        }
    }

    private void onFailed(long id, long now) {
        Asked was = asked.remove(id);
        if (was != null) {
            counters.failed++;
            failed(was, now);
        }
    }

    private void failed(Asked was, long now) {
        table.failed(was.peer());
        if (was.query() != null) {
            if (was.delivers()) {
                was.query().delivered(false);
            } else {
                was.query().failed(was.peer());
            }
            advance(was.query(), now);
        }
    }

    private void onStart(long id, Goal goal, long now) {
        if (queries.size() >= MAX_QUERIES) {
            out.add(new Output.Busy(id));
        } else {
            start(id, goal, now);
        }
    }

    private void start(long id, Goal goal, long now) {
        counters.lookups++;
        Key target = Key.of(goal.key().array());
        Lookup lookup = new Lookup(target, self, config.k(), config.alpha(), table.closest(target, config.k()));
        Query query = new Query(id, goal, lookup, validators, now);
        queries.put(id, query);
        switch (goal) {
            case Goal.GetValue get -> query.startWith(values.get(get.key()).orElse(null), List.of());
            case Goal.FindProviders find -> query.startWith(null, providers.of(find.key()));
            case Goal.PutValue put -> {
                values.put(put.key(), put.value(), now);
                upkeep.published(put, now);
            }
            case Goal.Provide provide -> {
                providers.add(provide.key(), self, now);
                upkeep.published(provide, now);
            }
            case Goal.Closest closest -> {}
            case Goal.FindPeer find -> {}
        }
        advance(query, now);
    }

    /** Takes a query as far as it can go without hearing from anybody. */
    private void advance(Query query, long now) {
        if (!queries.containsKey(query.id)) {
            return;
        }
        boolean late = now - query.startedMillis >= MAX_QUERY_MILLIS;
        if (!query.isSearchOver() && !late) {
            query.next().forEach(peer -> ask(peer, query.goal.request(), query));
            return;
        }
        if (!query.isDelivering()) {
            endSearch(query);
        }
        if (query.isDelivered() || late) {
            queries.remove(query.id);
            if (query.id > 0) {
                out.add(new Output.Done(query.id, query.result()));
            }
        }
    }

    private void endSearch(Query query) {
        Result found = query.result();
        switch (query.goal) {
            case Goal.PutValue put -> deliver(query, Message.put(new ValueRecord(put.key(), put.value(), -1)));
            case Goal.Provide provide -> deliver(query, Message.provide(provide.key(), self));
            case Goal.GetValue get -> {
                if (found.value() != null) {
                    Message best = Message.put(new ValueRecord(get.key(), found.value(), -1));
                    query.without().forEach(peer -> ask(peer, best, null));
                }
                query.deliverNothing();
            }
            case Goal.FindProviders find -> query.deliverNothing();
            case Goal.FindPeer find -> query.deliverNothing();
            case Goal.Closest closest -> query.deliverNothing();
        }
    }

    private void deliver(Query query, Message message) {
        query.deliver().forEach(peer -> ask(peer, message, query));
    }

    private void ask(PeerId peer, Message request, @Nullable Query query) {
        long id = ++lastAsk;
        asked.put(id, new Asked(peer, request.type(), query));
        counters.asked++;
        out.add(new Output.Ask(id, peer, request));
    }

    private void onTick(long now) {
        upkeep.due(table, MAX_QUERIES - queries.size(), now).forEach(goal -> start(--lastUpkeep, goal, now));
        List.copyOf(queries.values()).forEach(query -> advance(query, now));
        Message check = Message.ask(MessageType.FIND_NODE, new Bytes(self.bytes()));
        table.stale(MAX_CHECKS, now).forEach(peer -> ask(peer, check, null));
        if (now >= expireDueMillis) {
            expireDueMillis = now + EXPIRE_INTERVAL_MILLIS;
            values.expire(now);
            providers.expire(now);
            responder.expire(now);
        }
    }
}
