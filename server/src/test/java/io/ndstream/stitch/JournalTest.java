package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was appended is read again, up to where a crash tore it. */
class JournalTest {
  @TempDir Path scratch;

  private record Read(byte kind, ByteBuffer body) {}

  @Test
  void recordsOfAnySizeComeBackInTheirOrder() {
    Random random = new Random(1);
    List<Read> written = new ArrayList<>();
    for (int life = 0; life < 3; life++) {
      List<Read> found = new ArrayList<>();
      try (Journal journal = open(found)) {
        assertThat(found).isEqualTo(written);
        for (int bytes : new int[] {0, 1, 4086, 4087, 4088, 3 << 20, 77}) {
          written.addAll(append(journal, random, bytes, 1));
        }
        written.addAll(append(journal, random, (1 << 20) - 6, 4));
      }
    }
  }

  @Test
  void aTornMessageLeavesItsFirstRecordsAndTheJournalGoesOn() throws IOException {
    Random random = new Random(2);
    List<Read> acknowledged;
    List<Read> torn;
    try (Journal journal = open(new ArrayList<>())) {
      acknowledged = append(journal, random, 10_000, 2);
      torn = append(journal, random, 10_000, 3);
    }
    byte[] whole = Files.readAllBytes(scratch.resolve("journal"));
    for (int cut = 0; cut < 200; cut++) {
      int length = 24_576 + random.nextInt(whole.length - 24_576); // 2 records fill 6 blocks
      Files.write(scratch.resolve("journal"), Arrays.copyOf(whole, length));
      List<Read> found = new ArrayList<>();
      List<Read> more;
      try (Journal journal = open(found)) {
        more = append(journal, random, random.nextInt(5000), 1);
      }
      int left = found.size() - acknowledged.size();
      assertThat(found.subList(0, 2)).as("cut at %d", length).isEqualTo(acknowledged);
      assertThat(found.subList(2, 2 + left))
          .as("cut at %d", length)
          .isEqualTo(torn.subList(0, left));
      List<Read> again = new ArrayList<>();
      open(again).close();
      found.addAll(more);
      assertThat(again).as("cut at %d", length).isEqualTo(found);
    }
  }

  @Test
  void aFlippedBitEndsIt() throws IOException {
    Random random = new Random(3);
    List<Read> written = new ArrayList<>();
    try (Journal journal = open(new ArrayList<>())) {
      for (int i = 0; i < 8; i++) {
        written.addAll(append(journal, random, 4000, 1)); // a block each
      }
    }
    byte[] whole = Files.readAllBytes(scratch.resolve("journal"));
    for (int flip = 0; flip < 200; flip++) {
      int at = random.nextInt(4000) + 4096 * random.nextInt(8);
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(scratch.resolve("journal"), damaged);
      List<Read> found = new ArrayList<>();
      open(found).close();
      assertThat(found).as("bit of byte %d", at).isEqualTo(written.subList(0, at / 4096));
    }
  }

  private Journal open(List<Read> found) {
    return Journal.open(
        scratch.resolve("journal"), (kind, body) -> found.add(new Read(kind, body)));
  }

  /** Appends so many records at once, each of so many bytes in two parts. */
  private static List<Read> append(Journal journal, Random random, int bytes, int count) {
    List<Read> written = new ArrayList<>();
    List<RecordWriter.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] body = new byte[bytes];
      random.nextBytes(body);
      byte kind = (byte) (1 + random.nextInt(100));
      ByteBuffer all = ByteBuffer.wrap(body);
      written.add(new Read(kind, all));
      entries.add(
          new RecordWriter.Entry(
              kind,
              all.slice(0, bytes / 3),
              all.slice(bytes / 3, bytes - bytes / 3).asReadOnlyBuffer()));
    }
    journal.append(entries);
    return written;
  }
}
