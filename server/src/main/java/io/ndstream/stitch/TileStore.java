package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The tiles of a run: the warm ones in memory, as many as the budget holds, all others in one file.
 * The file only grows, so the tile a crash finds there is always a whole one; an older state of it
 * lies before. Guarded by the run's lock.
 *
 * <p>Record: {@code [magic][length][crc32c of the rest][image][column][row][tile]}, little-endian.
 */
final class TileStore implements AutoCloseable {
  private static final int MAGIC = 0x454c4954;
  private static final int HEAD = 28;

  /** The file is made anew when more than this and half of it is outdated. */
  private static final long LITTER = 64L << 20;

  private final Path directory;
  private final Runnable beforeWriting;
  private final LinkedHashMap<Key, Entry> warm = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Key, Stored> stored = new HashMap<>();
  private long budget;
  private AppendFile file;
  private int generation;
  private long memory;
  private long live;

  /** A tile of a canvas, by column and row of the tile grid. */
  record Key(long image, int column, int row) {}

  private record Stored(long at, int length) {}

  private static final class Entry {
    final Tile tile;
    long bytes;
    boolean dirty;

    Entry(Tile tile, boolean dirty) {
      this.tile = tile;
      this.dirty = dirty;
    }
  }

  /**
   * @param budget bytes of tiles to keep in memory; those of the window being added always fit
   * @param beforeWriting makes sure that the journal is on the disk as far as the tiles are: else a
   *     crash could count a window twice
   */
  TileStore(Path directory, long budget, Runnable beforeWriting) {
    this.directory = directory;
    this.budget = budget;
    this.beforeWriting = beforeWriting;
  }

  /**
   * Opens the file of a generation, removing others, and finds the tiles in it.
   *
   * @param sound bytes of the file that were synced; what lies behind is checked
   */
  void open(int openGeneration, long sound) {
    generation = openGeneration;
    try (var files = Files.newDirectoryStream(directory, "tiles.*")) {
      for (Path path : files) {
        if (!path.equals(fileOf(generation))) {
          Files.delete(path);
        }
      }
    } catch (IOException e) {
      throw AppendFile.failure(e, directory);
    }
    file = AppendFile.open(fileOf(generation));
    scan(sound);
  }

  private Path fileOf(int number) {
    return directory.resolve("tiles." + number);
  }

  private void scan(long sound) {
    ByteBuffer head = buffer(HEAD);
    long at = 0;
    while (at + HEAD <= file.size()) {
      file.read(at, head.clear());
      int length = head.getInt(4);
      if (head.getInt(0) != MAGIC || length < 0 || at + HEAD + length > file.size()) {
        break;
      }
      Key key = new Key(head.getLong(12), head.getInt(20), head.getInt(24));
      Stored here = new Stored(at, length);
      if (at >= sound && !intact(here)) {
        break; // torn by a crash: an older state of the tile and the journal make up for it
      }
      note(key, here);
      at += HEAD + length;
    }
    file.truncate(at);
  }

  private boolean intact(Stored at) {
    ByteBuffer record = buffer(HEAD + at.length);
    file.read(at.at, record);
    return crc(record.flip()) == record.getInt(8);
  }

  private void note(Key key, Stored at) {
    Stored old = stored.put(key, at);
    live += HEAD + at.length - (old == null ? 0 : HEAD + old.length);
  }

  /** A tile to change; made by {@code blank} at the first time. */
  Tile forWriting(Key key, Supplier<Tile> blank) {
    Entry entry = entry(key, blank);
    if (entry == null) {
      entry = keep(key, new Entry(blank.get(), true));
    }
    entry.dirty = true;
    return entry.tile;
  }

  /** A tile to read, or null if it was never written to. */
  Tile forReading(Key key, Supplier<Tile> blank) {
    Entry entry = entry(key, blank);
    return entry == null ? null : entry.tile;
  }

  /** The tiles of an image that were written to, row by row. */
  List<Key> of(long image) {
    return Stream.concat(warm.keySet().stream(), stored.keySet().stream())
        .filter(key -> key.image == image)
        .distinct()
        .sorted(Comparator.comparingInt(Key::row).thenComparingInt(Key::column))
        .toList();
  }

