package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.ListGridWindowsRequest;
import io.ndstream.v1.Pool;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Windows by their share of valid data, over files: one whose left half is nodata, one that is all
 * nodata.
 */
class ValidDataTest {
  private static final int SIDE = 2048;
  private static final int STEP = 128;
  private static final int NODATA = 0;

  /**
   * The coarsest overview of each of the two files is one tile of 256 pixels a side; the files hold
   * 64 times as much.
   */
  private static final int OVERVIEWS = 2 * 256 * 256;

  @TempDir Path dir;
  private final HandlePool handles = new HandlePool(4);
  private final TileCache tiles = new TileCache(64 << 20);
  private RegionServer server;

  @BeforeEach
  void serve() throws IOException {
    Gdal.start();
    write(dir.resolve("half.tif"), SIDE / 2);
    write(dir.resolve("empty.tif"), SIDE);
    Path manifest =
        Files.writeString(
            dir.resolve("valid.kwcoco.json"),
            """
        {"categories": [{"id": 1, "name": "a"}], "annotations": [], "images": [
         {"id": 1, "file_name": "half.tif", "width": 2048, "height": 2048},
         {"id": 2, "file_name": "empty.tif", "width": 2048, "height": 2048}]}""");
    server =
        new RegionServer(
            dir,
            new TiledFrameReader(handles, tiles, LocationPolicy.LOCAL),
            GridStore.ANSWER_WITHIN,
            manifest);
  }

  /** The first {@code empty} columns are nodata. */
  private static void write(Path file, int empty) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) {
      pixels.put((byte) (i % SIDE < empty ? NODATA : 7));
    }
    RasterSpec spec =
        RasterSpec.of(RasterSpec.Format.GTIFF, SIDE, SIDE, 1, DType.UINT8)
            .withNodata(NODATA)
            .withOverviews("NEAREST", List.of(2, 4, 8, 16));
    try (RasterWriter writer = RasterWriter.create(file, spec)) {
      writer.write(new Window(0, 0, SIDE, SIDE), pixels.flip());
      writer.commit();
    }
  }

  @AfterEach
  void stop() {
    server.close();
    handles.close();
  }

  private static RegionFilter.Builder valid(double share) {
    return RegionFilter.newBuilder().setMinValid(share);
  }

  @Test
  void windowsOfAGridAreThoseWithEnoughData() {
    Grid grid =
        server
            .grids
            .createGrid(
                CreateGridRequest.newBuilder()
                    .setSpec(
                        GridSpec.newBuilder()
                            .setTask(GridTask.GRID_TASK_IMAGE)
                            .addWindowDims(STEP)
                            .addWindowDims(2 * STEP)
                            .addOverlap(0)
                            .addOverlap(0.5)
                            .setFilter(valid(0.5)))
                    .build())
            .getGrid();
    var windows =
        server.grids.listGridWindows(
            ListGridWindowsRequest.newBuilder().setGrid(grid.getName()).setPageSize(1000).build());
    int rows = SIDE / STEP;
    int columns = SIDE / STEP / 2; // the first is half in, the last whole
    assertThat(windows.getWindowsList())
        .hasSize(rows * columns)
        .allSatisfy(
            w -> {
              assertThat(w.getImageId()).isEqualTo(1);
              assertThat(w.getXStart()).isGreaterThanOrEqualTo(SIDE / 2 - STEP);
            });
    assertThat(grid.getSkipped()).isEqualTo(2L * rows * (2 * columns - 1) - grid.getWindows());
    assertThat(tiles.bytes()).as("bytes decoded").isLessThanOrEqualTo(OVERVIEWS);
  }

  @Test
  void negativesLieWhereDataIs() {
    var drawn =
        server.regions.drawNegatives(
            DrawNegativesRequest.newBuilder()
                .setCount(500)
                .addWindowDims(64)
                .addWindowDims(64)
                .setSeed(3)
                .setFilter(valid(1))
                .build());
    assertThat(drawn.getShortfall()).isEmpty();
    for (int i = 0; i < 500; i++) {
      assertThat(drawn.getNegatives().getImageIds(i)).isEqualTo(1);
      assertThat(drawn.getNegatives().getBoxes(4 * i)).as("left").isGreaterThanOrEqualTo(SIDE / 2);
    }
    assertThat(tiles.bytes()).as("bytes decoded").isLessThanOrEqualTo(OVERVIEWS);
  }

  @Test
  void whereNoneIsValidTheAnswerIsEmptyAndSaysWhy() {
    Pool pool =
        server
            .regions
            .preselect(
                PreselectRequest.newBuilder()
                    .setNNeg(20)
                    .addWindowDims(64)
                    .addWindowDims(64)
                    .setFilter(valid(0.1).addImageIds(2))
                    .build())
            .getPool();
    assertThat(pool.getNegatives()).isZero();
    assertThat(pool.getShortfall()).contains("20 of 20").contains("filter");
    Grid grid =
        server
            .grids
            .createGrid(
                CreateGridRequest.newBuilder()
                    .setSpec(
                        GridSpec.newBuilder()
                            .setTask(GridTask.GRID_TASK_IMAGE)
                            .addWindowDims(STEP)
                            .addWindowDims(STEP)
                            .setFilter(valid(0.1).addImageIds(2)))
                    .build())
            .getGrid();
    assertThat(grid.getWindows()).isZero();
    assertThat(grid.getEmptyReason()).contains("left out");
  }
}
