import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.example.grapevine.ApiClient;
import org.example.grapevine.ApiException;
import org.example.grapevine.api.ProfilesApi;
import org.example.grapevine.model.Lookup;
import org.example.grapevine.model.LookupProfiles;
import org.example.grapevine.model.PublishProfile;
import org.example.grapevine.model.PublishedProfile;

/**
 * What a program does with the client generated for Java: publish and look up one profile, then several. Compiled with the
 * client by openapi/clients.
 */
public class Try {

    public static void main(String[] args) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(args[0]);
        // The native library leaves bearer tokens to its user.
        client.setRequestInterceptor(
                request -> request.setHeader("Authorization", "Bearer " + System.getenv("GRAPEVINE_API_KEY")));
        ProfilesApi profiles = new ProfilesApi(client);
        String ada = "ada-" + UUID.randomUUID();
        String grace = "grace-" + UUID.randomUUID();
        String edith = "edith-" + UUID.randomUUID();

        PublishedProfile published = profiles.publishProfile(
                new PublishProfile().username(ada).displayName("Ada Lovelace").publicClaims(Map.of("degree", "BSc")), null);
        check(published.getCredential().containsKey("proof"), "the credential has no proof");

        Lookup found = profiles.lookupProfile(ada, null, null);
        check(
                found.getAttestations().get(0).getPublicClaims().equals(Map.of("degree", "BSc")),
                "the lookup has not what was published");

        String roster = "{\"username\":\"" + grace + "\",\"displayName\":\"Grace\"}\n"
                + "{\"username\":\"" + edith + "\",\"displayName\":\"Edith\"}\n";
        List<String> imported = Files.readAllLines(profiles.importProfiles(roster).toPath());
        check(imported.stream().filter(line -> line.contains("\"published\"")).count() == 2, "the roster is not published");

        List<String> several = Files.readAllLines(profiles.lookupProfiles(
                        new LookupProfiles().usernames(List.of(ada, grace, edith)))
                .toPath());
        check(several.stream().filter(line -> line.contains("\"profileId\"")).count() == 3, "not all are found");

        try {
            profiles.lookupProfile(ada + "-2", null, null);
            check(false, "somebody is found who is not there");
        } catch (ApiException refusal) {
            check(refusal.getCode() == 404, "nobody is found");
        }
        System.out.println("The Java client has published and looked up.");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("the Java client: " + what);
        }
    }
}
