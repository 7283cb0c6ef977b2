package io.ndstream.app;

import com.google.protobuf.util.JsonFormat;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Violations;
import io.ndstream.grid.GridBuilder;
import io.ndstream.grid.GridOptions;
import io.ndstream.grid.RegionFilter;
import io.ndstream.grid.SampleGrid;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.v1.ClassNames;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.wire.GridMessages;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the windows of a sample grid. */
@Command(
    name = "grid",
    description =
        "Slides a window over the images or videos of a manifest and prints a JSON object for each place.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example: ndstream grid data.kwcoco.json --window 256,256 --overlap 0.5 --positive"
    })
final class GridCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ManifestArgument manifest;

  @Option(
      names = "--window",
      split = ",",
      paramLabel = "N",
      description =
          "Height, width in pixels; for videos frames first. 0: the whole axis. Default: whole images or videos.")
  private List<Long> window = List.of();

  @Option(names = "--video", description = "Windows of videos instead of images.")
  private boolean video;

  @Option(
      names = "--overlap",
      split = ",",
      paramLabel = "SHARE",
      description =
          "Share of a window that the next one repeats: one for all axes or one an axis. Default: 0")
  private List<Double> overlap = List.of();

  @Option(
      names = "--frame-step",
      paramLabel = "N",
      defaultValue = "1",
      description = "Videos: frames from one of a window to the next. Default: ${DEFAULT-VALUE}")
  private int frameStep;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Only this class, in lower case, makes a window positive. Repeatable.")
  private List<String> ofInterest = List.of();

  @Option(
      names = "--negative-class",
      paramLabel = "NAME",
      description =
          "This class does not make a window positive. Repeatable. Default: ignore and background")
  private List<String> negative;

  @Option(
      names = "--ignore-coverage",
      paramLabel = "SHARE",
      defaultValue = "0.6",
      description =
          "Leave out windows of which ignored annotations cover more; 0: none. Default: ${DEFAULT-VALUE}")
  private double ignoreCoverage;

  @Option(names = "--positive", description = "Print positive windows only.")
  private boolean positive;

  @Option(names = "--summary", description = "Print counts only.")
  private boolean summary;

  @Override
  public Integer call() throws IOException {
    GridSpec message = message();
    Violations violations = new Violations();
    GridOptions options = GridMessages.options(message, violations);
    try (Dataset dataset = manifest.open()) {
      GridMessages.check(message, RegionFilter.NONE, dataset, violations);
      violations.throwIfAny();
      print(dataset, GridBuilder.build(dataset, AnnotationIndex.build(dataset), options));
    }
    return 0;
  }

  private GridSpec message() {
    GridSpec.Builder grid =
        GridSpec.newBuilder()
            .setTask(video ? GridTask.GRID_TASK_VIDEO : GridTask.GRID_TASK_IMAGE)
            .addAllWindowDims(window)
            .setFull(window.isEmpty())
            .addAllOverlap(overlap)
            .addAllClassesOfInterest(ofInterest)
            .setApplyClasses(video && (!ofInterest.isEmpty() || negative != null))
            .setIgnoreCoverageThresh(ignoreCoverage)
            .setFrameStep(frameStep);
    return (negative == null
            ? grid
            : grid.setNegativeClasses(ClassNames.newBuilder().addAllNames(negative)))
        .build();
  }

  private void print(Dataset dataset, SampleGrid grid) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    JsonFormat.Printer json =
        JsonFormat.printer()
            .omittingInsignificantWhitespace()
            .preservingProtoFieldNames()
            .alwaysPrintFieldsWithNoPresence();
    for (int i = 0; i < grid.size() && !summary; i++) {
      if (!positive || grid.isPositive(i)) {
        out.println(json.print(GridMessages.window(dataset, grid, i)));
      }
    }
    if (summary) {
      int positives = grid.positives();
      out.println(
          "windows: "
              + grid.size()
              + ", positive: "
              + positives
              + ", negative: "
              + (grid.size() - positives)
              + ", left out: "
              + grid.skipped());
    }
    if (!grid.emptyReason().isEmpty()) {
      spec.commandLine().getErr().println("ndstream: no windows: " + grid.emptyReason());
    }
    out.flush();
  }
}
