package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query has come to.
 *
 * @param closest the closest peers that have answered, the closest first
 * @param providers who provides what was asked for
 * @param value the best value; null where there is none, or none was asked for
 * @param stored peers that have taken a record
 */
record Result(
        List<PeerId> closest,
        List<PeerId> providers,
        @Nullable Bytes value,
        int stored) {

    Result {
        closest = List.copyOf(closest);
        providers = List.copyOf(providers);
    }
}
