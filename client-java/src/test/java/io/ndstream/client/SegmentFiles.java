package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a server that offers shared memory in a directory has made there. */
record SegmentFiles(Path directory) {
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  List<Path> all() {
    return list(directory)
        .filter(path -> name(path).startsWith("ndstream-"))
        .flatMap(SegmentFiles::list)
        .filter(path -> !name(path).equals("lock"))
        .toList();
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  void awaitNone() throws InterruptedException {
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!all().isEmpty()) {
      assertThat(System.nanoTime()).as("files are left: %s", all()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
