package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.ndstream.Oracle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded manifests, valid and invalid, mutilated at random: whatever comes of it, the answer is a
 * report. A longer run: set the system property {@code ndstream.fuzz} to the number of rounds.
 */
class ManifestFuzzTest {
  private static final int ROUNDS = Integer.getInteger("ndstream.fuzz", 2000);
  private static final List<String> SCRAPS =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "[[]]",
          "\"\"",
          "-1",
          "0",
          "1e999",
          "NaN",
          "-Infinity",
          "1.5",
          "9223372036854775807",
          "9223372036854775808",
          "1e-400",
          "\"\\ud83d\"",
          "\"a|b:9\"",
          "{\"size\":[2147483647,2147483647],\"counts\":[]}",
          "{\"size\":[4,4],\"counts\":\"oooooooooooooooo\"}",
          "[1,2,3,4,5,6]",
          "{\"scale\":1e-300}",
          "[0,0,-1,1]",
          ",",
          ":",
          "]",
          "}",
          "\"",
          "\\",
          "\u0000",
          "ü",
          "[[[[[[[[",
          "{\"id\":1,\"id\":2}",
          "\"f:999999999\"",
          "{\"matrix\":[[1,2,3]]}");

  @TempDir Path temp;

  @Test
  void noInputGivesAnythingButAReport() throws IOException {
    List<byte[]> seeds = seeds();
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = new SplittableRandom(round);
      byte[] input = mutate(seeds.get(random.nextInt(seeds.size())), random);
      String label = "seed " + round;
      Assertions.assertTimeout(Duration.ofSeconds(20), () -> reportOn(input, label), label);
    }
  }

  private void reportOn(byte[] input, String label) throws IOException {
    Path file = Files.write(temp.resolve("m"), input);
    try {
      ManifestFuzzTarget.report(file, label.hashCode() % 2 == 0);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(label + ": " + new String(input, StandardCharsets.ISO_8859_1), e);
    }
  }

  @Test
  void theScannerAgreesWithJackson() throws IOException {
    List<byte[]> seeds = seeds();
    JsonFactory jackson =
        JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();
    int good = 0;
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = new SplittableRandom(round);
      byte[] input = mutate(seeds.get(random.nextInt(seeds.size())), random);
      if (new Utf8Check().check(input, input.length, true) >= 0
          || input.length > 1 && input[0] == 'P') {
        continue;
      }
      String theirs = walk(jackson.createParser(input));
      String ours = walk(new JsonScanner(new Dribble(input, random), 0, ManifestFuzzTarget.LIMITS));
      assertThat(ours)
          .as("seed %s: %s", round, new String(input, StandardCharsets.UTF_8))
          .isEqualTo(theirs);
      good += theirs.equals("refused") ? 0 : 1;
    }
    assertThat(good).as("documents that are JSON").isGreaterThan(ROUNDS / 20);
  }

  @Test
  void packedRunsComeBackOrAreRefused() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = new SplittableRandom(round);
      long[] runs =
          random.longs(1 + random.nextInt(20), 0, 1L << (1 + random.nextInt(30))).toArray();
      String packed = pack(runs);
      RunLengths read = new RunLengths(true, Where.ROOT);
      read.readText(packed);
      assertThat(read.counts())
          .as("seed %s", round)
          .containsExactly(Arrays.stream(runs).mapToInt(Math::toIntExact).toArray());
      byte[] bytes = packed.getBytes(StandardCharsets.US_ASCII);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(32, 127);
      try {
        new RunLengths(true, Where.ROOT).readText(new String(bytes, StandardCharsets.US_ASCII));
      } catch (BadValue expected) {
        assertThat(expected.code()).isEqualTo(IssueCode.SEG_RLE);
      }
    }
  }

  /** The packing as the format describes it. */
  private static String pack(long[] runs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < runs.length; i++) {
      long x = i > 2 ? runs[i] - runs[i - 2] : runs[i];
      boolean more = true;
      while (more) {
        long bits = x & 0x1f;
        x >>= 5;
        more = (bits & 0x10) != 0 ? x != -1 : x != 0;
        text.append((char) (48 + (more ? bits | 0x20 : bits)));
      }
    }
    return text.toString();
  }

  private static String walk(JsonParser parser) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean ended = false;
    try (parser) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (ended) {
          return "refused"; // Jackson takes a sequence of documents
        }
        ended = parser.getParsingContext().inRoot();
        text.append(token.name()).append(' ');
        if (token.isNumeric()) {
          text.append(parser.getDoubleValue());
        } else if (token.isScalarValue() || token.name().equals("FIELD_NAME")) {
          text.append(parser.getText());
        }
      }
      return text.toString();
    } catch (JsonProcessingException e) {
      return "refused";
    }
  }

  private static String walk(JsonScanner scanner) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      if (scanner.next() != null) {
        walkValue(scanner, text);
        scanner.next();
      }
      return text.toString();
    } catch (FatalInput e) {
      return "refused";
    }
  }

  private static void walkValue(JsonScanner scanner, StringBuilder text) throws IOException {
    Token token = scanner.token();
    text.append(token.name()).append(' ');
    if (token == Token.START_OBJECT) {
      for (String name = scanner.nextName(); name != null; name = scanner.nextName()) {
        text.append("FIELD_NAME ").append(name);
        walkValue(scanner, text);
      }
      text.append("END_OBJECT ");
    } else if (token == Token.START_ARRAY) {
      while (scanner.next() != Token.END_ARRAY) {
        walkValue(scanner, text);
      }
      text.append("END_ARRAY ");
    } else if (token == Token.VALUE_NUMBER_FLOAT || token == Token.VALUE_NUMBER_INT) {
      text.append(scanner.doubleValue());
    } else {
      text.append(scanner.text());
    }
  }

  /**
   * Gives few bytes at a time, so that every token is split somewhere, or enough for several
   * members.
   */
  private static final class Dribble extends ByteArrayInputStream {
    private final SplittableRandom random;
    private final int most;

    Dribble(byte[] bytes, SplittableRandom random) {
      super(bytes);
      this.random = random;
      this.most = random.nextBoolean() ? 7 : 1000;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(length, 1 + random.nextInt(most)));
    }
  }

  private static byte[] mutate(byte[] seed, SplittableRandom random) {
    byte[] bytes = seed;
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = mutateOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutateOnce(byte[] bytes, SplittableRandom random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(12));
    switch (random.nextInt(6)) {
      case 0:
        return splice(bytes, from, to, new byte[0]);
      case 1:
        return splice(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
      case 2:
        return splice(
            bytes, from, Math.min(bytes.length, from + 1), new byte[] {(byte) random.nextInt(256)});
      case 3:
        return Arrays.copyOf(bytes, from);
      default:
        return replaceValue(bytes, from, random);
    }
  }

  /** Puts a scrap in the place of a value: what gets furthest into the checks. */
  private static byte[] replaceValue(byte[] bytes, int near, SplittableRandom random) {
    int from = near;
    while (from < bytes.length && ":[,".indexOf(bytes[from]) < 0) {
      from++;
    }
    int to = from + 1;
    while (to < bytes.length && ",]}".indexOf(bytes[to]) < 0) {
      to++;
    }
    byte[] scrap = SCRAPS.get(random.nextInt(SCRAPS.size())).getBytes(StandardCharsets.UTF_8);
    return splice(bytes, Math.min(bytes.length, from + 1), Math.min(bytes.length, to), scrap);
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String kind : List.of("valid", "invalid")) {
      try (Stream<Path> files = Files.list(Oracle.path("kwcoco/" + kind))) {
        for (Path file : files.sorted().toList()) {
          seeds.add(Files.readAllBytes(file));
        }
      }
    }
    return seeds;
  }
}
