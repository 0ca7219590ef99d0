/** Status lists over HTTP, and the VC-API's way to set a status. */
@NullMarked
package dev.grapevine.node.status.web;

import org.jspecify.annotations.NullMarked;
