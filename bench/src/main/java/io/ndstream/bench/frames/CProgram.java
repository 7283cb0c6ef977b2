package io.ndstream.bench.frames;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program of src/main/c/windows.c, compiled against the GDAL of this machine. */
record CProgram(Path binary) {
  /**
   * @throws IOException if there is no compiler or no GDAL to compile against
   */
  static CProgram compile(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path root = Path.of(System.getProperty("ndstream.root", "."));
    Path source = root.resolve("bench/src/main/c/windows.c");
    Path binary = directory.resolve("windows");
    run(List.of("cc", "-O2", "-o", binary.toString(), source.toString(), "-I/usr/include/gdal", "-lgdal", "-lpthread"));
    return new CProgram(binary);
  }

  double windowsPerSecond(Path file, int threads, long cacheBytes, double seconds, boolean warm) throws IOException {
    return Double.parseDouble(run(List.of(binary.toString(), file.toString(), "" + threads, "" + (cacheBytes >> 20), "" + seconds,
        warm ? "1" : "0")));
  }

  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(new ArrayList<>(command)).directory(new File("."))
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
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
