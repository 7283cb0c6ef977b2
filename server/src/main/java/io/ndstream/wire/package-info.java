/**
 * Protobuf messages to our types and back, and the marshaller that sends pixels without copying
 * them into a message first.
 */
package io.ndstream.wire;
