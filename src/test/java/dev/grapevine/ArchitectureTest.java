package dev.grapevine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.grapevine.node.NodeApplication;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.modulith.core.ApplicationModules;

/** The arrows of the design, and the house rules that a machine can hold. */
class ArchitectureTest {

    private static final String LIBP2P = "dev.grapevine.libp2p";
    private static final String NODE = "dev.grapevine.node";

    private static final JavaClasses CODE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.grapevine");

    /** Who may know whom inside the library. Protocols do not know each other; the package at the top knows all. */
    private static final Map<String, Set<String>> LIBP2P_ARROWS = Map.ofEntries(
            entry("multiformats", Set.of()),
            entry("crypto", Set.of("multiformats")),
            entry("sockets", Set.of()),
            entry("swarm", Set.of("multiformats", "crypto")),
            entry("tls", Set.of("multiformats", "crypto", "swarm")),
            entry("noise", Set.of("multiformats", "crypto", "swarm")),
            entry("yamux", Set.of("multiformats", "crypto", "swarm")),
            entry("upgrade", Set.of("multiformats", "crypto", "swarm", "yamux")),
            entry("dns", Set.of("swarm", "sockets")),
            entry("quic", Set.of("multiformats", "crypto", "swarm", "tls", "sockets")),
            entry("tcp", Set.of("multiformats", "crypto", "swarm", "upgrade", "sockets")),
            entry("identify", Set.of("multiformats", "crypto", "swarm")),
            entry("ping", Set.of("multiformats", "crypto", "swarm")),
            entry("gossipsub", Set.of("multiformats", "crypto", "swarm")),
            entry("autonat", Set.of("multiformats", "crypto", "swarm")),
            entry("kad", Set.of("multiformats", "crypto", "swarm")),
            entry("mdns", Set.of("multiformats", "crypto", "swarm", "sockets")));

    /** Who may know whom inside the node. Nobody knows storage and access: what they do reaches others as beans and filters. */
    private static final Map<String, Set<String>> NODE_ARROWS = Map.ofEntries(
            entry("start", Set.of()),
            entry("problem", Set.of()),
            entry("tracing", Set.of()),
            entry("identity", Set.of("start")),
            entry("credential", Set.of("problem", "identity")),
            entry("profile", Set.of("identity", "tracing")),
            entry("challenge", Set.of("identity", "credential")),
            entry("fetch", Set.of("start", "credential")),
            entry("status", Set.of("problem", "identity", "credential", "audit", "sql")),
            entry("sql", Set.of()),
            entry("audit", Set.of("sql")),
            entry("trust", Set.of("problem", "identity", "audit", "start")),
            entry(
                    "registry",
                    Set.of(
                            "start",
                            "problem",
                            "identity",
                            "credential",
                            "status",
                            "profile",
                            "trust",
                            "audit",
                            "sql",
                            "tracing")),
            entry("network", Set.of("problem", "identity", "profile", "registry", "start", "tracing")),
            entry("backup", Set.of("problem", "identity", "profile", "registry", "audit", "sql", "start")),
            entry("storage", Set.of("identity", "start")),
            entry("access", Set.of("problem", "start", "audit", "sql")),
            entry("operations", Set.of("start", "tracing", "identity")));

