package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One message on the profile topic: a run of events, with their bodies beside them, or the proof of a fork.
 *
 * @param entries at least one, or none and a proof; at most {@link ProfileLimits#MAX_MESSAGE_BYTES} encoded
 * @param proof that the issuer has forked its log
 */
public record ProfileMessage(List<LogEntry> entries, Optional<ForkProof> proof) {

    public ProfileMessage {
        entries = List.copyOf(entries);
        if (entries.isEmpty() == proof.isEmpty()) {
            throw new MalformedException("profile message without entries, or with a proof beside them");
        }
    }

    /** A run. */
    public ProfileMessage(List<LogEntry> entries) {
        this(entries, Optional.empty());
    }

    /** The proof of a fork. */
    public ProfileMessage(ForkProof proof) {
        this(List.of(), Optional.of(proof));
    }

    /** @throws MalformedException where it is no such message, or too long */
    public static ProfileMessage decode(byte[] message) {
        if (message.length > ProfileLimits.MAX_MESSAGE_BYTES) {
            throw new MalformedException("profile message of " + message.length + " bytes");
        }
        List<LogEntry> entries = new ArrayList<>();
        Optional<ForkProof> proof = Optional.empty();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entries.add(LogEntry.decode(in.bytes()));
                case 2 -> proof = Optional.of(ForkProof.decode(in.bytes()));
                default -> in.skip();
            }
        }
        return new ProfileMessage(entries, proof);
    }

    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        entries.forEach(entry -> out.bytes(1, entry.encode()));
        proof.ifPresent(fork -> out.bytes(2, fork.encode()));
        return out.toByteArray();
    }

    /** Divides a run into messages that each keep to the limit. Of entries of one trace, the first in a message says so. */
    public static List<ProfileMessage> split(List<LogEntry> run) {
        List<ProfileMessage> messages = new ArrayList<>();
        List<LogEntry> entries = new ArrayList<>();
        Optional<SpanContext> trace = Optional.empty();
        int bytes = 0;
        for (LogEntry entry : run) {
            if (!entries.isEmpty() && bytes + entry.messageBytes() > ProfileLimits.MAX_MESSAGE_BYTES) {
                messages.add(new ProfileMessage(entries));
                entries.clear();
                trace = Optional.empty();
                bytes = 0;
            }
            LogEntry sent = entry.trace().equals(trace) ? entry.withTrace(Optional.empty()) : entry;
            trace = entry.trace();
            entries.add(sent);
            bytes += sent.messageBytes();
        }
        if (!entries.isEmpty()) {
            messages.add(new ProfileMessage(entries));
        }
        return messages;
    }

    /** The traces that the entries name, each once. */
    public static Set<SpanContext> traces(List<LogEntry> entries) {
        Set<SpanContext> traces = new LinkedHashSet<>();
        entries.forEach(entry -> entry.trace().ifPresent(traces::add));
        return traces;
    }

    /** The events of the entries as a run. @throws MalformedException where they are none */
    public Run run() {
        return Run.of(entries.stream().map(LogEntry::event).toList());
    }
}
