package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import org.junit.jupiter.api.Test;

class PlacedTest {
  private static final Window CANVAS = new Window(0, 0, 64, 64);

  @Test
  void theMaskOfEdgesIsThatOfTheDataEvenIfItIsCutToItsBox() {
    Patch data = Runs.patch(12, 10, 1, new float[120]);
    Window box = new Window(3, 4, 7, 9);
    StitchWindow window = new StitchWindow(1, "w", box, data, null, true);
    Placed placed =
        Placed.of(window, CANVAS, 1, Placement.LENIENT, NanPolicy.OMIT, new EdgeMasks());
    assertThat(placed.box()).isEqualTo(box);
    assertThat(placed.adjusted()).isTrue();
    assertThat(placed.weights().edges().height()).isEqualTo(12);
    assertThat(placed.weights().edges().width()).isEqualTo(10);
  }
}
