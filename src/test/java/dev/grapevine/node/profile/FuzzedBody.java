package dev.grapevine.node.profile;

import dev.grapevine.fuzz.Property;

/** The body of a profile. */
public final class FuzzedBody {

    private FuzzedBody() {}

    public static void take(byte[] json) {
        ProfileBody body = ProfileBody.parse(json);
        Property.holds(Usernames.isValid(body.username()), "a username is one");
        if (json.length <= ProfileLimits.MAX_BODY_BYTES / 8) { // written, numbers and text may be longer
            Property.comesBack(json, ProfileBody::parse, ProfileBody::encode);
        }
    }
}
