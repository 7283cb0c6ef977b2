package io.ndstream.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ndstream.v1.Batch;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.Tensor;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The segments in which the batches of one stream come. A batch is copied out and its segment goes
 * back at once: who has a batch keeps it as long as he likes. Arrays in place would come back when
 * the garbage collector finds them, which is too late for a stream that waits for their memory.
 */
final class BatchSegments implements AutoCloseable {
  /** Small enough for the cache. */
  private static final int PIECE = 1 << 16;

  private final Path directory;
  private final Map<String, FileChannel> files = new HashMap<>();
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

  BatchSegments(Path directory) {
    this.directory = directory;
  }

  /** False with other mounts than the server's, or as another user. */
  boolean areInReach() {
    return Files.isExecutable(directory);
  }

  /** The batch as it would have come in a message. */
  Batch received(Batch batch) {
    Set<String> segments = segments(batch);
    if (segments.isEmpty()) {
      return batch;
    }
    Batch.Builder whole = batch.toBuilder();
    if (batch.hasPixels()) {
      whole.setPixels(received(batch.getPixels()));
    }
    if (batch.hasClassMask()) {
      whole.setClassMask(received(batch.getClassMask()));
    }
    if (batch.hasInstanceMask()) {
      whole.setInstanceMask(received(batch.getInstanceMask()));
    }
    for (int i = 0; i < batch.getRaggedCount(); i++) {
      whole.setRagged(i, received(batch.getRagged(i)));
    }
    segments.forEach(this::giveBack);
    return whole.build();
  }

  private static Set<String> segments(Batch batch) {
    Stream<Tensor> large =
        Stream.of(batch.getPixels(), batch.getClassMask(), batch.getInstanceMask());
    return Stream.concat(large, batch.getRaggedList().stream())
        .filter(Tensor::hasShared)
        .map(tensor -> tensor.getShared().getSegment())
        .collect(Collectors.toSet());
  }

  private Tensor received(Tensor tensor) {
    if (!tensor.hasShared()) {
      return tensor;
    }
    SharedElements where = tensor.getShared();
    try {
      ByteString data = read(file(where.getSegment()), where.getOffset(), (int) where.getLength());
      return tensor.toBuilder().clearShared().setData(data).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a segment; a name leads to no other directory. */
  static Path path(Path directory, String segment) throws FileNotFoundException {
    if (segment.contains("/")) {
      throw new FileNotFoundException(segment + " (expected: the name of a file)");
    }
    return directory.resolve(segment);
  }

  private FileChannel file(String segment) throws IOException {
    FileChannel known = files.get(segment);
    if (known == null) {
      known =
          FileChannel.open(
              path(directory, segment),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      files.put(segment, known);
    }
    return known;
  }

  private ByteString read(FileChannel file, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      piece.clear().limit(Math.min(PIECE, length - at));
      int count = file.read(piece, offset + at);
      if (count < 0) {
        throw new EOFException(length + " bytes at " + offset);
      }
      piece.flip().get(bytes, at, count);
      at += count;
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** Sets the last four bytes of a segment to 0: it is the server's again. */
  private void giveBack(String segment) {
    try {
      FileChannel file = file(segment);
      piece.clear().putInt(0).flip();
      file.write(piece, file.size() - Integer.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      for (FileChannel file : files.values()) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
