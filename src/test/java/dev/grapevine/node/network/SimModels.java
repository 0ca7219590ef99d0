package dev.grapevine.node.network;

import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.ModelledDisk;
import dev.grapevine.node.registry.ModelledRegistry;
import java.util.function.LongSupplier;

/** What nodes are made of; tests that show what the simulation finds break one of it. */
class SimModels {

    ModelledRegistry registry(
            ModelledDisk disk, RunVerifier verifier, LongSupplier clock, ModelledRegistry.Listener listener) {
        return new ModelledRegistry(disk, verifier, clock, listener);
    }

    SimSync.Steps steps(SyncState state) {
        return state::handle;
    }

    boolean asksBeforeSigning() {
        return true;
    }
}
