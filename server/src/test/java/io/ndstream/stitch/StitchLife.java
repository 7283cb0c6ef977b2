package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A process that adds the same windows in its own order, says which are on the disk, and at last
 * writes the raster. Run it again after it was killed: it sends everything once more.
 *
 * <p>Says {@code ready}, {@code kept N} after every commit of window N, {@code again N} if it was
 * known, {@code full} when the disk is, and {@code done}.
 */
final class StitchLife {
  static final int WINDOWS = 60;
  private static final int SIDE = 160;
  private static final int WINDOW = 64;
  private static final int SMALL_MEMORY = 1 << 20;

  private StitchLife() {}

  /**
   * @param args bundle, directory of the run, seed of the order, windows a message
   */
  public static void main(String[] args) throws Exception {
    try (StitchRun run = open(Path.of(args[0]), Path.of(args[1]), SMALL_MEMORY)) {
      say("ready");
      run.limitMemory(400_000);
      sendAll(run, new Random(Long.parseLong(args[2])), Integer.parseInt(args[3]));
      run.finalizeImage(1, true);
      run.merge();
      say("done");
    } catch (LoaderException e) {
      if (e.reason() != Reason.DISK_FULL) {
        throw e;
      }
      say("full");
      Runtime.getRuntime().halt(3); // without tidying up, as a crash would
    }
  }

  static StitchRun open(Path bundle, Path directory, long journalBytes) throws IOException {
    Dataset dataset = Manifests.open(bundle.resolve("data.kwcoco.json"), OpenOptions.strict());
    RunSpec base = Runs.spec(bundle, List.of("a", "b"), Precision.EXACT);
    OutputSpec output = Runs.output(bundle, RasterSpec.Format.GTIFF, DType.INT16);
    RunSpec spec =
        new RunSpec(
            base.name(),
            base.channelCodes(),
            base.channels(),
            base.space(),
            1,
            1,
            base.nanPolicy(),
            base.placement(),
            base.precision(),
            base.expected(),
            base.images(),
            false,
            false,
            output,
            SMALL_MEMORY);
    Files.createDirectories(directory);
    return StitchRun.open(
        directory, spec, dataset, new StitchOptions(directory, SMALL_MEMORY, journalBytes));
  }

  private static void sendAll(StitchRun run, Random order, int aMessage) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, WINDOWS).boxed().toList());
    Collections.shuffle(numbers, order);
    for (int from = 0; from < WINDOWS; from += aMessage) {
      List<Integer> message = numbers.subList(from, Math.min(from + aMessage, WINDOWS));
      List<Outcome> outcomes =
          run.add(message.stream().map(number -> new Arrival(window(number), null)).toList());
      run.commit();
      for (int i = 0; i < message.size(); i++) {
        if (outcomes.get(i).refusal() == null) {
          boolean again = outcomes.get(i).receipt().duplicate();
          say((again ? "again " : "kept ") + message.get(i));
        }
      }
      for (int i = 0; i < message.size(); i++) {
        requireTaken(message.get(i), outcomes.get(i));
      }
    }
  }

  private static void requireTaken(int number, Outcome outcome) {
    LoaderException refusal = outcome.refusal();
    if (refusal != null && refusal.reason() == Reason.FINALIZED) {
      throw new AssertionError(
          "window " + number + " was lost before the raster was written", refusal);
    }
    outcome.orThrow();
  }

  /** A window that is a function of its number. */
  static StitchWindow window(int number) {
    Random random = new Random(number);
    float[] values = new float[WINDOW * WINDOW * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(50) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    Window box =
        new Window(
            random.nextInt(SIDE + WINDOW) - WINDOW,
            random.nextInt(SIDE + WINDOW) - WINDOW,
            WINDOW,
            WINDOW);
    return new StitchWindow(
        1, "w" + number, box, Runs.patch(WINDOW, WINDOW, 2, values), null, number % 2 == 0);
  }

  static Dataset dataset(Path bundle) {
    return Runs.oneImage(bundle, SIDE, SIDE);
  }

  static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
