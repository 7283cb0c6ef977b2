package io.ndstream.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Violation;
import io.ndstream.toy.ToySpec.Assets;
import io.ndstream.toy.ToySpec.Sensor;
import io.ndstream.toy.ToySpec.Shapes;
import io.ndstream.toy.ToySpec.Vidshapes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToyKeyTest {

  @Test
  void readsKindNumberAndOptions() {
    assertThat(ToyKey.parse("shapes8")).isEqualTo(new Shapes(8, 600, 600, false, 8));
    assertThat(ToyKey.parse("special:shapes")).isEqualTo(new Shapes(5, 600, 600, false, 0));
    Vidshapes spec =
        (Vidshapes)
            ToyKey.parse("vidshapes8-frames5-tracks3-gsize320x240-speed0.2-msi-multisensor-seed4");
    assertThat(spec)
        .extracting(Vidshapes::videos, Vidshapes::frames, Vidshapes::tracks)
        .containsExactly(8, 5, 3);
    assertThat(spec)
        .extracting(Vidshapes::width, Vidshapes::height, Vidshapes::maxSpeed)
        .containsExactly(320, 240, 0.2);
    assertThat(spec)
        .extracting(Vidshapes::assets, Vidshapes::seed)
        .containsExactly(Assets.MULTISPECTRAL, 4L);
    assertThat(spec.sensors()).hasSize(4);
  }

  @Test
  void optionsWinOverSuffixes() {
    Shapes spec =
        (Shapes) ToyKey.parse("shapes8-gsize64", Map.of("image_size", "32", "seed", "-3"));
    assertThat(spec).isEqualTo(new Shapes(8, 32, 32, false, -3));
    assertThat(((Vidshapes) ToyKey.parse("vidshapes-aux0")).assets()).isEqualTo(Assets.NONE);
  }

  @Test
  void theSeedFollowsFromTheOptions() {
    assertThat(ToyKey.parse("vidshapes2").seed())
        .isEqualTo(ToyKey.parse("vidshapes-videos2").seed());
    assertThat(ToyKey.parse("vidshapes2").seed()).isNotEqualTo(ToyKey.parse("vidshapes3").seed());
  }

  @Test
  void readsOwnChannels() {
    Vidshapes spec =
        (Vidshapes)
            ToyKey.parse("vidshapes", Map.of("channels", "s1:(r|g|b,x|y),(s2,s3):Y:2:6,B8"));
    assertThat(spec.sensors())
        .containsExactly(
            new Sensor("s1", List.of("r|g|b", "x|y")),
            new Sensor("s2", List.of("Y:2:6")),
            new Sensor("s3", List.of("Y:2:6")),
            new Sensor("sensor1", List.of("B8")));
    assertThat(Sensors.codes("Y:2:6|X.2|r"))
        .containsExactly("Y.2", "Y.3", "Y.4", "Y.5", "X.0", "X.1", "r");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "photos",
        "shapes8-msi",
        "vidshapes8-nonsense",
        "vidshapes-gsize4",
        "vidshapes-gsize10x",
        "vidshapes0",
        "vidshapes-aux-msi",
        "vidshapes-multisensor",
        "vidshapes-aux7",
        "vidshapes-frames",
        "vidshapes-speed7",
        "shapes9999999"
      })
  void refusesWhatItDoesNotKnow(String key) {
    assertThatThrownBy(() -> ToyKey.parse(key)).isInstanceOf(LoaderException.class);
  }

  @Test
  void namesEveryMistake() {
    assertThatThrownBy(() -> ToyKey.parse("vidshapes-nonsense-gsizex-aux5"))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field)
                    .contains("toy option", "aux"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"r||g", "X:", "a:b:c", "(r", "X:5:5", "X.999"})
  void refusesMalformedChannels(String channels) {
    assertThatThrownBy(() -> ToyKey.parse("vidshapes", Map.of("channels", channels)))
        .isInstanceOf(LoaderException.class);
  }
}
