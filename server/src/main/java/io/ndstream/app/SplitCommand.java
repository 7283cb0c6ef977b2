package io.ndstream.app;

import io.ndstream.coco.Dataset;
import io.ndstream.grid.DatasetSplit;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints which images train, which validate and which test. */
@Command(
    name = "split",
    description = {
      "Splits a manifest for training, validation and test, with categories in proportion, and prints a JSON object for each part.",
      "The result depends on the annotations alone; images without any are in no part."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: ndstream split data.kwcoco.json --factor 5 --by video"})
final class SplitCommand implements Callable<Integer> {
  /** What stays whole. */
  enum Unit {
    IMAGE,
    VIDEO
  }

  @Spec private CommandSpec spec;
  @Mixin private ManifestArgument manifest;

  @Option(
      names = "--factor",
      paramLabel = "N",
      defaultValue = "" + DatasetSplit.DEFAULT_FACTOR,
      description =
          "Folds: one of them is the test part, one of the rest the validation part. Default: ${DEFAULT-VALUE}")
  private int factor;

  @Option(names = "--no-test", description = "Add the test part to the training part.")
  private boolean noTest;

  @Option(
      names = "--by",
      paramLabel = "UNIT",
      defaultValue = "IMAGE",
      description = "What is never cut in two: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Unit unit;

  @Override
  public Integer call() {
    try (Dataset dataset = manifest.open()) {
      DatasetSplit split = DatasetSplit.of(dataset, factor, unit == Unit.VIDEO);
      DatasetSplit wanted = noTest ? split.withoutTest() : split;
      print("train", wanted.train());
      print("vali", wanted.vali());
      if (!noTest) {
        print("test", wanted.test());
      }
    }
    return 0;
  }

  private void print(String part, long[] images) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "{\"part\":\""
            + part
            + "\",\"name\":\""
            + manifest.name()
            + "-"
            + part
            + "\",\"image_ids\":"
            + Arrays.toString(images).replace(" ", "")
            + "}");
    out.flush();
  }
}
