package io.ndstream.stitch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;
import java.nio.file.Path;

/**
 * @param directory where runs keep their journals and spilled tiles
 * @param memoryBytes tiles in memory of a run that does not ask for another number
 * @param totalBytes tiles in memory of all runs
 * @param journalBytes a journal is begun anew beyond this size
 */
public record StitchOptions(Path directory, long memoryBytes, long totalBytes, long journalBytes) {
  private static final long MIB = 1 << 20;

  public StitchOptions {
    require(memoryBytes >= MIB, Reason.BAD_ARGUMENT, "stitch-memory", memoryBytes, ">= 1 MiB");
    require(totalBytes >= memoryBytes, Reason.BAD_ARGUMENT, "stitch-total", totalBytes, ">= stitch-memory");
    require(journalBytes > 0, Reason.BAD_ARGUMENT, "stitch-journal", journalBytes, "> 0");
  }

  /** Journals of 1 GiB; a run gets a quarter of the memory unless it asks for another share. */
  public static StitchOptions in(Path directory, long totalBytes) {
    return new StitchOptions(directory, Math.max(MIB, totalBytes / 4), totalBytes, 1024 * MIB);
  }
}
