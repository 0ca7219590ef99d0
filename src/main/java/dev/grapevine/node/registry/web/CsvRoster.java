package dev.grapevine.node.registry.web;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a roster in CSV (RFC 4180), whose first record names the columns: the fields of a profile, {@code claims.x} and
 * {@code publicClaims.x} for claims. Every value is text; an empty cell says nothing. One thread at a time.
 */
final class CsvRoster {

    private static final Set<String> COLUMNS =
            Set.of("username", "displayName", "subject", "evidence", "visibility", "validUntil");
    private static final List<String> OBJECTS = List.of("claims", "publicClaims");

    private @Nullable List<String> header;

    /**
     * Takes the next record.
     *
     * @return the person in it; null for the header
     * @throws InvalidFieldsException where the header has unknown columns, or one twice: then nothing can be read
     */
    @Nullable
    RosterLine read(RecordSplitter.Piece piece) {
        List<String> columns = header;
        if (columns == null) {
            header = checked(fields(piece));
            return null;
        }
        return piece.tooLong()
                ? RosterLine.bad(piece.number(), "longer than " + RecordSplitter.MAX_RECORD_BYTES + " bytes")
                : new RosterLine(piece.number(), () -> person(columns, fields(piece)));
    }

    private static List<String> checked(List<String> columns) {
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            boolean claim = OBJECTS.stream()
                    .anyMatch(object -> column.startsWith(object + ".") && column.length() > object.length() + 1);
            if (!claim && !COLUMNS.contains(column)) {
                throw new InvalidFieldsException("", "line 1: '" + column + "' is no column of a roster");
            }
            if (!seen.add(column)) {
                throw new InvalidFieldsException("", "line 1: the column '" + column + "' stands there twice");
            }
        }
        return columns;
    }

    private static List<String> fields(RecordSplitter.Piece piece) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(piece.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidFieldsException("", "not UTF-8");
        }
        try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(text)) {
            return csv.iterator().next().getFields();
        } catch (CsvParseException | IOException e) {
            throw new InvalidFieldsException("", "not CSV: " + e.getMessage());
        }
    }

    private static ObjectNode person(List<String> columns, List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new InvalidFieldsException("", "has " + cells.size() + " fields, the header " + columns.size());
        }
        ObjectNode person = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < cells.size(); i++) {
            String column = columns.get(i);
            String cell = cells.get(i);
            if (!cell.isEmpty()) {
                put(person, column, cell);
            }
        }
        return checkedText(person);
    }

    private static void put(ObjectNode person, String column, String cell) {
        int dot = column.indexOf('.');
        if (dot > 0) {
            JsonNode object = person.path(column.substring(0, dot));
            ObjectNode claims = object instanceof ObjectNode there ? there : person.putObject(column.substring(0, dot));
            claims.put(column.substring(dot + 1), cell);
        } else if (column.equals("evidence")) {
            person.putArray(column).add(cell);
        } else {
            person.put(column, cell);
        }
    }

    /** Text in CSV is held to the same rules as text in JSON. */
    private static ObjectNode checkedText(ObjectNode person) {
        return ProfileReader.object(person.toString().getBytes(StandardCharsets.UTF_8));
    }
}
