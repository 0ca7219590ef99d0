package dev.grapevine.node.registry;

import java.util.List;

/** Something in memory that a change of the registry makes outdated. Safe for use by several threads. */
interface ChangeMemory {

    /** Forgets what changes concern. */
    void forget(List<AppliedChange> changes);

    void forgetAll();
}
