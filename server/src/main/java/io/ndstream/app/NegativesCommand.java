package io.ndstream.app;

import io.ndstream.coco.Dataset;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.grid.NegativeSet;
import io.ndstream.grid.Negatives;
import io.ndstream.index.AnnotationIndex;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints windows between annotations. */
@Command(
    name = "negatives",
    description = {
      "Draws windows that keep clear of annotations, uniformly over all places where one may lie, and prints a JSON object for each.",
      "The same seed gives the same windows, and the first of many are those of few."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example: ndstream negatives data.kwcoco.json --window 128,128 --count 1000 --seed 7"
    })
final class NegativesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ManifestArgument manifest;

  @Option(
      names = "--window",
      required = true,
      split = ",",
      paramLabel = "N",
      description = "Height, width in pixels.")
  private int[] window;

  @Option(names = "--count", required = true, paramLabel = "N", description = "Windows wanted.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--thresh",
      paramLabel = "SHARE",
      defaultValue = "" + NegativeOptions.DEFAULT_THRESH,
      description =
          "A window covers less than this share of every annotation; 0: it touches none. Default: ${DEFAULT-VALUE}")
  private double thresh;

  @Override
  public Integer call() {
    if (window.length != 2) {
      spec.commandLine().getErr().println("ndstream: --window takes height,width");
      return 2;
    }
    NegativeOptions options = new NegativeOptions(count, window[0], window[1], thresh, seed, null);
    PrintWriter out = spec.commandLine().getOut();
    try (Dataset dataset = manifest.open()) {
      NegativeSet set = Negatives.draw(dataset, AnnotationIndex.build(dataset), options);
      for (int i = 0; i < set.size(); i++) {
        out.println(
            "{\"image_id\":"
                + dataset.images().get(set.imageRow(i)).id()
                + ",\"x\":"
                + set.x(i)
                + ",\"y\":"
                + set.y(i)
                + ",\"width\":"
                + set.width()
                + ",\"height\":"
                + set.height()
                + "}");
      }
      out.flush();
      if (!set.shortfall().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println("ndstream: " + set.size() + " of " + count + ": " + set.shortfall());
      }
    }
    return 0;
  }
}
