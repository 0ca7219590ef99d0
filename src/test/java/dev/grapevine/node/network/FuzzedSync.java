package dev.grapevine.node.network;

import dev.grapevine.fuzz.Property;
import dev.grapevine.node.network.ForkMessages.ForksPage;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;

/** The frames of catch-up: requests, and the pages that answer each. */
public final class FuzzedSync {

    private FuzzedSync() {}

    public static void take(byte[] frame) {
        Property.each(
                frame,
                bytes -> Property.equalComesBack(bytes, Request::decode, Request::encode)
                        .kind(),
                bytes -> range(Property.comesBack(bytes, RangePage::decode, RangePage::encode)),
                RangePage::countEvents,
                bytes -> Property.equalComesBack(bytes, BodiesPage::decode, BodiesPage::encode),
                bytes -> Property.equalComesBack(bytes, FrontierPage::decode, FrontierPage::encode),
                bytes -> Property.comesBack(bytes, ForksPage::decode, ForksPage::encode),
                ObjectsPage::decode);
    }

    private static void range(RangePage page) {
        page.entries().forEach(entry -> page.hashAt(entry.event().sequence()));
    }
}
