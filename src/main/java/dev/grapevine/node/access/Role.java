package dev.grapevine.node.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a caller may do. A key or token holds a set of these. */
enum Role {
    /** Browse profiles, follow changes, fetch credentials. */
    READER,
    /** Publish, change, revoke and erase profiles; a reader too. */
    ISSUER,
    /** Settings, keys and the audit; a reader too, but no issuer. */
    OPERATOR;

    /** As keys, scopes and messages name it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> parse(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }

    /** Spring Security's authorities, {@code ROLE_READER} and so on, with those that a role implies. */
    static List<GrantedAuthority> authorities(Collection<Role> roles) {
        Set<Role> all = EnumSet.noneOf(Role.class);
        all.addAll(roles);
        if (!all.isEmpty()) {
            all.add(READER);
        }
        return all.stream()
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority(role.authority()))
                .toList();
    }

    boolean isHeldBy(Authentication caller) {
        return caller.getAuthorities().stream()
                .anyMatch(authority -> authority().equals(authority.getAuthority()));
    }

    private String authority() {
        return "ROLE_" + name();
    }
}
