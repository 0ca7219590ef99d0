package dev.grapevine.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/** What earlier answers held, by name, so that later requests can speak of it: usernames, ids, cursors, ETags, credentials. */
final class Memory {

    private static final int MAX_VALUES_PER_NAME = 40;

    /** Where a request calls by another name what an answer holds. */
    private static final Map<String, List<String>> ALIASES = Map.ofEntries(
            Map.entry("cursor", List.of("next")),
            Map.entry("did", List.of("id")),
            Map.entry("issuer", List.of("id")),
            Map.entry("usernames", List.of("username")),
            Map.entry("prefix", List.of("username")),
            Map.entry("verifiableCredential", List.of("credential")),
            Map.entry("from", List.of("sequence")),
            Map.entry("If-None-Match", List.of("etag")),
            Map.entry("Last-Event-ID", List.of("sequence")),
            Map.entry("replaces", List.of("key")));

    private final Map<String, List<JsonNode>> values = new HashMap<>();
    private final List<Map<String, JsonNode>> profiles = new ArrayList<>();
    private final RandomGenerator random;
    private byte[] file = {};

    Memory(RandomGenerator random) {
        this.random = random;
    }

    void learn(JsonNode node) {
        learnProfile(node);
        node.forEachEntry((name, value) -> {
            if (value.isString() || value.isNumber() || name.equals("credential")) {
                learn(name, value);
            }
            learn(value);
        });
        if (node.isArray()) {
            node.forEach(this::learn);
        }
    }

    void learn(String name, JsonNode value) {
        keep(values.computeIfAbsent(name, key -> new ArrayList<>()), value);
    }

    /** A whole answer that is no text. The first is kept, for they grow. */
    void learnFile(byte[] bytes) {
        if (file.length == 0) {
            file = bytes;
        }
    }

    /** Such an answer; empty if there was none. */
    byte[] recallFile() {
        return file;
    }

    /** Which issuer's a profile is. Both apart would hardly ever meet again. */
    private void learnProfile(JsonNode node) {
        JsonNode issuer = node.path("issuer").isObject() ? node.path("issuer").path("id") : node.path("issuer");
        if (issuer.isString() && node.path("profileId").isString()) {
            keep(profiles, Map.of("did", issuer, "profileId", node.path("profileId")));
        }
    }

    private <T> void keep(List<T> known, T value) {
        if (known.size() < MAX_VALUES_PER_NAME) {
            known.add(value);
        } else {
            known.set(random.nextInt(MAX_VALUES_PER_NAME), value);
        }
    }

    /** Values that were seen together, of an operation that needs all of those names; empty if there are none. */
    Map<String, JsonNode> recallTogether(Set<String> names) {
        List<Map<String, JsonNode>> candidates = profiles.stream()
                .filter(profile -> profile.keySet().equals(names))
                .toList();
        return candidates.isEmpty() ? Map.of() : candidates.get(random.nextInt(candidates.size()));
    }

    /** Something that was seen under that name, or under one that means the same. */
    Optional<JsonNode> recall(String name) {
        List<JsonNode> candidates = new ArrayList<>(values.getOrDefault(name, List.of()));
        ALIASES.getOrDefault(name, List.of())
                .forEach(alias -> candidates.addAll(values.getOrDefault(alias, List.of())));
        return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(random.nextInt(candidates.size())));
    }
}
