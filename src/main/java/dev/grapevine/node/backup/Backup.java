package dev.grapevine.node.backup;

import dev.grapevine.libp2p.multiformats.Varint;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.RegistryBackup;
import dev.grapevine.node.registry.RegistryBackup.Part;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes the whole node down while it runs. */
public final class Backup {

    private final RegistryBackup registry;
    private final OtherRows others;
    private final String network;
    private final InstantSource clock;

    Backup(RegistryBackup registry, OtherRows others, String network, InstantSource clock) {
        this.registry = registry;
        this.others = others;
        this.network = network;
        this.clock = clock;
    }

    /** The file, a frame a piece, with the demand of the subscriber. The registry is as it is at one moment. */
    public Flux<byte[]> write() {
        return Flux.defer(() -> {
            AtomicReference<Hash> chain = new AtomicReference<>(BackupFrame.NOTHING);
            Flux<BackupFrame> frames = Flux.concat(
                    Flux.just(new BackupFrame.Header(network, clock.millis())),
                    registry.read().map(Backup::frame),
                    others.read());
            return frames.map(BackupFrame::encode)
                    .doOnNext(frame -> chain.set(Hash.of(chain.get().bytes(), frame)))
                    .concatWith(Mono.fromSupplier(() -> new BackupFrame.End(chain.get()).encode()))
                    .map(Backup::framed);
        });
    }

    private static BackupFrame frame(Part part) {
        return switch (part) {
            case Part.LogRun run -> new BackupFrame.Run(run);
            case Part.Credential credential -> new BackupFrame.Credential(credential);
        };
    }

    private static byte[] framed(byte[] message) {
        ByteBuffer out = ByteBuffer.allocate(Varint.size(message.length) + message.length);
        Varint.write(message.length, out);
        return out.put(message).array();
    }
}
