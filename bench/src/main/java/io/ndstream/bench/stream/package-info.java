/** Batches into a Python client, beside the least that gRPC can do. */
package io.ndstream.bench.stream;
