package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ProfileBodyTest {

    private static final String MINIMAL = "\"username\":\"ada\",\"displayName\":\"Ada\"";

    @Test
    void whatIsEncodedParsesToTheSame() {
        ObjectNode claims = JsonMapper.shared().createObjectNode().put("degree", "BSc \uD83D\uDE00");
        ProfileBody body = new ProfileBody(
                "ada", "Ada", Optional.of("did:example:ada"), claims, Optional.of(Hash.of()), Visibility.PUBLIC);
        assertThat(ProfileBody.parse(body.encode())).isEqualTo(body);
    }

    @Test
    void membersOfLaterVersionsArePassedOver() {
        ProfileBody body = parse("{" + MINIMAL + ",\"later\":{\"x\":[1]}}");
        assertThat(body.username()).isEqualTo("ada");
        assertThat(body.visibility()).isEqualTo(Visibility.PRIVATE);
        assertThat(body.publicClaims().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"username\":\"ada\"}",
                "{\"username\":\"ada\",\"username\":\"ada\",\"displayName\":\"Ada\"}",
                "{\"username\":\"Ada\",\"displayName\":\"Ada\"}",
                "{\"username\":\"import\",\"displayName\":\"Ada\"}",
                "{\"username\":\"a/b\",\"displayName\":\"Ada\"}",
                "{\"username\":7,\"displayName\":\"Ada\"}",
                "{\"username\":\"ada\",\"displayName\":\"  \"}",
                "{\"username\":\"ada\",\"displayName\":\"A\\u0000da\"}",
                "{\"username\":\"ada\",\"displayName\":\"A\\ud800da\"}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"visibility\":\"secret\"}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"publicClaims\":[]}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"publicClaims\":{\"n\":1e400}}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"publicClaims\":{\"n\":1e99999999999}}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"publicClaims\":{\"\\u0000\":1}}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\",\"credentialDigest\":\"abc\"}",
                "{\"username\":\"ada\",\"displayName\":\"Ada\"} {}",
                "\uFEFF{\"username\":\"ada\",\"displayName\":\"Ada\"}",
                "{\"username\":\"ada\",\"displayName\":NaN}"
            })
    void refusesWhatIsNoBody(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] bytes = ("{" + MINIMAL + "}").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 4] = (byte) 0xff;
        assertThatThrownBy(() -> ProfileBody.parse(bytes)).isInstanceOf(MalformedException.class);
    }

    @Test
    void depthSixteenIsTheDeepest() {
        assertThatCode(() -> parse(nested(15))).doesNotThrowAnyException();
        assertThatThrownBy(() -> parse(nested(16))).isInstanceOf(MalformedException.class);
    }

    @Test
    void eightKibibytesAreTheLongest() {
        String frame = "{" + MINIMAL + ",\"publicClaims\":{\"x\":\"\"}}";
        String filler = "x".repeat(ProfileLimits.MAX_BODY_BYTES - frame.length());
        assertThatCode(() -> parse(frame.replace("\"\"", "\"" + filler + "\""))).doesNotThrowAnyException();
        assertThatThrownBy(() -> parse(frame.replace("\"\"", "\"x" + filler + "\"")))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void usernamesAreAsciiLowerCaseAndAtMostSixtyFour() {
        assertThat(Usernames.isValid("a")).isTrue();
        assertThat(Usernames.isValid("0.a_b-c")).isTrue();
        assertThat(Usernames.isValid("a".repeat(64))).isTrue();
        assertThat(Usernames.isValid("a".repeat(65))).isFalse();
        assertThat(Usernames.isValid("")).isFalse();
        assertThat(Usernames.isValid(".a")).isFalse();
        assertThat(Usernames.isValid("ä")).isFalse();
        assertThat(Usernames.isValid("a\n")).isFalse();
        assertThat(Usernames.isValid("stream")).isFalse();
    }

    /** An object with that many more objects nested in it. */
    private static String nested(int deeper) {
        return "{" + MINIMAL + ",\"publicClaims\":" + "{\"a\":".repeat(deeper - 1) + "{}" + "}".repeat(deeper - 1)
                + "}";
    }

    private static ProfileBody parse(String json) {
        return ProfileBody.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
