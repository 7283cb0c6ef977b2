package io.ndstream.bench.stitch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The reference's accumulator on the same windows, if the given Python has it. */
final class Reference {
  private Reference() {}

  /** Milliseconds a window by name; empty, and said so, if it cannot be run. */
  static Map<String, Double> run(String python) throws IOException, InterruptedException {
    Path script =
        Path.of(
            System.getProperty("ndstream.root", "."), "bench/src/main/python/stitch_reference.py");
    Process process =
        new ProcessBuilder(python, script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Map<String, Double> millis = new TreeMap<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int cut = line.lastIndexOf(' ');
        millis.put(line.substring(0, cut), Double.valueOf(line.substring(cut + 1)));
      }
    }
    if (process.waitFor() != 0) {
      System.out.println("reference: SKIPPED, kwarray cannot be run by " + python);
    }
    return millis;
  }
}
