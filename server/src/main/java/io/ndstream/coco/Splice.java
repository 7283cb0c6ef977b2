package io.ndstream.coco;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes to the bytes of a JSON file, applied in one copy. */
final class Splice {
  private final List<Change> changes = new ArrayList<>();
  private final List<String> rootFields = new ArrayList<>();
  private long rootEnd;

  private record Change(long from, long to, String text) {}

  void insert(long at, String text) {
    changes.add(new Change(at, at, text));
  }

  void replace(long from, long to, String text) {
    changes.add(new Change(from, to, text));
  }

  /** Where the root object's closing brace lies. */
  void root(long end) {
    rootEnd = end;
  }

  /** Adds a field to the root object, which has others. */
  void addToRoot(String field) {
    rootFields.add(field);
  }

  /** Writes the changed copy and syncs it. */
  void write(Path from, Path to) throws IOException {
    rootFields.forEach(field -> insert(rootEnd, ", " + field));
    changes.sort(Comparator.comparingLong(Change::from));
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(
                to,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      long at = 0;
      for (Change change : changes) {
        copy(in, at, change.from, out);
        ByteBuffer text = StandardCharsets.UTF_8.encode(change.text);
        while (text.hasRemaining()) {
          out.write(text);
        }
        at = change.to;
      }
      copy(in, at, in.size(), out);
      out.force(true);
    }
  }

  private static void copy(FileChannel in, long from, long to, FileChannel out) throws IOException {
    long at = from;
    while (at < to) {
      at += in.transferTo(at, to - at, out);
    }
  }
}
