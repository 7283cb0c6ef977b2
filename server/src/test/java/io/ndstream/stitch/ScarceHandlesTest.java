package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes at their limit of open files: see {@link ScarceLife}. */
@Timeout(300)
class ScarceHandlesTest {
  @TempDir Path scratch;
  private Path bundle;
  private List<Path> classPath;

  @BeforeEach
  void makeBundle() throws Exception {
    bundle = scratch.resolve("bundle");
    StitchLife.dataset(bundle).close();
    classPath = ChildJava.classPath().stream().map(this::jar).toList();
  }

  /** As in a distribution: classes in a directory are files to be opened. */
  private Path jar(Path classes) {
    if (!Files.isDirectory(classes)) {
      return classes;
    }
    Path jar = scratch.resolve(classes.getFileName() + ".jar");
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "-c", "-0", "-f", jar + "", "-C", classes + "", ".");
    assertThat(status).isZero();
    return jar;
  }

  private List<String> live(String end, int left) throws Exception {
    String command =
        ChildJava.command(
            "ulimit -n 100; ",
            classPath,
            ScarceLife.class,
            bundle,
            bundle.resolve("run"),
            end,
            left);
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    assertThat(said).contains("limit 100", "scarce", "refused raster");
    return said;
  }

  private static Set<String> numbers(List<String> said, String word) {
    return said.stream()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatWasAcknowledgedOutlivesAProcessThatEndsThere(int left) throws Exception {
    List<String> first = live("halt", left);
    assertThat(numbers(first, "refused")).hasSizeGreaterThan(1);
    List<String> second = live("recover", left);
    assertThat(numbers(second, "again")).containsAll(numbers(first, "kept"));
    assertThat(second).endsWith("done");
  }

  @Test
  void whatWasRefusedIsTakenWhenThereAreHandlesAgain() throws Exception {
    List<String> said = live("recover", 0);
    Set<String> refused = numbers(said, "refused");
    assertThat(numbers(said, "kept")).hasSize(StitchLife.WINDOWS).containsAll(windows(refused));
    assertThat(said).endsWith("done");
    assertThat(bundle.resolve("_assets/pred")).isDirectoryContaining("glob:**.tif");
  }

  private static Set<String> windows(Set<String> refused) {
    return refused.stream().filter(what -> !what.equals("raster")).collect(Collectors.toSet());
  }
}
