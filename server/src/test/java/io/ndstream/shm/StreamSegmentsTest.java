package io.ndstream.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.pixels.BufferSource;
import io.ndstream.pixels.BufferSourceContract;
import io.ndstream.pixels.Elements;
import io.ndstream.pixels.Slot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamSegmentsTest extends BufferSourceContract {
  private static final int LENGTH = 5000;

  @TempDir private Path parent;
  private SegmentDirectory directory;
  private StreamSegments segments;

  @BeforeEach
  void open() {
    directory = SegmentDirectory.in(parent);
    segments = new StreamSegments(directory, budget, BUDGET, () -> false);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    segments.close();
    assertThat(budget.used()).as("bytes of the budget").isZero();
    assertThat(directory.bytes()).as("bytes of segments").isZero();
    assertThat(files()).isEmpty();
    directory.close();
    assertThat(parent).isEmptyDirectory();
  }

  @Override
  protected BufferSource source() {
    return segments;
  }

  @Override
  protected byte[] received(Elements elements) throws IOException {
    Elements.InSegment named = (Elements.InSegment) elements;
    byte[] file = Files.readAllBytes(directory.path().resolve(named.segment()));
    return Arrays.copyOfRange(file, named.offset(), named.offset() + named.length());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory.path())) {
      return all.filter(file -> !file.endsWith(SegmentDirectory.LOCK)).toList();
    }
  }

  private Slot lend() {
    Slot slot = segments.tryClaim(LENGTH);
    slot.share();
    slot.close();
    return slot;
  }

  private static String name(Slot slot) {
    return ((Elements.InSegment) slot.elements(0, 1)).segment();
  }

  private void giveBack(Slot slot) throws IOException {
    mark(slot, 0);
  }

  /** As a client does. */
  private void mark(Slot slot, int place) throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.path().resolve(name(slot)).toFile(), "rw")) {
      file.seek(file.length() - 4);
      file.write(new byte[] {(byte) place, 0, 0, 0});
    }
  }

  @Test
  void aSegmentIsUsedAgainOnlyWhenItWasGivenBack() throws IOException {
    Slot first = lend();
    Slot second = lend();
    assertThat(name(second)).isNotEqualTo(name(first));
    giveBack(second);
    assertThat(name(lend())).as("out of order").isEqualTo(name(second));
    giveBack(first);
    assertThat(name(lend())).isEqualTo(name(first));
    assertThat(files()).hasSize(2);
  }

  @Test
  void aClientThatKeepsTooMuchGetsNoMoreUntilItGivesBack() throws IOException {
    StreamSegments few = new StreamSegments(directory, budget, 3 * LENGTH, () -> false);
    try (few) {
      Slot last = null;
      int lent = 0;
      for (Slot slot = few.tryClaim(LENGTH); slot != null; slot = few.tryClaim(LENGTH)) {
        slot.share();
        last = slot;
        lent++;
      }
      assertThat(lent).isBetween(2, 3);
      giveBack(last);
      try (Slot again = few.tryClaim(LENGTH)) {
        assertThat(name(again)).isEqualTo(name(last));
      }
    }
  }

  @Test
  void segmentsThatAreTooSmallMakeRoomForLargerOnes() throws IOException {
    for (int length = 1000; length < 400_000; length *= 2) {
      Slot slot = segments.tryClaim(length);
      assertThat(slot).as("slot of %d bytes", length).isNotNull();
      slot.share();
      giveBack(slot);
    }
    assertThat(files()).hasSize(1);
  }

  @Test
  void namesStayUntilTheClientHasMappedWhatItWasSent() throws Exception {
    StreamSegments careful = new StreamSegments(directory, budget, BUDGET, () -> true);
    List<Slot> sent = List.of(careful.tryClaim(LENGTH), careful.tryClaim(LENGTH));
    sent.forEach(Slot::share);
    Thread end = new Thread(careful::close);
    end.start();
    mark(sent.get(0), 2);
    end.join(100);
    assertThat(files()).hasSize(2);
    mark(sent.get(1), 0);
    end.join();
    assertThat(files()).isEmpty();
  }

  @Test
  void onlyTheUserMayOpenThemAndNoNameComesTwice() throws IOException {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      assertThat(names.add(name(lend()))).isTrue();
    }
    assertThat(names).allMatch(name -> name.matches("[0-9a-f]{32}"));
    assertThat(directory.path().getFileName().toString()).matches("ndstream-[0-9a-f]{32}");
    assertThat(Files.getPosixFilePermissions(directory.path()))
        .hasSize(3)
        .allMatch(p -> p.name().startsWith("OWNER_"));
    for (Path file : files()) {
      assertThat(Files.getPosixFilePermissions(file))
          .hasSize(2)
          .allMatch(p -> p.name().startsWith("OWNER_"));
    }
  }

  @Test
  void theMemoryIsTakenWhenASegmentIsMade() throws Exception {
    Slot slot = segments.tryClaim(600_000);
    Path file = directory.path().resolve(name(slot));
    Process blocks = new ProcessBuilder("stat", "--format=%b %B", file.toString()).start();
    String[] words =
        new String(
                blocks.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
            .trim()
            .split(" ");
    assertThat(Long.parseLong(words[0]) * Long.parseLong(words[1])).isGreaterThanOrEqualTo(600_000);
    slot.close();
  }
}
