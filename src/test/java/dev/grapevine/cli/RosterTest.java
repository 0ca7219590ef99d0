package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.cli.Roster.Person;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTest {

    private final List<Person> people = Roster.of(5_000, 7);

    @Test
    void givesEverybodyAUsernameOfTheirOwnThatTheRegistryTakes() {
        assertThat(people)
                .extracting(Person::username)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z][a-z0-9]*\\.[a-z][a-z0-9]*"));
    }

    @Test
    void namesPeopleFromAllOverTheWorldInTheirOwnScripts() {
        assertThat(people)
                .extracting(person -> person.publicClaims().get("country"))
                .contains("DE", "NG", "JP", "BR", "NZ");
        assertThat(people).extracting(Person::displayName).anyMatch(name -> name.startsWith("佐藤 "));
        assertThat(people)
                .filteredOn(person -> person.displayName().startsWith("李伟"))
                .isNotEmpty()
                .allMatch(person -> person.username().startsWith("wei.li"));
    }

    @Test
    void showsOnlyPartOfTheClaims() {
        assertThat(people).allSatisfy(person -> {
            assertThat(person.claims()).containsKeys("birthDate", "givenName");
            assertThat(person.publicClaims()).doesNotContainKey("birthDate");
        });
    }

    @Test
    void makesTheSamePeopleOfTheSameSeed() {
        assertThat(Roster.of(5_000, 7)).isEqualTo(people);
        assertThat(Roster.of(5_000, 8)).isNotEqualTo(people);
    }
}
