package dev.grapevine.node.backup;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.start.StartProblem;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

/** Restores a file before the issuer's log is added to: a log that began anew would fork the one in the file. */
final class RestoreAtStart implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreAtStart.class);

    private static final int READ_BYTES = 64 * 1024;

    private final Restore restore;
    private final @Nullable Path file;
    private final int phase;
    private volatile boolean running;

    /** @param phase after which the registry takes logs in, and before which nothing is signed */
    RestoreAtStart(Restore restore, @Nullable Path file, int phase) {
        this.restore = restore;
        this.file = file;
        this.phase = phase;
    }

    @Override
    public void start() {
        running = true;
        Path backup = file;
        if (backup == null) {
            return;
        }
        try {
            LOG.info("Restoring {} …", backup);
            Restore.Result result = restore.read(bytes(backup)).toFuture().join();
            LOG.info(
                    "Restored {}: {} events ({} refused), {} credentials, {} keys and entries of the audit.",
                    backup,
                    result.events(),
                    result.refusedEvents(),
                    result.credentials(),
                    result.rows());
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartProblem(
                    "The backup " + backup + " cannot be restored: "
                            + (cause instanceof MalformedException ? cause.getMessage() : cause.toString()),
                    "Give a whole backup of this network in grapevine.backup.restore-from (./grapevine node --restore), or"
                            + " start without it.",
                    e);
        }
    }

    private static Flux<byte[]> bytes(Path file) {
        return DataBufferUtils.read(file, DefaultDataBufferFactory.sharedInstance, READ_BYTES)
                .map(RestoreAtStart::bytes);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
