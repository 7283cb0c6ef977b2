package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ndstream.coco.Dataset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AssetPlaceTest {
  @TempDir Path bundle;

  static List<List<String>> names() {
    return List.of(
        List.of("im1", "im1_p.tif"),
        List.of("site/im1", "site/im1_p.tif"),
        List.of("../../im1", "7_p.tif"),
        List.of("é".repeat(120), "7_p.tif"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameThatNoFileCanHaveGivesWayToTheId(List<String> nameAndFile) {
    ArrayNode images = Runs.MAPPER.createArrayNode();
    images
        .addObject()
        .put("id", 7)
        .put("name", nameAndFile.get(0))
        .put("width", 8)
        .put("height", 8)
        .put("file_name", "im.png");
    try (Dataset dataset = Runs.dataset(bundle, images, null)) {
      RunSpec run = Runs.spec(bundle, List.of("p"), Precision.EXACT);
      assertThat(AssetPlace.of(dataset, run, 7).file())
          .isEqualTo(run.output().directory().resolve(nameAndFile.get(1)));
    }
  }
}
