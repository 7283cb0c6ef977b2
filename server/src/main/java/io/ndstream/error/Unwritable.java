package io.ndstream.error;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Locale;

/** Why a disk with room takes no file. */
final class Unwritable {
  private static final List<String> WORDS =
      List.of(
          "read-only file system",
          "operation not permitted",
          "permission denied",
          "not a directory",
          "is a directory");

  private Unwritable() {}

  /**
   * @param words of a library that has no exceptions, or null
   */
  static boolean isWhy(Throwable failure, String words) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AccessDeniedException
          || cause instanceof FileAlreadyExistsException
          || tells(cause.getMessage())) {
        return true;
      }
    }
    return tells(words);
  }

  private static boolean tells(String words) {
    String text = words == null ? "" : words.toLowerCase(Locale.ROOT);
    return WORDS.stream().anyMatch(text::contains);
  }
}
