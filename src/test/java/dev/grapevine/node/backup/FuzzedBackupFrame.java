package dev.grapevine.node.backup;

import dev.grapevine.fuzz.Property;

/** A frame of a backup. */
public final class FuzzedBackupFrame {

    private FuzzedBackupFrame() {}

    public static void take(byte[] frame) {
        Property.comesBack(frame, BackupFrame::decode, BackupFrame::encode);
    }
}
