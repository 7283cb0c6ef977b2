package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.pixels.DType;
import io.ndstream.raster.CogReport.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CogTest {
  private static final RasterSpec TIFF =
      RasterSpec.of(RasterSpec.Format.GTIFF, 1300, 900, 3, DType.UINT8);

  @TempDir Path directory;

  private Path write(String name, RasterSpec spec) {
    return Formula.write(directory.resolve(name), spec);
  }

  private static List<Code> codes(Path file) {
    return CogValidator.validate(file).findings().stream().map(CogReport.Finding::code).toList();
  }

  @Test
  void acceptsWhatGdalsOwnDriverWrites() {
    Path file = write("a.tif", TIFF.withOverviews("AVERAGE", List.of(2, 4)));
    RasterSpec cog =
        RasterSpec.of(RasterSpec.Format.COG, 1300, 900, 3, DType.UINT8)
            .withOverviews("AVERAGE", List.of(2));
    CogReport report = CogValidator.validate(write("cog.tif", cog));
    assertThat(report.findings()).isEmpty();
    assertThat(report.levels().size()).isGreaterThan(1);
    assertThat(codes(file)).as("overviews appended to a tiled file").contains(Code.DATA_ORDER);
  }

  @Test
  void acceptsATiledFileWithoutOverviewsAndSaysSo() {
    assertThat(codes(write("t.tif", TIFF))).containsExactly(Code.NO_OVERVIEWS);
    assertThat(CogValidator.validate(directory.resolve("t.tif")).isValid()).isTrue();
    assertThat(
            codes(
                write(
                    "small.tif",
                    RasterSpec.of(RasterSpec.Format.GTIFF, 300, 300, 1, DType.UINT8)
                        .withTileSize(0))))
        .isEmpty();
  }

  @Test
  void refusesStripsOtherFormatsAndOverviewsElsewhere() throws IOException {
    assertThat(codes(write("s.tif", TIFF.withTileSize(0)))).contains(Code.NOT_TILED);
    assertThat(codes(write("p.png", RasterSpec.of(RasterSpec.Format.PNG, 30, 30, 1, DType.UINT8))))
        .containsExactly(Code.NOT_TIFF);
    assertThat(codes(directory.resolve("none.tif"))).containsExactly(Code.UNREADABLE);
    Path file = write("o.tif", TIFF);
    Files.createFile(directory.resolve("o.tif.ovr"));
    assertThat(codes(file)).contains(Code.EXTERNAL_OVERVIEWS);
  }

  @Test
  void judgesSparseFiles() {
    Path file = directory.resolve("sparse.tif");
    Dataset made =
        gdal.GetDriverByName("GTiff")
            .Create(
                file.toString(), 1000, 1000, 1, 1, new String[] {"TILED=YES", "SPARSE_OK=TRUE"});
    made.delete();
    assertThat(codes(file)).contains(Code.SPARSE);
    assertThat(CogValidator.validate(file).isValid()).isTrue();
  }

  @Test
  void convertsKeepingPixelsAndGeoreference() {
    var where = new RasterSpec.Georeference(List.of(500.0, 2.0, 0.0, 900.0, 0.0, -2.0), "");
    Path source = write("a.tif", TIFF.withTileSize(0).withNodata(3).withGeoreference(where));
    Path target = directory.resolve("out.tif");
    try (HandlePool pool = new HandlePool(4)) {
      CogConverter converter =
          new CogConverter(pool, new CogConverter.Options("ZSTD", 256, true, "AVERAGE"));
      assertThat(converter.convert(source.toString(), target)).isTrue();
      assertThat(converter.convert(source.toString(), target)).as("a second time").isFalse();
      assertThat(codes(target)).isEmpty();
      try (FrameReader reader = new GdalFrameReader(pool);
          var lease = pool.borrow(target.toString())) {
        assertThat(lease.handle().dataset().GetGeoTransform())
            .containsExactly(500, 2, 0, 900, 0, -2);
        FrameHeader header = lease.handle().header();
        assertThat(header.nodata(0)).hasValue(3);
        lease.close();
        FrameReaderContract contract = new GdalFrameReaderTest();
        contract.reader = reader;
        contract.assertRandomWindows(target, header, 5, 1);
      }
    }
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("a.tif", "out.tif");
  }
}
