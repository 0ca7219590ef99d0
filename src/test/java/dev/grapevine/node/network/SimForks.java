package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.ForkSearch;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.ModelledDisk;
import dev.grapevine.node.registry.ModelledRegistry;
import dev.grapevine.node.registry.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node does where a peer's history is not its own: asks for the proof of a fork, or finds the place and makes one. */
final class SimForks {

    /** Rounds of comparing hashes. */
    private static final int MAX_ROUNDS = 16;

    private static final int MAX_WAITING = 64;

    private final SimNode.Running process;
    private final SimNetwork network;
    private final ModelledRegistry registry;
    private final RunVerifier verifier;
    private final Deque<Divergence> waiting = new ArrayDeque<>();
    private boolean busy;

    SimForks(SimNode.Running process, SimNetwork network, RunVerifier verifier) {
        this.process = process;
        this.network = network;
        this.registry = process.registry();
        this.verifier = verifier;
    }

    /** Works divergences off, one at a time. */
    void diverged(Divergence divergence) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(divergence);
            next();
        }
    }

    private void next() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            settle(waiting.removeFirst());
        }
    }

    private void done() {
        busy = false;
        next();
    }

    /** A peer whose log goes on where ours is frozen has not heard of the fork. */
    void tell(PeerId peer, List<IssuerId> issuers) {
        for (IssuerId issuer : issuers) {
            proof(issuer).ifPresent(proof -> network.sendTo(process, peer, new ProfileMessage(proof).encode()));
        }
    }

    /** A peer that claims more of a log and sends nothing may know of a fork. */
    void suspect(PeerId peer, IssuerId issuer) {
        network.call(
                process,
                peer,
                asked -> asked.forks().encodedProof(issuer),
                proof -> proof.map(ForkProof::decode).ifPresent(this::take));
    }

    private Optional<ForkProof> proof(IssuerId issuer) {
        return registry.disk().log(issuer).flatMap(ModelledDisk.Log::fork);
    }

    private Optional<byte[]> encodedProof(IssuerId issuer) {
        return proof(issuer).map(ForkProof::encode);
    }

    private Optional<SignedEvent> held(IssuerId issuer, long sequence) {
        return registry.disk()
                .log(issuer)
                .filter(log -> sequence < log.held().size())
                .map(log -> log.held().get(Math.toIntExact(sequence)));
    }

    private Optional<byte[]> encodedHashes(IssuerId issuer, List<Long> sequences) {
        ByteBuffer out = ByteBuffer.allocate(sequences.size() * (Long.BYTES + Hash.BYTES));
        for (long sequence : sequences) {
            held(issuer, sequence)
                    .ifPresent(event -> out.putLong(sequence).put(event.hash().bytes()));
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return Optional.of(bytes);
    }

    private Optional<BranchStatement> statement(IssuerId issuer, long sequence) {
        return registry.disk()
                .log(issuer)
                .filter(log -> sequence < log.held().size())
                .flatMap(log ->
                        BranchStatement.of(List.of(), log.held().listIterator(Math.toIntExact(sequence)), verifier));
    }

    private void settle(Divergence divergence) {
        IssuerId issuer = divergence.issuer();
        network.call(process, divergence.peer(), peer -> peer.forks().encodedProof(issuer), proof -> {
            boolean told = proof.isPresent() && take(ForkProof.decode(proof.get()));
            boolean frozen = registry.disk()
                    .log(issuer)
                    .flatMap(ModelledDisk.Log::frozenAt)
                    .isPresent();
            if (told || frozen) {
                done();
            } else {
                search(divergence, new ForkSearch(divergence.sequence()), 0);
            }
        });
    }

    private boolean take(ForkProof proof) {
        boolean isNew = registry.proven(proof).kind() == Verdict.Kind.ACCEPT;
        if (isNew) {
            network.gossip(process.node(), new ProfileMessage(proof).encode(), null);
        }
        return isNew;
    }

    private void search(Divergence divergence, ForkSearch search, int round) {
        List<Long> asked = round == 0 ? List.of(divergence.sequence()) : search.next();
        if (asked.isEmpty() || round == MAX_ROUNDS) {
            search.found().ifPresentOrElse(point -> prove(divergence, point), this::done);
            return;
        }
        IssuerId issuer = divergence.issuer();
        network.call(process, divergence.peer(), peer -> peer.forks().encodedHashes(issuer, asked), answer -> {
            Map<Long, Boolean> equal = new HashMap<>();
            answer.ifPresent(bytes -> {
                ByteBuffer in = ByteBuffer.wrap(bytes);
                while (in.hasRemaining()) {
                    long sequence = in.getLong();
                    byte[] hash = new byte[Hash.BYTES];
                    in.get(hash);
                    held(issuer, sequence)
                            .ifPresent(ours -> equal.put(sequence, ours.hash().equals(Hash.wrap(hash))));
                }
            });
            boolean differs = round > 0 || equal.containsValue(false);
            if (answer.isEmpty() || !differs) {
                done();
            } else {
                search.compared(equal);
                search(divergence, search, round + 1);
            }
        });
    }

    private void prove(Divergence divergence, long point) {
        IssuerId issuer = divergence.issuer();
        network.call(
                process,
                divergence.peer(),
                peer -> peer.forks().statement(issuer, point).map(BranchStatement::encode),
                theirs -> {
                    Optional<BranchStatement> ours = statement(issuer, point);
                    if (theirs.isPresent() && ours.isPresent()) {
                        try {
                            take(new ForkProof(ours.get(), BranchStatement.decode(theirs.get())));
                        } catch (MalformedException e) {
                            // the peer's event is no other one at this place: it has changed its mind, or lies
                        }
                    }
                    done();
                });
    }
}
