package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.FrontierTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One comparison of our frontier with a peer's: walks down the peer's tree where its digests differ from ours. Pure; one thread at a
 * time. Both trees may change meanwhile: what is found is what differed when it was asked for.
 *
 * <p>Whatever the peer answers, the walk ends: a part must have been asked for, heads must lie where they are said to, and
 * nodes that lead to no head are asked for up to a bound.
 */
final class FrontierComparison {

    /** Nodes that are asked for beyond what heads have come of it; the inner ones of an honest tree of 100,000 issuers are fewer. */
    static final int MAX_NODES_AHEAD = 8_192;

    /** Nodes on the way to a head, beyond those. */
    static final int NODES_PER_HEAD = 4;

    /** Paths that wait; an honest tree makes some 4,000 wait at each level. */
    static final int MAX_WAITING = 65_536;

    /** Logs of the peer's that end before ours and are looked at; a peer that has just joined has many. */
    static final int MAX_SHORTER = 256;

    private final PeerId peer;
    private final FrontierTree ours;
    private final OwnLogSeen own;
    private final int maxAhead;
    private final Deque<String> stack = new ArrayDeque<>();
    private final Set<String> asked = new HashSet<>();
    private final List<Ahead> ahead = new ArrayList<>();
    private final List<Divergence> divergences = new ArrayList<>();
    private final List<Divergence> shorter = new ArrayList<>();
    private boolean begun;
    private boolean answered;
    private long nodes;
    private long heads;

    /**
     * @param own the issuer of which {@link #ownHead} tells
     * @param maxAhead logs that reach further than ours, beyond which further ones are left to the next comparison
     */
    FrontierComparison(PeerId peer, FrontierTree ours, IssuerId own, int maxAhead) {
        this.peer = peer;
        this.ours = ours;
        this.own = new OwnLogSeen(own, ours);
        this.maxAhead = maxAhead;
    }

    /** Whether there is nothing left to ask. */
    boolean isDone() {
        return begun && (stack.isEmpty() || ahead.size() >= maxAhead);
    }

    /** What to ask the peer next. */
    FrontierRequest next() {
        asked.clear();
        answered = false;
        own.asking();
        if (!begun) {
            begun = true;
            asked.add("");
            return new FrontierRequest(List.of(new Node("", Optional.of(ours.digest()))));
        }
        List<Node> request = new ArrayList<>();
        while (!stack.isEmpty() && request.size() < FrontierRequest.MAX_NODES) {
            String path = stack.pop();
            asked.add(path);
            request.add(new Node(path, Optional.empty()));
        }
        nodes += request.size();
        if (nodes > MAX_NODES_AHEAD + NODES_PER_HEAD * heads) {
            throw new MalformedException("a frontier with " + heads + " heads in " + nodes + " nodes");
        }
        return new FrontierRequest(request);
    }

    /**
     * Takes a part of the answer.
     *
     * @throws MalformedException where it is none
     */
    void answered(FrontierPage page) {
        if (answered && page.parts().isEmpty()) {
            throw new MalformedException("a page with nothing on it");
        }
        answered = true;
        if (page.parts().isEmpty() && asked.contains("")) {
            own.equal("");
        }
        page.parts().forEach(this::take);
    }

    private void take(Part part) {
        String path = part.path();
        if (!asked.remove(path)) {
            throw new MalformedException("a part that was not asked for: " + path);
        }
        for (int i = 0; i < part.children().size(); i++) {
            descend(
                    path + Character.forDigit(i, FrontierTree.CHILDREN),
                    part.children().get(i));
        }
        String before = "";
        for (Head head : part.heads()) {
            String place = FrontierTree.path(head.issuer());
            if (!place.startsWith(path) || place.compareTo(before) <= 0) {
                throw new MalformedException("a head that is out of its place");
            }
            before = place;
            compare(head);
        }
        heads += part.heads().size();
    }

    private void descend(String path, Hash theirs) {
        if (path.length() > FrontierTree.MAX_PATH) {
            throw new MalformedException("a key with children");
        }
        if (theirs.equals(FrontierTree.EMPTY)) {
            return;
        }
        if (theirs.equals(ours.digest(path))) {
            own.equal(path);
        } else {
            if (stack.size() == MAX_WAITING) {
                throw new MalformedException("a frontier that differs in more than " + MAX_WAITING + " paths at once");
            }
            stack.push(path);
        }
    }

    private void compare(Head theirs) {
        own.head(theirs);
        Optional<LogHead> head = ours.head(theirs.issuer());
        if (head.isEmpty() || theirs.sequence() > head.get().sequence()) {
            if (ahead.size() < maxAhead) {
                long held = head.map(LogHead::sequence).orElse(-1L);
                ahead.add(new Ahead(theirs.issuer(), held, theirs.sequence()));
            }
        } else if (theirs.sequence() < head.get().sequence()) {
            if (shorter.size() < MAX_SHORTER) {
                shorter.add(new Divergence(theirs.issuer(), theirs.sequence(), theirs.hash(), peer));
            }
        } else if (theirs.sequence() == head.get().sequence()
                && !theirs.hash().equals(head.get().hash())
                && divergences.size() < maxAhead) {
            divergences.add(new Divergence(theirs.issuer(), theirs.sequence(), theirs.hash(), peer));
        }
    }

    /** How far the peer holds our own issuer's log, as far as the walk has shown it. */
    Optional<Head> ownHead() {
        return own.seen();
    }

    /** The peer's heads beyond ours. */
    List<Ahead> ahead() {
        return List.copyOf(ahead);
    }

    /** Heads of the peer's that are before ours, in our history or in another; not all, where there are many. */
    List<Divergence> shorter() {
        return List.copyOf(shorter);
    }

    /** Heads that the peer has in place of ours. */
    List<Divergence> divergences() {
        return List.copyOf(divergences);
    }
}
