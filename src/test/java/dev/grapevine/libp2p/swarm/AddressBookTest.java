package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressBookTest {

    private static final PeerId SELF = TestPeers.id(0);
    private static final PeerId PEER = TestPeers.id(1);

    private long nowMillis = 5;
    private final AddressBook book = new AddressBook(SELF, () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));

    @Test
    void givesFirstWhatWorkedThenWhatIsCertifiedThenWhatWasTold() {
        book.heard(PEER, List.of(address(1), address(2)));
        book.certify(signed(1, address(2), address(3)));
        book.worked(PEER, address(4));
        book.worked(PEER, address(5));

        assertThat(book.addresses(PEER)).containsExactly(address(5), address(4), address(2), address(3), address(1));
        assertThat(book.proven(PEER))
                .contains(new KnownPeer(PEER, signed(1, address(2), address(3)), List.of(address(5), address(4))));
    }

    @Test
    void theNewestRecordWins() {
        assertThat(book.certify(signed(5, address(5)))).isEqualTo(AddressBook.Certified.TAKEN);
        assertThat(book.certify(signed(5, address(5)))).isEqualTo(AddressBook.Certified.CONFIRMED);
        assertThat(book.certify(signed(5, address(6)))).isEqualTo(AddressBook.Certified.OUTDATED);
        assertThat(book.certify(signed(4, address(4)))).isEqualTo(AddressBook.Certified.OUTDATED);
        assertThat(book.addresses(PEER)).containsExactly(address(5));

        assertThat(book.certify(signed(6, address(6)))).isEqualTo(AddressBook.Certified.TAKEN);
        assertThat(book.addresses(PEER)).containsExactly(address(6));
    }

    @Test
    void forgetsWhatIsNotConfirmedHearsayFirst() {
        book.certify(signed(1, address(1)));
        book.worked(PEER, address(2));
        book.heard(PEER, List.of(address(3)));

        nowMillis += AddressBook.HEARD_MILLIS;
        assertThat(book.addresses(PEER)).containsExactly(address(2), address(1));
        book.certify(signed(1, address(1)));
        nowMillis += AddressBook.PROVEN_MILLIS - AddressBook.HEARD_MILLIS;
        assertThat(book.addresses(PEER)).containsExactly(address(1));
        nowMillis += AddressBook.HEARD_MILLIS;
        assertThat(book.addresses(PEER)).isEmpty();
        assertThat(book.size()).isZero();
    }

    @Test
    void hearsayDisplacesOnlyHearsay() {
        book.certify(signed(1, address(1)));
        List<PeerId> told = IntStream.range(2, AddressBook.MAX_PEERS + 2)
                .mapToObj(TestPeers::id)
                .toList();
        for (PeerId peer : told) {
            nowMillis++;
            book.heard(peer, List.of(address(9)));
        }

        assertThat(book.size()).isEqualTo(AddressBook.MAX_PEERS);
        assertThat(book.addresses(told.getFirst())).isEmpty();
        assertThat(book.addresses(told.getLast())).containsExactly(address(9));
        assertThat(book.peers()).startsWith(PEER).hasSize(AddressBook.MAX_PEERS);
    }

    @Test
    void keepsTheLatestAddressesOfAPeerUpToTheLimit() {
        List<Multiaddr> many = IntStream.rangeClosed(1, AddressBook.MAX_ADDRESSES + 1)
                .mapToObj(AddressBookTest::address)
                .toList();
        book.heard(PEER, many);

        assertThat(book.addresses(PEER))
                .hasSize(AddressBook.MAX_ADDRESSES)
                .doesNotContain(many.getFirst())
                .startsWith(many.getLast());
        book.certify(signed(1, many.toArray(Multiaddr[]::new)));
        assertThat(book.addresses(PEER)).hasSize(AddressBook.MAX_ADDRESSES);
    }

    @Test
    void takesNoAddressesOfThisHostAndRemembersThoseOfOthers() {
        KnownPeer known = new KnownPeer(PEER, signed(7, address(1)), List.of(address(2), address(3)));
        book.heard(SELF, List.of(address(1)));
        book.remember(new KnownPeer(SELF, null, List.of(address(1))));
        book.remember(known);

        assertThat(book.peers()).containsExactly(PEER);
        assertThat(book.proven(PEER)).contains(known);
        book.forget(PEER);
        assertThat(book.peers()).isEmpty();
    }

    private static SignedPeerRecord signed(long seq, Multiaddr... addresses) {
        return SignedPeerRecord.sign(TestPeers.key(1), seq, new ArrayList<>(List.of(addresses)));
    }

    private static Multiaddr address(int port) {
        return Multiaddr.parse("/ip4/10.0.0.1/udp/" + port + "/quic-v1");
    }
}
