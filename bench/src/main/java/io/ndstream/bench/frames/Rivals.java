package io.ndstream.bench.frames;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What ours is measured beside: the program of src/main/c/windows.c, compiled against the GDAL of
 * this machine, and windows.py.
 *
 * @param binary the compiled program
 * @param script for Python
 * @param python the interpreter
 */
record Rivals(Path binary, Path script, String python) {
  /**
   * @throws IOException if there is no compiler or no GDAL to compile against
   */
  static Rivals find(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path sources = Path.of(System.getProperty("ndstream.root", ".")).resolve("bench/src/main");
    Path binary = directory.resolve("windows");
    run(
        List.of(
            "cc",
            "-O2",
            "-o",
            binary.toString(),
            sources.resolve("c/windows.c").toString(),
            "-I/usr/include/gdal",
            "-lgdal",
            "-lpthread"));
    return new Rivals(binary, sources.resolve("python/windows.py"), "python3");
  }

  double c(Path file, int threads, long cacheBytes, double seconds, boolean warm)
      throws IOException {
    return Double.parseDouble(
        run(
            List.of(
                binary.toString(),
                file.toString(),
                "" + threads,
                "" + (cacheBytes >> 20),
                "" + seconds,
                warm ? "1" : "0")));
  }

  /** 0 if this Python has neither GDAL nor rasterio. */
  double python(Path file, int threads, long cacheBytes, double seconds, boolean warm)
      throws IOException {
    String answer =
        run(
            List.of(
                python,
                script.toString(),
                file.toString(),
                "" + threads,
                "" + (cacheBytes >> 20),
                "" + seconds,
                warm ? "1" : "0"));
    return answer.isEmpty() ? 0 : Double.parseDouble(answer);
  }

  private static String run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("failed: " + String.join(" ", command));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + String.join(" ", command), e);
    }
    return output.strip();
  }
}
