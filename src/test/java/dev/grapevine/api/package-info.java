/** The HTTP API as strangers meet it: its description, its problem pages, bad input, generated clients, a browser. */
package dev.grapevine.api;
