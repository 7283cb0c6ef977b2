package io.ndstream.app;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.config.ByteSize;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.Preparation;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.wire.CacheMessages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the cache entries of a data set before it is served. */
@Command(
    name = "prepare",
    description = {
      "Makes the cache entries of a data set, so that no trainer waits for them.",
      "What is there is left alone: after an interruption, run it again. With --shard, several machines share the work.",
      "Every file is opened, and those that cannot be read are named; with --dry-run, or without --cache, that is all."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Exit status: 0 all entries are there, 1 some files failed, 2 wrong usage.", ""})
final class PrepareCommand implements Callable<Integer> {
  private static final long TICK_MILLIS = 1000;

  @Spec private CommandSpec spec;
  @Mixin private CacheArguments cache;
  @Mixin private AllowedFiles allowed;

  @Parameters(paramLabel = "DATASET", description = ManifestPath.FORMS)
  private String manifest;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "As given to serve. Default: ndstream in the user's cache directory")
  private Path workdir;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      defaultValue = "0/1",
      description = "This worker's share, from 0/N to N-1/N.")
  private String shard;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Files worked on at once. Default: one a processor")
  private Integer threads;

  @Option(names = "--dry-run", description = "Only open the files, and say what would be made.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the outcome as one JSON object, and no progress.")
  private boolean json;

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    int[] share = share();
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : Math.max(1, threads);
    OpenOptions how = OpenOptions.serving().withPaths(allowed.paths(false));
    Path base = workdir == null ? ServeCommand.defaultWorkdir() : workdir;
    try (Dataset dataset = Manifests.open(ManifestPath.of(manifest, base), how);
        HandlePool pool = new HandlePool(4 * count);
        TiledFrameReader source =
            new TiledFrameReader(pool, new TileCache(128L << 20), allowed.locations());
        CachedFrameReader frames = new CachedFrameReader(source, pool, cache.options(workdir))) {
      List<String> all =
          dataset.images().stream()
              .flatMap(i -> i.assets().stream())
              .map(a -> a.location())
              .toList();
      Preparation preparation = new Preparation(frames, count);
      run(preparation, Preparation.shard(all, share[0], share[1]));
      return preparation.progress().failed() == 0 ? 0 : 1;
    }
  }

  private int[] share() {
    if (!shard.matches("\\d{1,6}/[1-9]\\d{0,5}")) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "shard", shard, "expected", "I/N with I from 0 to N - 1");
    }
    int index = Integer.parseInt(shard.substring(0, shard.indexOf('/')));
    int count = Integer.parseInt(shard.substring(shard.indexOf('/') + 1));
    if (index >= count) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "shard", shard, "expected", "I/N with I from 0 to N - 1");
    }
    return new int[] {index, count};
  }

  private void run(Preparation preparation, List<String> files)
      throws InvalidProtocolBufferException {
    PrintWriter out = spec.commandLine().getOut();
    Thread ticker =
        new Thread(() -> tick(preparation, spec.commandLine().getErr()), "ndstream-progress");
    ticker.setDaemon(true);
    if (!json) {
      ticker.start();
    }
    preparation.run(files, dryRun, () -> false);
    ticker.interrupt();
    if (json) {
      out.println(
          JsonFormat.printer()
              .alwaysPrintFieldsWithNoPresence()
              .print(CacheMessages.result(preparation)));
    } else {
      preparation.failures().stream()
          .sorted(Comparator.comparing(Preparation.Failure::location))
          .forEach(f -> out.println("failed " + f.location() + ": " + f.why().getMessage()));
      out.println(line(preparation.progress()));
    }
    out.flush();
  }

  private static void tick(Preparation preparation, PrintWriter err) {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        err.println(line(preparation.progress()));
        err.flush();
      }
    } catch (InterruptedException e) {
      // All is done.
    }
  }

  private static String line(Preparation.Progress p) {
    return String.format(
        "%d of %d files, %s of %s, %s/s, %d s left; %d made, %d failed",
        p.filesDone(),
        p.files(),
        ByteSize.format(p.bytesDone()),
        ByteSize.format(p.bytes()),
        ByteSize.format((long) p.bytesPerSecond()),
        p.nanosLeft() / 1_000_000_000,
        p.made(),
        p.failed());
  }
}
