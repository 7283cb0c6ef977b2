package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** Any text as packed run lengths: runs that are not negative, or a refusal. */
public final class RunLengthsFuzzTarget {
  private RunLengthsFuzzTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    RunLengths runs = new RunLengths(true, Where.ROOT);
    try {
      runs.readText(new String(input, StandardCharsets.ISO_8859_1));
      assertThat(runs.counts()).isNotNull();
      for (int run : runs.counts()) {
        assertThat(run).isNotNegative();
      }
    } catch (BadValue refused) {
      assertThat(refused.code()).isEqualTo(IssueCode.SEG_RLE);
    }
  }
}
