package dev.grapevine.libp2p.gossipsub;

import java.util.concurrent.CompletionStage;

/** The application's side of a topic: takes its messages and says which of them are worth forwarding. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Takes a message. Called on gossipsub's executor, never on the event loop, for one message after the other in the
     * order of their arrival; the verdict may come later, from any thread and in any order.
     *
     * @return the verdict; a failure counts as {@link Verdict#IGNORE}, and so does none within
     *     {@value Validation#MAX_VALIDATION_MILLIS} ms
     */
    CompletionStage<Verdict> handle(PubsubMessage message);
}
