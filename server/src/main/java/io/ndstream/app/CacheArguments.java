package io.ndstream.app;

import io.ndstream.config.ByteSize;
import io.ndstream.raster.Backend;
import io.ndstream.raster.CacheOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How frames are cached on disk: the same options wherever that matters. */
final class CacheArguments {
  @Option(
      names = "--cache",
      paramLabel = "BACKEND",
      defaultValue = "none",
      description =
          "Form in which frames are kept on disk: none, npy, cog, auto or raw; all keep every pixel."
              + " Default: ${DEFAULT-VALUE}")
  private Backend backend;

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      defaultValue = "100GiB",
      description =
          "Disk space for entries; what was read longest ago makes room. Default: ${DEFAULT-VALUE}")
  private ByteSize size;

  @Option(
      names = "--cache-keep-free",
      paramLabel = "SIZE",
      defaultValue = "1GiB",
      description = "No entry is made that would leave less free space. Default: ${DEFAULT-VALUE}")
  private ByteSize keepFree;

  @Option(
      names = "--cache-tile",
      paramLabel = "PIXELS",
      defaultValue = "128",
      description =
          "Side of an entry's tiles; about half the side of the windows read is best. Default: ${DEFAULT-VALUE}")
  private int tile;

  /**
   * @param workdir or null for the user's
   */
  CacheOptions options(Path workdir) {
    Path base = workdir == null ? ServeCommand.defaultWorkdir() : workdir;
    return new CacheOptions(backend, base.resolve("frames"), size.bytes(), keepFree.bytes(), tile);
  }
}
