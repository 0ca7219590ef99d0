package dev.grapevine.node.network;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.registry.PublicObjects;
import java.util.ArrayList;
import java.util.List;

/** Some of the objects asked for by digest: as they are, each to be checked by whoever asked. */
record ObjectsPage(List<byte[]> objects) {

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        objects.forEach(object -> out.bytes(1, object));
        return out.toByteArray();
    }

    /** @throws MalformedException for what is no page, or where an object is too long */
    static ObjectsPage decode(byte[] frame) {
        List<byte[]> objects = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    byte[] object = in.bytes();
                    if (object.length > PublicObjects.MAX_BYTES) {
                        throw new MalformedException("an object of " + object.length + " bytes");
                    }
                    objects.add(object);
                }
                default -> in.skip();
            }
        }
        return new ObjectsPage(objects);
    }
}
