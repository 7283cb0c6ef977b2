package io.ndstream.raster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Open files nobody uses now. Guarded by the lock of its pool. */
final class IdleHandles {
  /** By file, the one used last in front. */
  private final Map<PooledFile.Key, Deque<PooledFile>> byFile = new HashMap<>();

  /** The one idle longest first. */
  private final LinkedHashSet<PooledFile> byAge = new LinkedHashSet<>();

  void add(PooledFile handle) {
    byFile.computeIfAbsent(handle.key(), k -> new ArrayDeque<>(2)).push(handle);
    byAge.add(handle);
  }

  /** A handle of this file, or null. */
  PooledFile take(PooledFile.Key key) {
    Deque<PooledFile> handles = byFile.get(key);
    return handles == null ? null : remove(handles.peek());
  }

  /** The handle idle longest, or null. */
  PooledFile takeOldest() {
    Iterator<PooledFile> oldest = byAge.iterator();
    return oldest.hasNext() ? remove(oldest.next()) : null;
  }

  List<PooledFile> takeAll() {
    List<PooledFile> all = new ArrayList<>(byAge);
    byAge.clear();
    byFile.clear();
    return all;
  }

  private PooledFile remove(PooledFile handle) {
    byAge.remove(handle);
    Deque<PooledFile> handles = byFile.get(handle.key());
    handles.remove(handle);
    if (handles.isEmpty()) {
      byFile.remove(handle.key());
    }
    return handle;
  }
}
