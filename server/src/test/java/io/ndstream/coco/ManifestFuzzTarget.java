package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Any bytes as a manifest: whatever comes of it is a report, and a data set that opens holds
 * together.
 */
public final class ManifestFuzzTarget {
  static final Limits LIMITS = new Limits(64, 1 << 16, 1 << 20, 100, 10_000);

  private ManifestFuzzTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path file = Files.createTempFile("ndstream-fuzz", ".json");
    try {
      report(Files.write(file, input), input.length % 2 == 0);
    } finally {
      Files.delete(file);
    }
  }

  static void report(Path file, boolean keepDegenerate) {
    OpenOptions options =
        new OpenOptions(true, keepDegenerate, PathPolicy.bundleOnly(), LIMITS, 1000, null);
    Reading reading = Manifests.read(file, options);
    assertThat(reading.report().count()).isGreaterThanOrEqualTo(reading.report().issues().size());
    assertThat(reading.dataset() == null).isEqualTo(reading.report().count(Severity.FATAL) > 0);
    if (reading.dataset() != null) {
      try (Dataset dataset = reading.dataset()) {
        new Consistency(dataset).check();
      }
    }
  }
}
