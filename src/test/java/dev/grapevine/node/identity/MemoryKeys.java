package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An issuer's keys without files. */
public final class MemoryKeys implements IssuerKeys {

    private final List<PrivateKey> known = new CopyOnWriteArrayList<>();
    private final Optional<WebIdentity> web;
    private volatile PrivateKey current;

    public MemoryKeys(PrivateKey key) {
        this(key, Optional.empty());
    }

    public MemoryKeys(PrivateKey key, Optional<WebIdentity> web) {
        this.web = web;
        known.add(key);
        current = key;
    }

    /** As if somebody had put it into the key file. */
    public void add(PrivateKey key) {
        known.add(key);
    }

    /** As if the key file were lost. */
    public void forget() {
        known.clear();
    }

    @Override
    public PrivateKey signingKey() {
        return current;
    }

    @Override
    public Optional<PrivateKey> inForce(PublicKey key) {
        Optional<PrivateKey> found =
                known.stream().filter(own -> own.publicKey().equals(key)).findFirst();
        found.ifPresent(own -> current = own);
        return found;
    }

    @Override
    public PrivateKey createNext() {
        byte[] seed = current.seed();
        seed[0]++;
        PrivateKey next = PrivateKey.ofSeed(seed);
        known.add(next);
        return next;
    }

    @Override
    public boolean isWaiting(PublicKey next) {
        return known.stream().anyMatch(own -> own.publicKey().equals(next)) && !next.equals(current.publicKey());
    }

    @Override
    public Optional<WebIdentity> web() {
        return web;
    }

    @Override
    public boolean isEncrypted() {
        return false;
    }
}
