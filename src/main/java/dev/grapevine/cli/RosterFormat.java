package dev.grapevine.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The two formats that the import endpoint takes. */
enum RosterFormat {
    CSV("text/csv"),
    NDJSON("application/x-ndjson");

    private final String mediaType;

    RosterFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** The format that a file's name tells, if it tells one. */
    static Optional<RosterFormat> ofFile(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return Optional.of(CSV);
        }
        boolean json = name.endsWith(".ndjson") || name.endsWith(".jsonl") || name.endsWith(".json");
        return json ? Optional.of(NDJSON) : Optional.empty();
    }
}
