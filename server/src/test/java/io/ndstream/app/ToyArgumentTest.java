package io.ndstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code toy:KEY} stands for a manifest wherever a command takes one. */
class ToyArgumentTest {
  @TempDir Path home;

  private String out(int status, String... args) {
    String before = System.getProperty("user.home");
    System.setProperty("user.home", home.toString());
    try {
      return Printed.by(status, args);
    } finally {
      System.setProperty("user.home", before);
    }
  }

  @Test
  void commandsTakeAToyDataSetMoreThanOnce() throws IOException {
    assumeTrue(System.getenv("XDG_CACHE_HOME") == null, "the user's cache must not be written to");
    String parts = out(0, "split", "toy:shapes6-gsize64");
    assertThat(parts).contains("toy:shapes6-gsize64-train", "image_ids");
    assertThat(out(0, "split", "toy:shapes6-gsize64")).isEqualTo(parts);
    assertThat(out(0, "grid", "toy:shapes6-gsize64", "--window", "32,32")).isNotEmpty();
    assertThat(out(0, "inspect", "toy:shapes6-gsize64")).contains("the manifest opens");
    assertThat(out(1, "split", "toy:nothing")).contains("nothing");
    try (var made = Files.list(home.resolve(".cache/ndstream/work/toy"))) {
      assertThat(made).hasSize(1);
    }
  }
}