  private Entry entry(Key key, Supplier<Tile> blank) {
    Entry entry = warm.get(key);
    Stored at = entry == null ? stored.get(key) : null;
    if (at == null) {
      return entry;
    }
    ByteBuffer record = buffer(HEAD + at.length);
    file.read(at.at, record);
    if (crc(record.flip()) != record.getInt(8) || record.getInt(0) != MAGIC) {
      throw LoaderException.of(
          Reason.CORRUPT_SPILL,
          "image",
          key.image,
          "tile",
          key.column + "," + key.row,
          "file",
          file.path().getFileName());
    }
    Tile tile = blank.get();
    tile.read(record.position(HEAD));
    return keep(key, new Entry(tile, false));
  }

  private Entry keep(Key key, Entry entry) {
    warm.put(key, entry);
    recount(entry);
    return entry;
  }

  private void recount(Entry entry) {
    memory += entry.tile.bytes() - entry.bytes;
    entry.bytes = entry.tile.bytes();
  }

  /** Counts a tile again after it was written to: it may have grown. */
  void grown(Key key) {
    recount(warm.get(key));
  }

  long budget() {
    return budget;
  }

  /** Changes the budget and keeps to it at once. */
  void budget(long bytes) {
    budget = bytes;
    makeRoom(0);
  }

  /**
   * Lets the coldest tiles go until {@code coming} bytes more would fit, or none is left.
   *
   * @throws LoaderException DISK_FULL; every tile is then still in memory or in the file
   */
  void makeRoom(long coming) {
    var coldest = warm.entrySet().iterator();
    while (memory + coming > budget && coldest.hasNext()) {
      Map.Entry<Key, Entry> next = coldest.next();
      if (next.getValue().dirty) {
        write(next.getKey(), next.getValue());
      }
      coldest.remove();
      memory -= next.getValue().bytes;
    }
  }

  private void write(Key key, Entry entry) {
    beforeWriting.run();
    note(key, writeTo(file, key, entry.tile));
    entry.dirty = false;
  }

  private static Stored writeTo(AppendFile to, Key key, Tile tile) {
    int length = tile.storedBytes();
    ByteBuffer record = buffer(HEAD + length);
    record
        .putInt(MAGIC)
        .putInt(length)
        .putInt(0)
        .putLong(key.image)
        .putInt(key.column)
        .putInt(key.row);
    tile.write(record);
    record.flip();
    record.putInt(8, crc(record));
    return new Stored(to.append(record), length);
  }

  /** Of all but magic, length and the checksum itself. */
  private static int crc(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.duplicate().position(12));
    return (int) crc.getValue();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Puts every tile on the disk; the file may be a new one afterwards. The old one stays until
   * {@link #removeOthers}.
   */
  void flush() {
    for (Map.Entry<Key, Entry> next : warm.entrySet()) {
      if (next.getValue().dirty) {
        write(next.getKey(), next.getValue());
      }
    }
    if (file.size() > 2 * live + LITTER) {
      compact();
    }
    file.sync();
  }

  private void compact() {
    AppendFile fresh = AppendFile.open(fileOf(generation + 1));
    try {
      stored.putAll(copyTo(fresh));
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
    file.close();
    file = fresh;
    generation++;
  }

  /** Returns where they are then; as long as not all are there, the old places hold. */
  private Map<Key, Stored> copyTo(AppendFile fresh) {
    fresh.truncate(0);
    Map<Key, Stored> copied = new HashMap<>();
    for (Map.Entry<Key, Stored> next : stored.entrySet()) {
      int length = next.getValue().length;
      ByteBuffer record = buffer(HEAD + length);
      file.read(next.getValue().at, record);
      copied.put(next.getKey(), new Stored(fresh.append(record.flip()), length));
    }
    return copied;
  }

  /** The file's number, for the journal to name. */
  int generation() {
    return generation;
  }

  /** Removes the file before the present one, once the journal names the present one. */
  void removeOthers() {
    try {
      Files.deleteIfExists(fileOf(generation - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the tiles of an image. */
  void drop(long image) {
    warm.entrySet()
        .removeIf(
            next -> {
              boolean gone = next.getKey().image == image;
              memory -= gone ? next.getValue().bytes : 0;
              return gone;
            });
    stored
        .entrySet()
        .removeIf(
            next -> {
              boolean gone = next.getKey().image == image;
              live -= gone ? HEAD + next.getValue().length : 0;
              return gone;
            });
  }

  long memoryBytes() {
    return memory;
  }

  long diskBytes() {
    return file.size();
  }

  /** Also if {@link #open} never came, or failed. */
  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
