package dev.grapevine.libp2p.crypto;

import java.security.GeneralSecurityException;

/** Checks signatures of one public key. Safe for use by several threads. */
interface Verifier {

    /** Of a key that cannot sign anything: every signature is wrong. */
    Verifier NONE = (data, signature) -> false;

    /**
     * Whether the signature is right.
     *
     * @throws GeneralSecurityException where it is not even well-formed
     */
    boolean verify(byte[] data, byte[] signature) throws GeneralSecurityException;
}
