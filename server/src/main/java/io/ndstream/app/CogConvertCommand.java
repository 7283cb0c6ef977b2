package io.ndstream.app;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.raster.CogConverter;
import io.ndstream.raster.HandlePool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Converts files to cloud-optimised TIFFs. */
@Command(
    name = "convert",
    description = {
      "Converts files to cloud-optimised TIFFs, keeping pixels, georeference, nodata and metadata.",
      "Outputs that are there and valid are kept; each output appears whole or not at all."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Exit status: 0 all are there, 1 some could not be made, 2 wrong usage.", ""})
final class CogConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to convert.")
  private List<Path> files;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the outputs go; they are named FILE.tif.")
  private Path out;

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "ZSTD",
      description =
          "ZSTD, DEFLATE, LZW, NONE, or JPEG, which alone changes pixels. Default: ${DEFAULT-VALUE}")
  private String compress;

  @Option(
      names = "--tile",
      paramLabel = "PIXELS",
      defaultValue = "256",
      description = "Side of a tile. Default: ${DEFAULT-VALUE}")
  private int tile;

  @Option(names = "--no-overviews", description = "Leave out overviews.")
  private boolean noOverviews;

  @Option(
      names = "--resampling",
      paramLabel = "METHOD",
      defaultValue = "AVERAGE",
      description = "How overviews are made; NEAREST or MODE for labels. Default: ${DEFAULT-VALUE}")
  private String resampling;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Files worked on at once. Default: one a processor")
  private Integer threads;

  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    CogConverter.Options options =
        new CogConverter.Options(
            compress.toUpperCase(Locale.ROOT),
            tile,
            !noOverviews,
            resampling.toUpperCase(Locale.ROOT));
    refuseEqualNames();
    Files.createDirectories(out);
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : Math.max(1, threads);
    ExecutorService workers = Executors.newFixedThreadPool(count);
    try (HandlePool pool = new HandlePool(count)) {
      CogConverter converter = new CogConverter(pool, options);
      List<Future<?>> running = new ArrayList<>();
      files.forEach(file -> running.add(workers.submit(() -> convert(converter, file))));
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      workers.shutdownNow();
    }
    return failed.get() == 0 ? 0 : 1;
  }

  /** Two inputs of one name would write to one output, and the second be taken for done. */
  private void refuseEqualNames() {
    Map<Path, Path> outputs = new HashMap<>();
    Violations violations = new Violations();
    for (Path file : files) {
      Path other = outputs.put(target(file), file);
      violations.check(
          other == null,
          Reason.BAD_ARGUMENT,
          "FILE",
          file,
          "another name than " + other + ", in one --out");
    }
    violations.throwIfAny();
  }

  private Path target(Path file) {
    return out.resolve(file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".tif");
  }

  private void convert(CogConverter converter, Path file) {
    Path target = target(file);
    String outcome;
    try {
      outcome =
          converter.convert(file.toAbsolutePath().toString(), target)
              ? "made " + target
              : "kept " + target;
    } catch (LoaderException e) {
      failed.incrementAndGet();
      outcome = "failed " + file + ": " + e.getMessage();
    }
    PrintWriter to = spec.commandLine().getOut();
    synchronized (to) {
      to.println(done.incrementAndGet() + "/" + files.size() + " " + outcome);
      to.flush();
    }
  }
}
