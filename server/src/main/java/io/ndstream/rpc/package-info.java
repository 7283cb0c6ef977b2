/** The gRPC services: flow control, errors to statuses, listening. */
package io.ndstream.rpc;
