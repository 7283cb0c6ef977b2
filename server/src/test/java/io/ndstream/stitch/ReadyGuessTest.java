package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Affine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyGuessTest {
  private static final CanvasSpec ALONE = image(1, -1);
  private static final CanvasSpec FIRST = image(2, 0);
  private static final CanvasSpec SECOND = image(3, 0);
  private static final CanvasSpec OTHER = image(4, 1);
  private static final List<CanvasSpec> ALL = List.of(ALONE, FIRST, SECOND, OTHER);

  private static CanvasSpec image(long id, int video) {
    return new CanvasSpec(id, 8, 8, Affine.IDENTITY, video, new Expected.Unknown());
  }

  @Test
  void anotherVideoMakesTheFramesOfTheOneBeforeReady() {
    ReadyGuess guess = new ReadyGuess(true);
    guess.window(FIRST, null, ALL);
    guess.window(SECOND, null, ALL);
    assertThat(guess.ready()).isEmpty();
    guess.window(OTHER, null, ALL);
    assertThat(guess.ready()).containsExactly(2L, 3L);
  }

  @Test
  void noVideoBeforeMeansThatNoneIsReady() {
    ReadyGuess guess = new ReadyGuess(true);
    guess.window(ALONE, null, ALL);
    guess.window(FIRST, null, ALL);
    guess.window(ALONE, null, ALL);
    assertThat(guess.ready()).as("an image without a video turns by image").containsExactly(2L);
    guess.window(OTHER, true, ALL);
    assertThat(guess.ready()).containsExactly(2L);
  }
}
