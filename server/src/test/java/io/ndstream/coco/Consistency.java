package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds of every data set that opens, whatever was left out of it. */
final class Consistency {
  private final Dataset dataset;

  Consistency(Dataset dataset) {
    this.dataset = dataset;
  }

  void check() {
    Annotations annotations = dataset.annotations();
    int inImages = 0;
    for (int image = 0; image < dataset.images().size(); image++) {
      assertThat(dataset.imageRowOfId(dataset.images().get(image).id())).isEqualTo(image);
      assertThat(dataset.imageJson(image)).startsWith("{").endsWith("}");
      int[] rows = annotations.ofImage(image);
      inImages += rows.length;
      for (int i = 0; i < rows.length; i++) {
        assertThat(annotations.image(rows[i])).isEqualTo(image);
        assertThat(i == 0 || annotations.id(rows[i - 1]) < annotations.id(rows[i])).isTrue();
      }
    }
    assertThat(inImages).isEqualTo(annotations.size());
    for (int row = 0; row < annotations.size(); row++) {
      assertThat(annotations.rowOfId(annotations.id(row))).isEqualTo(row);
      assertThat(annotations.json(row)).startsWith("{").endsWith("}");
      assertThat(
              !annotations.hasCategory(row)
                  || dataset.categoryOfId(annotations.categoryId(row)) != null)
          .isTrue();
      assertThat(annotations.hasBox(row)).isEqualTo(!Double.isNaN(annotations.width(row)));
      annotations.segmentation(row);
      annotations.keypoints(row);
      annotations.trackId(row);
    }
    for (int row = 0; row < dataset.videos().size(); row++) {
      int video = row;
      assertThat(dataset.videoRowOfId(dataset.videos().get(row).id())).isEqualTo(row);
      assertThat(dataset.videos().get(row).frames())
          .allSatisfy(frame -> assertThat(dataset.images().get(frame).video()).isEqualTo(video));
    }
  }
}
