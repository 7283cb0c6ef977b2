package io.ndstream.bench.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Python reference on the same data, if the given Python has it. */
final class Reference {
  private Reference() {}

  /**
   * Samples a second of the cells that have all words, by {@code "pixels kind side scale"}; empty,
   * and said so, if it cannot be run.
   */
  static Map<String, Double> run(String python, Path manifest, double seconds, List<String> words)
      throws IOException, InterruptedException {
    Path script =
        Path.of(
            System.getProperty("ndstream.root", "."), "bench/src/main/python/sample_reference.py");
    List<String> command =
        new ArrayList<>(
            List.of(python, script.toString(), manifest.toString(), String.valueOf(seconds)));
    command.addAll(words);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, Double> perSecond = new TreeMap<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int cut = line.lastIndexOf(' ');
        perSecond.put(line.substring(0, cut), Double.valueOf(line.substring(cut + 1)));
      }
    }
    if (process.waitFor() != 0) {
      System.out.println("reference: SKIPPED, ndsampler cannot be run by " + python);
    }
    return perSecond;
  }
}
