package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GdalCallTest {
  @BeforeAll
  static void startGdal() {
    Gdal.start();
  }

  @Test
  void nothingMadeIsAFailureWithTheFilesName() {
    assertThatThrownBy(() -> GdalCall.made("some.png", Reason.DISK_FULL, () -> null))
        .isInstanceOfSatisfying(
            LoaderException.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.DISK_FULL);
              assertThat(failure.facts())
                  .containsEntry("file", "some.png")
                  .containsEntry("gdal", "no message");
            });
  }

  @Test
  void whatIsMadeIsReturned() {
    assertThat(GdalCall.made("some.png", Reason.DISK_FULL, () -> "file")).isEqualTo("file");
  }
}
