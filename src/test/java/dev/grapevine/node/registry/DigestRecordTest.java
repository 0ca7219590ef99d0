package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.trust.TrustLevel;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Byte by byte what docs/wire.md says. */
class DigestRecordTest {

    private static final String COMMITMENT = "c0".repeat(32);

    private final IssuerLogFixture log = new IssuerLogFixture(7);
    private final String key =
            HexFormat.of().formatHex(log.inceptionKey.publicKey().encoded());

    @Test
    void anIssuerIsItsKeyItsHeadAndWhatItsLogSaysOfIt() {
        log.describe("Łódź");
        LogHead head = log.headAfter(1);

        assertThat(issuer(row(5, "Łódź", Optional.empty(), head), head))
                .isEqualTo("00000024" + key + "0000000000000000" + head.hash().hex() + "00000024" + key + "00000007"
                        + "c581c3b364c5ba" + "00");
    }

    @Test
    void theKeyThatSignsNowAndTheAliasCount() {
        log.describe("Łódź");
        log.rotate(IssuerLogFixture.privateKey(99), log.inceptionKey);
        LogHead head = log.headAfter(2);
        String newKey = HexFormat.of()
                .formatHex(IssuerLogFixture.privateKey(99).publicKey().encoded());

        assertThat(issuer(row(6, "a", Optional.of("did:web:a"), head), head))
                .isEqualTo("00000024" + key + "0000000000000001" + head.hash().hex() + "00000024" + newKey + "00000001"
                        + "61" + "01" + "00000009" + "6469643a7765623a61");
    }

    @Test
    void aProfileIsItsStateAndTheBodyThatIsHeld() {
        ProfileState state = state(OptionalLong.empty(), Optional.empty(), Optional.empty());

        assertThat(profile(state, Optional.of(Hash.parseHex(COMMITMENT))))
                .isEqualTo(
                        "00000024" + key + "00112233445566778899aabbccddeeff" + "0000000000000003" + "0000000000000100"
                                + "0000000000000004" + COMMITMENT + "00" + "00" + "00" + "00" + "01" + COMMITMENT);
    }

    @Test
    void everyStatusFieldCounts() {
        ProfileState state = state(OptionalLong.of(9), Optional.of("left"), Optional.of(512L));

        assertThat(profile(state, Optional.empty()))
                .isEqualTo("00000024" + key + "00112233445566778899aabbccddeeff" + "0000000000000003"
                        + "0000000000000100"
                        + "0000000000000004" + COMMITMENT + "01" + "0000000000000200" + "01" + "0000000000000009" + "01"
                        + "00000004" + "6c656674" + "01" + "000000000000000a" + "00");
    }

    private static ProfileState state(OptionalLong revoked, Optional<String> reason, Optional<Long> validUntil) {
        return new ProfileState(
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                3,
                256,
                4,
                Hash.parseHex(COMMITMENT),
                validUntil,
                revoked,
                reason,
                revoked.isPresent() ? OptionalLong.of(10) : OptionalLong.empty());
    }

    private static String issuer(IssuerRow row, LogHead head) {
        return HexFormat.of().formatHex(DigestRecord.issuer(row, head));
    }

    private String profile(ProfileState state, Optional<Hash> held) {
        return HexFormat.of().formatHex(DigestRecord.profile(log.issuer, state, held));
    }

    private IssuerRow row(long id, String name, Optional<String> didWeb, LogHead head) {
        return new IssuerRow(
                id,
                log.issuer,
                name,
                didWeb,
                Optional.of(head),
                Hash.wrap(new byte[Hash.BYTES]),
                ForkMark.NONE,
                TrustLevel.KNOWN,
                0);
    }
}
