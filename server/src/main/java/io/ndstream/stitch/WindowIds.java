package io.ndstream.stitch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The windows of an image that were counted: 128 bits of a hash of each id, 32 bits of its place,
 * in one open table. 40 bytes a window at most; two ids meet by chance once in 2^64 windows. Not
 * thread-safe.
 */
final class WindowIds {
  private static final int SMALLEST = 16;

  private long[] keys = new long[2 * SMALLEST];
  private int[] places = new int[SMALLEST];
  private int size;

  /** A hash of an id; never 0, 0. */
  record Key(long high, long low) {
    static Key of(String id) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        ByteBuffer words = ByteBuffer.wrap(hash);
        return new Key(words.getLong() | 1, words.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  int size() {
    return size;
  }

  boolean contains(Key key) {
    return keys[2 * slot(key)] != 0;
  }

  /** Hash of the place of a known id. */
  int place(Key key) {
    return places[slot(key)];
  }

  void add(Key key, int place) {
    if (size * 4 >= places.length * 3) {
      grow();
    }
    int slot = slot(key);
    size += keys[2 * slot] == 0 ? 1 : 0;
    keys[2 * slot] = key.high;
    keys[2 * slot + 1] = key.low;
    places[slot] = place;
  }

  private int slot(Key key) {
    int mask = places.length - 1;
    int slot = Long.hashCode(key.low) & mask;
    while (keys[2 * slot] != 0 && !(keys[2 * slot] == key.high && keys[2 * slot + 1] == key.low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldPlaces = places;
    keys = new long[2 * oldKeys.length];
    places = new int[2 * oldPlaces.length];
    size = 0;
    for (int i = 0; i < oldPlaces.length; i++) {
      if (oldKeys[2 * i] != 0) {
        add(new Key(oldKeys[2 * i], oldKeys[2 * i + 1]), oldPlaces[i]);
      }
    }
  }

  int storedBytes() {
    return 4 + 20 * size;
  }

  void write(ByteBuffer out) {
    out.putInt(size);
    for (int i = 0; i < places.length; i++) {
      if (keys[2 * i] != 0) {
        out.putLong(keys[2 * i]).putLong(keys[2 * i + 1]).putInt(places[i]);
      }
    }
  }

  void read(ByteBuffer in) {
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      add(new Key(in.getLong(), in.getLong()), in.getInt());
    }
  }
}
