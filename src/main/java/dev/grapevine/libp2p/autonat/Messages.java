package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What goes over the wire (specification autonat v2, "RPC Messages"). */
final class Messages {

    private Messages() {}

    /** The messages on a stream of dial-request. */
    sealed interface Message {}

    /**
     * The client asks to be dialled at one of its addresses.
     *
     * @param addresses the most important first; an empty one stands for an address of a kind not known here
     * @param nonce what the server says when it has dialled
     */
    record DialRequest(List<Optional<Multiaddr>> addresses, long nonce) implements Message {

        DialRequest {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * The server asks for data before it dials.
     *
     * @param index of the address in the request
     * @param bytes how much data
     */
    record DialDataRequest(int index, long bytes) implements Message {}

    /**
     * Some of that data.
     *
     * @param bytes how much; what it says is of no importance
     */
    record DialDataResponse(int bytes) implements Message {}

    /**
     * The server has dialled, or will not.
     *
     * @param index of the address in the request; means nothing unless the status is OK, as does the next
     */
    record DialResponse(ResponseStatus status, int index, DialStatus dialStatus) implements Message {

        /** The server has not dialled. */
        static DialResponse without(ResponseStatus status) {
            return new DialResponse(status, 0, DialStatus.UNUSED);
        }
    }

    /** What became of a request ("Requirements for ResponseStatus"). */
    enum ResponseStatus {
        E_INTERNAL_ERROR(0),
        E_REQUEST_REJECTED(100),
        E_DIAL_REFUSED(101),
        OK(200);

        final int number;

        ResponseStatus(int number) {
            this.number = number;
        }

        /** @throws MalformedException where there is none of that number */
        static ResponseStatus of(int number) {
            return Arrays.stream(values())
                    .filter(status -> status.number == number)
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("no status of a response: " + number));
        }
    }

    /** What became of a dial ("Requirements for DialStatus"). */
    enum DialStatus {
        UNUSED(0),
        E_DIAL_ERROR(100),
        E_DIAL_BACK_ERROR(101),
        OK(200);

        final int number;

        DialStatus(int number) {
            this.number = number;
        }

        /** @throws MalformedException where there is none of that number */
        static DialStatus of(int number) {
            return Arrays.stream(values())
                    .filter(status -> status.number == number)
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("no status of a dial: " + number));
        }
    }
}
