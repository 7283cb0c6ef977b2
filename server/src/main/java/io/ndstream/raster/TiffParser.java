package io.ndstream.raster;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the directories of a TIFF or BigTIFF file: enough of them to find and decode tiles. What it
 * does not expect, it refuses.
 */
final class TiffParser {
  private static final int MAX_DIRECTORIES = 256;
  private static final int MAX_VALUES = 1 << 25;
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private final FileChannel channel;
  private final long size;
  private boolean big;
  private ByteOrder order;

  private TiffParser(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * @throws IOException if this is no TIFF, or not one that is understood
   */
  static List<TiffDirectory> parse(FileChannel channel) throws IOException {
    return new TiffParser(channel).directories();
  }

  private List<TiffDirectory> directories() throws IOException {
    long next = header();
    Set<Long> seen = new HashSet<>();
    List<TiffDirectory> found = new ArrayList<>();
    while (next != 0) {
      if (!seen.add(next) || found.size() == MAX_DIRECTORIES) {
        throw new IOException("directories form a ring or are too many");
      }
      next = directory(next, found);
    }
    return found;
  }

  private long header() throws IOException {
    ByteBuffer start = bytes(0, 16);
    int mark = start.getShort(0);
    if (mark != 0x4949 && mark != 0x4d4d) {
      throw new IOException("no TIFF");
    }
    order = mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    start.order(order);
    int version = start.getShort(2);
    if (version != 42 && version != 43) {
      throw new IOException("no TIFF");
    }
    big = version == 43;
    return big ? start.getLong(8) : start.getInt(4) & 0xffffffffL;
  }

  private long directory(long at, List<TiffDirectory> into) throws IOException {
    long count = big ? bytes(at, 8).getLong(0) : bytes(at, 2).getShort(0) & 0xffff;
    if (count < 1 || count > 4096) {
      throw new IOException("directory of " + count + " entries");
    }
    int head = big ? 8 : 2;
    int entry = big ? 20 : 12;
    int tail = big ? 8 : 4;
    ByteBuffer all = bytes(at + head, (int) count * entry + tail);
    Map<Integer, ByteBuffer> entries = new HashMap<>();
    for (int i = 0; i < count; i++) {
      ByteBuffer e = all.slice(i * entry, entry).order(order);
      entries.put(e.getShort(0) & 0xffff, e);
    }
    into.add(new Fields(entries).build(at));
    int end = (int) count * entry;
    return big ? all.getLong(end) : all.getInt(end) & 0xffffffffL;
  }

  private ByteBuffer bytes(long at, int count) throws IOException {
    if (at < 0 || at > size - Math.min(count, 8)) {
      throw new EOFException("offset past the end of the file");
    }
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, at + buffer.position());
      if (n < 0 && at == 0) {
        break; // a file shorter than the larger of the two headers
      }
      if (n < 0) {
        throw new EOFException("directory cut off");
      }
    }
    ByteBuffer all = buffer.rewind();
    return order == null ? all : all.order(order);
  }

  /** The entries of one directory by tag. */
  private final class Fields {
    private final Map<Integer, ByteBuffer> entries;

    Fields(Map<Integer, ByteBuffer> entries) {
      this.entries = entries;
    }

    TiffDirectory build(long position) throws IOException {
      boolean tiled = entries.containsKey(322);
      long[] offsets = numbers(tiled ? 324 : 273);
      long[] counts = numbers(tiled ? 325 : 279);
      int samples = one(277, 1);
      return new TiffDirectory(
          order == ByteOrder.BIG_ENDIAN,
          position,
          one(254, 0),
          one(256, 0),
          one(257, 0),
          equal(258, 1),
          equal(339, 1),
          samples,
          one(259, 1),
          one(317, 1),
          one(284, 1),
          one(262, 0),
          one(266, 1),
          one(322, 0),
          tiled ? one(323, 0) : one(278, one(257, 0)),
          offsets,
          counts,
          entries.containsKey(347) ? raw(347) : null);
    }

    private int one(int tag, int absent) throws IOException {
      long[] values = numbers(tag);
      return values.length == 0 ? absent : (int) values[0];
    }

    /** A value all samples share, or 0 if they differ, which no decoder here takes. */
    private int equal(int tag, int absent) throws IOException {
      long[] values = numbers(tag);
      for (long value : values) {
        if (value != values[0]) {
          return 0;
        }
      }
      return values.length == 0 ? absent : (int) values[0];
    }

    private long[] numbers(int tag) throws IOException {
      ByteBuffer entry = entries.get(tag);
      if (entry == null) {
        return new long[0];
      }
      int type = entry.getShort(2);
      ByteBuffer data = ByteBuffer.wrap(raw(tag)).order(order);
      int bytes = TYPE_BYTES[type];
      long[] values = new long[data.capacity() / bytes];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (bytes) {
              case 1 -> data.get(i) & 0xff;
              case 2 -> data.getShort(2 * i) & 0xffff;
              case 4 -> data.getInt(4 * i) & 0xffffffffL;
              default -> data.getLong(8 * i);
            };
      }
      return values;
    }

    private byte[] raw(int tag) throws IOException {
      ByteBuffer entry = entries.get(tag);
      int type = entry.getShort(2) & 0xffff;
      long count = big ? entry.getLong(4) : entry.getInt(4) & 0xffffffffL;
      if (type >= TYPE_BYTES.length || TYPE_BYTES[type] == 0 || count < 0 || count > MAX_VALUES) {
        throw new IOException("field " + tag + " of type " + type + " with " + count + " values");
      }
      int bytes = (int) count * TYPE_BYTES[type];
      int inline = big ? 8 : 4;
      int valueAt = big ? 12 : 8;
      if (bytes > size) {
        throw new EOFException("field " + tag + " is larger than the file");
      }
      byte[] value = new byte[bytes];
      if (bytes <= inline) {
        entry.get(valueAt, value);
      } else {
        long at = big ? entry.getLong(valueAt) : entry.getInt(valueAt) & 0xffffffffL;
        ByteBuffer data = bytes(at, bytes);
        data.get(0, value);
      }
      return value;
    }
  }
}
