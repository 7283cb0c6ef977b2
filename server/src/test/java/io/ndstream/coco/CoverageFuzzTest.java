package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.ClassPath;
import io.ndstream.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.io.IOUtils;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.LZMAInputStream;

/**
 * Bounded runs of the coverage-guided fuzzer Jazzer, in a process of its own, as its agent changes
 * the classes under test. A longer run: set the system property {@code ndstream.fuzz} to the number
 * of inputs. What it finds is printed, and kept where the message says.
 */
class CoverageFuzzTest {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final int RUNS = Integer.getInteger("ndstream.fuzz", 500);

  @TempDir Path temp;

  @Test
  void anyManifestGivesAReport() throws Exception {
    Path corpus = Files.createDirectories(temp.resolve("corpus"));
    for (String kind : List.of("valid", "invalid")) {
      try (Stream<Path> files = Files.list(Oracle.path("kwcoco/" + kind))) {
        for (Path file : files.toList()) {
          Files.copy(file, corpus.resolve(file.getFileName()));
        }
      }
    }
    fuzz(ManifestFuzzTarget.class, corpus);
  }

  @Test
  void anyTextIsRunLengthsOrRefused() throws Exception {
    Path corpus = Files.createDirectories(temp.resolve("corpus"));
    for (String seed : List.of("", "0", "PPYo0", "oooooooooooooo0", "_XU1`1O1N2")) {
      Files.writeString(corpus.resolve("seed" + seed.hashCode()), seed);
    }
    fuzz(RunLengthsFuzzTarget.class, corpus);
  }

  private void fuzz(Class<?> target, Path corpus)
      throws IOException, InterruptedException, ClassNotFoundException {
    Path found = Files.createDirectories(temp.resolve("found"));
    Process fuzzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath(target),
                JAZZER,
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.ndstream.**",
                // its hooks judge web applications: a path from a manifest would be a finding
                "--custom_hook_excludes=**",
                "-runs=" + RUNS,
                "-seed=1",
                "-max_len=20000",
                "-artifact_prefix=" + found + "/",
                found.toString(),
                corpus.toString())
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(fuzzer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(fuzzer.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("Done " + RUNS + " runs")
        .contains("NEW"); // inputs kept, as they reached new code
  }

  private static String classPath(Class<?> target) throws ClassNotFoundException {
    return ClassPath.of(
        Class.forName(JAZZER),
        Class.forName("com.code_intelligence.jazzer.api.FuzzedDataProvider"),
        target,
        Manifests.class,
        JsonFactory.class,
        JsonKey.class,
        ObjectMapper.class,
        ZipFile.class,
        IOUtils.class,
        LZMAInputStream.class,
        LoggerFactory.class,
        Assertions.class);
  }
}
