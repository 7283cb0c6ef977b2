package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.longrunning.CancelOperationRequest;
import com.google.longrunning.GetOperationRequest;
import com.google.longrunning.Operation;
import com.google.longrunning.WaitOperationRequest;
import com.google.rpc.Code;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import io.ndstream.raster.Gdal;
import io.ndstream.raster.GdalFrameReader;
import io.ndstream.raster.HandlePool;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.CreateGridProgress;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.CreateGridResponse;
import io.ndstream.v1.GetGridRequest;
import io.ndstream.v1.GetGridResponse;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.RegionFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid that takes long, as its filter needs files from a slow disk. */
class GridOperationTest {
  private static final int IMAGES = 6;
  private static final GridSpec SLOW =
      GridSpec.newBuilder()
          .setTask(GridTask.GRID_TASK_IMAGE)
          .addWindowDims(64)
          .addWindowDims(64)
          .setFilter(RegionFilter.newBuilder().setMinValid(0.5))
          .build();

  @TempDir Path dir;
  private final HandlePool handles = new HandlePool(4);
  private final SlowDisk disk = new SlowDisk(new GdalFrameReader(handles));
  private RegionServer server;

  /** Reads as the other does; every look at a header waits for a permit. */
  private record SlowDisk(FrameReader disk, Semaphore permits) implements FrameReader {
    SlowDisk(FrameReader disk) {
      this(disk, new Semaphore(0));
    }

    @Override
    public FrameHeader header(String location) {
      permits.acquireUninterruptibly();
      return disk.header(location);
    }

    @Override
    public void read(
        String location,
        int level,
        Window window,
        int[] bands,
        ByteBuffer into,
        Layout layout,
        StageTimes times) {
      disk.read(location, level, window, bands, into, layout, times);
    }

    @Override
    public void close() {
      disk.close();
    }
  }

  @BeforeEach
  void serve() {
    Gdal.start();
    start(Duration.ofMillis(50));
  }

  private void start(Duration answerWithin) {
    server =
        new RegionServer(
            dir,
            disk,
            answerWithin,
            ToyDatasets.materialise("toy:shapes" + IMAGES + "-gsize64", dir));
  }

  @AfterEach
  void stop() {
    disk.permits.release(1000);
    server.close();
    handles.close();
  }

  private CreateGridResponse create(GridSpec spec) {
    return server.grids.createGrid(CreateGridRequest.newBuilder().setSpec(spec).build());
  }

  private Operation get(Operation operation) {
    return server.operations.getOperation(
        GetOperationRequest.newBuilder().setName(operation.getName()).build());
  }

  private Operation await(Operation operation) {
    return server.operations.waitOperation(
        WaitOperationRequest.newBuilder().setName(operation.getName()).build());
  }

  private void awaitDone(Operation operation, long images) throws Exception {
    while (get(operation).getMetadata().unpack(CreateGridProgress.class).getDone() < images) {
      Thread.sleep(5);
    }
  }

  @Test
  void progressIsSeenAndTheGridIsFoundAfterARestart() throws Exception {
    Operation operation = create(SLOW).getOperation();
    CreateGridProgress begun = operation.getMetadata().unpack(CreateGridProgress.class);
    assertThat(begun.getDone()).isZero();
    assertThat(begun.getTotal()).isEqualTo(IMAGES);
    disk.permits.release(2);
    awaitDone(operation, 2);
    assertThat(get(operation).getDone()).isFalse();
    assertThat(create(SLOW).getOperation().getName())
        .as("the same for who asks again")
        .isEqualTo(operation.getName());
    disk.permits.release(IMAGES);
    Grid grid = await(operation).getResponse().unpack(GetGridResponse.class).getGrid();
    assertThat(grid.getWindows()).isEqualTo(IMAGES);
    disk.permits.drainPermits();
    server.close();
    start(Duration.ofDays(1));
    assertThat(create(SLOW).getGrid()).as("without a look at the slow disk").isEqualTo(grid);
  }

  @Test
  void whatIsCancelledLeavesNothing() throws Exception {
    Operation operation = create(SLOW).getOperation();
    String name = operation.getMetadata().unpack(CreateGridProgress.class).getGrid();
    disk.permits.release(1);
    awaitDone(operation, 1);
    server.operations.cancelOperation(
        CancelOperationRequest.newBuilder().setName(operation.getName()).build());
    assertThat(get(operation).getError().getCode()).isEqualTo(Code.CANCELLED_VALUE);
    disk.permits.release(IMAGES);
    GridSpec quick = SLOW.toBuilder().clearFilter().build();
    CreateGridResponse next = create(quick);
    Grid grid =
        next.hasGrid()
            ? next.getGrid()
            : await(next.getOperation()).getResponse().unpack(GetGridResponse.class).getGrid();
    assertThat(grid.getWindows()).as("the thread is free again").isEqualTo(IMAGES);
    assertThat(files()).containsExactly(grid.getName() + ".grid");
    assertThatThrownBy(
            () -> server.grids.getGrid(GetGridRequest.newBuilder().setGrid(name).build()))
        .hasMessageContaining("NOT_FOUND");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("grids"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
