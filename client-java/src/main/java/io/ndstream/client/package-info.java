/**
 * The Java client: a thin typed layer over the generated stubs. Answers are the messages of {@code
 * ndstream.v1}; {@link io.ndstream.client.NdArray} reads their tensors, {@link
 * io.ndstream.client.NdstreamException} carries their errors.
 */
package io.ndstream.client;
