package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed or starved of disk at any moment: what was acknowledged is kept, and the
 * raster is the undisturbed one's.
 */
class CrashTest {
  private static final int KILLS = 50;
  private static final long LONGEST_MILLIS = 60_000;

  @TempDir Path scratch;

  /** What one life of the process said. */
  private record Life(List<String> said, int status) {
    Set<String> numbers(String word) {
      return said.stream()
          .filter(line -> line.startsWith(word + " "))
          .map(line -> line.substring(word.length() + 1))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void killedAtFiftyMoments() throws Exception {
    byte[] undisturbed = undisturbed();
    Path bundle = scratch.resolve("killed");
    StitchLife.dataset(bundle).close();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Set<String> kept = new TreeSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      int lines = 1 + random.nextInt(4);
      Life life = live(bundle, random.nextInt(), lines, random.nextInt(3), "");
      assertThat(life.numbers("kept"))
          .as("counted twice, seed %d, life %d", seed, kill)
          .doesNotContainAnyElementsOf(orNone(kept));
      kept.addAll(life.numbers("kept"));
      kept.addAll(life.numbers("again"));
    }
    Life last = live(bundle, 1, Integer.MAX_VALUE, 0, "");
    assertThat(last.said()).as("seed %d", seed).contains("done");
    assertThat(last.numbers("again")).as("acknowledged and kept, seed %d", seed).containsAll(kept);
    assertThat(raster(bundle)).as("seed %d", seed).isEqualTo(undisturbed);
  }

  @Test
  void diskFullKeepsWhatWasAcknowledged() throws Exception {
    byte[] undisturbed = undisturbed();
    Path bundle = scratch.resolve("full");
    StitchLife.dataset(bundle).close();
    Life starved = live(bundle, 7, Integer.MAX_VALUE, 0, "ulimit -f 700; "); // no file over 700 KiB
    assertThat(starved.said()).contains("full");
    assertThat(starved.status()).isEqualTo(3);
    Life fed = live(bundle, 7, Integer.MAX_VALUE, 0, "");
    assertThat(fed.said()).contains("done");
    assertThat(fed.numbers("again")).isEqualTo(starved.numbers("kept"));
    assertThat(raster(bundle)).isEqualTo(undisturbed);
  }

  @Test
  void aMessageThatDoesNotFitIsKeptAsFarAsItFits() throws Exception {
    byte[] undisturbed = undisturbed();
    Path bundle = scratch.resolve("cut");
    StitchLife.dataset(bundle).close();
    String limit = "ulimit -f 301; "; // KiB: a part of a message, and of a block
    Life starved = live(bundle, 7, Integer.MAX_VALUE, 0, limit, 15);
    assertThat(starved.said()).contains("full");
    assertThat(starved.numbers("kept")).hasSizeBetween(1, 14);
    Life fed = live(bundle, 7, Integer.MAX_VALUE, 0, "", 15);
    assertThat(fed.said()).contains("done");
    assertThat(fed.numbers("again")).isEqualTo(starved.numbers("kept"));
    assertThat(raster(bundle)).isEqualTo(undisturbed);
  }

  private static Set<String> orNone(Set<String> kept) {
    return kept.isEmpty() ? Set.of("none") : kept;
  }

  private byte[] undisturbed() throws Exception {
    Path bundle = scratch.resolve("undisturbed" + System.nanoTime());
    StitchLife.dataset(bundle).close();
    assertThat(live(bundle, 0, Integer.MAX_VALUE, 0, "").said()).contains("done");
    return raster(bundle);
  }

  private static byte[] raster(Path bundle) throws IOException {
    try (Stream<Path> rasters = Files.list(bundle.resolve("_assets/pred"))) {
      List<Path> found = rasters.filter(file -> file.toString().endsWith(".tif")).toList();
      assertThat(found).hasSize(1);
      return Files.readAllBytes(found.get(0));
    }
  }

  /** One window a message. */
  private Life live(Path bundle, long order, int lines, int millis, String limits)
      throws Exception {
    return live(bundle, order, lines, millis, limits, 1);
  }

  /** Runs the process until it ends, or kills it some time after it has said so many lines. */
  private Life live(
      Path bundle, long order, int lines, int millis, String limits, int windowsAMessage)
      throws Exception {
    String command =
        ChildJava.command(
            limits,
            ChildJava.classPath(),
            StitchLife.class,
            bundle,
            bundle.resolve("run"),
            order,
            windowsAMessage);
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        if (said.size() == lines) {
          Thread.sleep(millis);
          process.toHandle().destroyForcibly(); // SIGKILL; what was said before can still be read
        }
      }
    }
    assertThat(process.waitFor(LONGEST_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    return new Life(said, process.exitValue());
  }
}