    @Test
    void libp2pKnowsNeitherSpringNorTheNode() {
        noClasses()
                .that()
                .resideInAPackage(LIBP2P + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", NODE + "..", "dev.grapevine.cli..", "reactor..")
                .check(CODE);
    }

    @Test
    void theArrowsOfLibp2pAreNeverReversed() {
        check(LIBP2P, LIBP2P_ARROWS);
    }

    @Test
    void theArrowsOfTheNodeAreNeverReversed() {
        check(NODE, NODE_ARROWS);
    }

    @Test
    void theModulesAreModules() {
        ApplicationModules.of(NodeApplication.class).verify();
    }

    @Test
    void onlyTheNetworkModuleUsesLibp2pBeyondItsValues() {
        noClasses()
                .that()
                .resideInAPackage(NODE + "..")
                .and()
                .resideOutsideOfPackage(NODE + ".network..")
                .should()
                .dependOnClassesThat(resideInAPackage(LIBP2P + "..")
                        .and(not(resideInAnyPackage(LIBP2P + ".multiformats..", LIBP2P + ".crypto.."))))
                .check(CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage", "access"})
    void theEdgesKnowNothingOfLibp2p(String module) {
        noClasses()
                .that()
                .resideInAPackage(NODE + "." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LIBP2P + "..")
                .check(CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage", "access", "operations", "backup"})
    void nobodyKnowsTheEdges(String module) {
        noClasses()
                .that()
                .resideOutsideOfPackage(NODE + "." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NODE + "." + module + "..")
                .check(CODE);
    }

    @Test
    void keyFilesKnowKeysAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.grapevine.keys..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.grapevine..", "org.springframework..", "reactor..")
                        .and(not(resideInAnyPackage(
                                "dev.grapevine.keys..", LIBP2P + ".multiformats..", LIBP2P + ".crypto.."))))
                .check(CODE);
    }

    /** And reads and writes key files, which it must do also where no node runs. */
    @Test
    void theCommandLineStartsTheNodeAndTalksHttpToItOtherwise() {
        noClasses()
                .that()
                .resideInAPackage("dev.grapevine.cli..")
                .should()
                .dependOnClassesThat(resideInAPackage(LIBP2P + "..")
                        .or(resideInAPackage(NODE + "..").and(not(JavaClass.Predicates.type(NodeApplication.class)))))
                .check(CODE);
    }

    @Test
    void webPackagesServeTheirModuleAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..web..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NODE + ".*.web..")
                .check(CODE);
    }

    @Test
    void onlyTransportsAndDnsTouchNettyChannels() {
        noClasses()
                .that()
                .resideInAPackage(LIBP2P + "..")
                .and()
                .resideOutsideOfPackages(
                        LIBP2P + ".quic..", LIBP2P + ".tcp..", LIBP2P + ".dns..", LIBP2P + ".sockets..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty.channel..")
                        .and(not(DescribedPredicate.describe(
                                "event loops", type -> type.getSimpleName().matches(".*EventLoop(Group)?")))))
                .check(CODE);
    }

    @Test
    void aStateOfTheLibraryKnowsOnlyValues() {
        for (String protocol : LIBP2P_ARROWS.keySet()) {
            classes()
                    .that(isState())
                    .and()
                    .resideInAPackage(LIBP2P + "." + protocol + "..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            LIBP2P + "." + protocol + "..",
                            LIBP2P + ".multiformats..",
                            LIBP2P + ".crypto..",
                            "java..",
                            "javax.crypto..",
                            "org.jspecify..")
                    .allowEmptyShould(true)
                    .check(CODE);
        }
    }

    @Test
    void aStateHasNoClockNoChanceAndNoThread() {
        noClasses()
                .that(isState())
                .should()
                .accessTargetWhere(readsTheClock())
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class, Thread.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(CODE);
    }

    @Test
    void timeAndChanceEnterInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(NODE + ".ClockConfiguration")
                .should()
                .accessTargetWhere(readsTheWallClock())
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class)
                .check(CODE);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CODE.stream()
                .map(JavaClass::getPackage)
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unmarked).isEmpty();
    }

    /** Each package beneath the root knows itself and those that the table names, and stands in the table. */
    private static void check(String root, Map<String, Set<String>> arrows) {
        Set<String> rooms = CODE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(root + "."))
                .map(name -> name.substring(root.length() + 1).replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        assertThat(arrows.keySet()).as("packages with a place in the design").containsAll(rooms);
        for (String room : rooms) {
            DescribedPredicate<JavaClass> others = resideInAPackage(root + "..");
            others = others.and(resideOutsideOfPackage(root + "." + room + ".."));
            for (String known : arrows.get(room)) {
                others = others.and(resideOutsideOfPackage(root + "." + known + ".."));
            }
            noClasses()
                    .that()
                    .resideInAPackage(root + "." + room + "..")
                    .should()
                    .dependOnClassesThat(others.as("belong to a package that %s may not know", room))
                    .check(CODE);
        }
    }

    private static DescribedPredicate<JavaClass> isState() {
        return DescribedPredicate.describe("are states", type -> {
            String name = type.getName();
            return name.replaceFirst("\\$.*", "").endsWith("State");
        });
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
        return readsTheWallClock()
                .or(DescribedPredicate.describe(
                        "reads a monotonic clock", access -> isMethod(access, System.class, "nanoTime")));
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheWallClock() {
        return DescribedPredicate.describe("reads the wall clock", access -> {
            boolean javaTime = access.getTargetOwner().getPackageName().equals(Instant.class.getPackageName());
            return (javaTime && access.getName().equals("now"))
                    || (javaTime && access.getName().startsWith("system"))
                    || isMethod(access, System.class, "currentTimeMillis");
        });
    }

    private static boolean isMethod(JavaAccess<?> access, Class<?> owner, String name) {
        return access.getTargetOwner().isEquivalentTo(owner) && access.getName().equals(name);
    }
}
