package dev.grapevine.lab;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Spoils something when all is well, so that one sees that the drill notices. */
enum Sabotage {
    NONE {
        @Override
        void spoil(LabNetwork network, List<Ledger> ledgers) {}
    },

    /** A profile is gone from the last node's database. */
    LOSE {
        @Override
        void spoil(LabNetwork network, List<Ledger> ledgers) throws IOException {
            execute(
                    network,
                    "DELETE FROM profiles WHERE ctid = (SELECT ctid FROM profiles WHERE body IS NOT NULL LIMIT 1)");
        }
    },

    /** The last node's database has the older content of somebody. */
    OUTDATE {
        @Override
        void spoil(LabNetwork network, List<Ledger> ledgers) throws IOException {
            execute(
                    network,
                    "UPDATE profiles SET version_sequence = published_sequence WHERE ctid = (SELECT ctid FROM profiles"
                            + " WHERE version_sequence <> published_sequence AND body IS NOT NULL LIMIT 1)");
        }
    },

    /** Somebody erased is back on the last node. */
    RESURRECT {
        @Override
        void spoil(LabNetwork network, List<Ledger> ledgers) throws IOException {
            execute(
                    network,
                    "UPDATE profiles p SET erased_sequence = NULL, username = 'n1-0', body = q.body, salt = q.salt"
                            + " FROM (SELECT body, salt FROM profiles WHERE body IS NOT NULL LIMIT 1) q WHERE p.ctid ="
                            + " (SELECT ctid FROM profiles WHERE erased_sequence IS NOT NULL LIMIT 1)");
        }
    },

    /** An acknowledged publish that no node has heard of. */
    FORGET {
        @Override
        void spoil(LabNetwork network, List<Ledger> ledgers) {
            ledgers.getFirst().published(new Op(Op.Kind.PUBLISH, "forgotten", 1), 1_000_000, Optional.empty());
        }
    };

    abstract void spoil(LabNetwork network, List<Ledger> ledgers) throws IOException;

    private static void execute(LabNetwork network, String sql) throws IOException {
        try {
            if (network.nodes().getLast().database().execute(sql) != 1) {
                throw new IOException("there was nothing to spoil");
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
