/** The W3C VC-API (w3c/vcalm) over HTTP, as far as credentials are verified. */
@NullMarked
package dev.grapevine.node.credential.web;

import org.jspecify.annotations.NullMarked;
