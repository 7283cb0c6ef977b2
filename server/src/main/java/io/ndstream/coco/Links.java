package io.ndstream.coco;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether files lie where their names say. A directory is followed once for all files in it; a file
 * itself only if it is a link, so that fifty thousand names cost fifty thousand looks and no more.
 */
final class Links {
  private final List<Path> roots = new ArrayList<>();
  private final Map<String, State> directories = new HashMap<>();

  /** What following a directory came to. */
  private enum State {
    MISSING,
    INSIDE,
    OUTSIDE
  }

  /**
   * @param roots directories below which files may lie
   */
  Links(List<String> roots) {
    for (String root : roots) {
      Path real = real(root);
      if (real != null) {
        this.roots.add(real);
      }
    }
  }

  /** True unless links lead out of all roots. What does not exist leads nowhere. */
  boolean stayInside(String location) {
    String directory = location.substring(0, Math.max(1, location.lastIndexOf('/')));
    State state = directories.get(directory);
    if (state == null) {
      state = follow(directory);
      directories.put(directory, state);
    }
    return state == State.MISSING
        || state == State.INSIDE && !(isLink(location) && follow(location) == State.OUTSIDE);
  }

  private State follow(String location) {
    Path real = real(location);
    if (real == null) {
      return State.MISSING;
    }
    return roots.stream().anyMatch(real::startsWith) ? State.INSIDE : State.OUTSIDE;
  }

  private static boolean isLink(String location) {
    try {
      return Files.isSymbolicLink(Path.of(location));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path real(String location) {
    try {
      return Path.of(location).toRealPath();
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }
}
