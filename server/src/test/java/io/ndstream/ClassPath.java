package io.ndstream;

import java.io.File;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * For processes a test starts: where classes come from, wherever the test runner loaded them from.
 */
public final class ClassPath {
  private ClassPath() {}

  public static String of(Class<?>... classes) {
    return Arrays.stream(classes)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
