/** The W3C VC-API (w3c/vcalm) over HTTP, to verify credentials and presentations, and to issue credentials. */
@NullMarked
package dev.grapevine.node.credential.web;

import org.jspecify.annotations.NullMarked;
