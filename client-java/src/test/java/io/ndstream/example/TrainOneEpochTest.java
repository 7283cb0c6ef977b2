package io.ndstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TrainOneEpochTest {

  @Test
  void runs() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainOneEpoch.run("toy:shapes3-gsize96", new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("[1-9]\\d* batches, [1-9]\\d* samples")
        .containsPattern("mean of [1-9]\\d* positives: \\d+")
        .containsPattern("mean of [1-9]\\d* negatives: \\d+");
  }
}
