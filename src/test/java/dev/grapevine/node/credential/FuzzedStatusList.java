package dev.grapevine.node.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.StatusList.NoListException;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The bits of a status list, compressed and as text; a credential that holds one; and an entry that names one. */
public final class FuzzedStatusList {

    private FuzzedStatusList() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                zipped -> bits(Bitstring.decode(Multibase.BASE64URL.encode(zipped))),
                text -> bits(Bitstring.decode(new String(text, UTF_8))),
                FuzzedStatusList::credential);
    }

    private static void bits(Bitstring bits) {
        long entries = bits.entries(1);
        Property.holds(entries <= (long) Bitstring.MAX_BYTES * Byte.SIZE, "what is expanded is bounded");
        if (entries > 0) {
            bits.value(entries - 1, 1);
        }
        if (entries < 100_000) { // zipping takes long
            Property.same(bits, Property.taken(bits.encode(), Bitstring::decode));
        }
    }

    private static void credential(byte[] json) {
        if (CredentialJson.parse(json) instanceof ObjectNode object) {
            StatusEntry.read(object, new ModelRules(Optional.empty()))
                    .ifPresent(entry -> Property.holds(entry.index().signum() >= 0, "a place is not negative"));
            try {
                bits(StatusList.of("https://a.example/1", object).bits());
            } catch (NoListException refused) {
                Property.holds(!refused.problem().detail().isEmpty(), "what is refused is told");
            }
        }
    }
}
