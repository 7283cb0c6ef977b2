package io.ndstream.error;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * How many files this process may have open. At the limit whatever opens one fails, in its own
 * words; {@link LoaderException#caused} makes TOO_MANY_FILES of all of them.
 */
public final class OpenFiles {
  private static final String UNKNOWN = "unknown";

  /** Read once: at the limit nothing can be read. */
  private static final String LIMIT = readLimit();

  private OpenFiles() {}

  /** The limit, for people. */
  public static String limit() {
    return LIMIT;
  }

  /** Whether it is for want of a file handle that something failed. */
  public static boolean areTooMany(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoaderException known) {
        return known.reason() == Reason.TOO_MANY_FILES;
      }
      if (cause instanceof IOException said && words(said).contains("too many open files")) {
        return true;
      }
    }
    return false;
  }

  /** Of the system, without the file's name where they are apart. */
  private static String words(IOException said) {
    String words =
        said instanceof FileSystemException known ? known.getReason() : said.getMessage();
    return words == null ? "" : words.toLowerCase(Locale.ROOT);
  }

  /**
   * Where a failure to open would be taken for damage.
   *
   * @throws LoaderException TOO_MANY_FILES if that is why it failed
   */
  public static void requireEnough(Throwable failure, Path file) {
    if (areTooMany(failure)) {
      throw LoaderException.caused(failure, Reason.TOO_MANY_FILES, "file", file);
    }
  }

  /** What the system says to one more file now, or null: libraries do not always tell. */
  public static IOException shortage() {
    try {
      FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ).close();
      return null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return areTooMany(e) ? e : null;
    }
  }

  private static String readLimit() {
    try {
      return Files.readAllLines(Path.of("/proc/self/limits")).stream()
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split("\\s+")[3])
          .findFirst()
          .orElse(UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN; // not Linux
    }
  }
}
