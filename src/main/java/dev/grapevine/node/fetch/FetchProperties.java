package dev.grapevine.node.fetch;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where documents are loaded from: status lists, schemas and DID documents of other issuers.
 *
 * @param allowedNetworks addresses and networks beside the public ones, such as {@code 10.0.0.0/8}, from which they are loaded, there by
 *     plain http too; without this no URL in a credential can reach into the network that the node is in
 */
@ConfigurationProperties("grapevine.fetch")
record FetchProperties(@DefaultValue List<String> allowedNetworks) {}
