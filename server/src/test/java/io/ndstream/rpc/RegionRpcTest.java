package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.Oracle;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.DeleteGridRequest;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.DrawNegativesResponse;
import io.ndstream.v1.GetGridRequest;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GetPoolRequest;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.GridWindow;
import io.ndstream.v1.ItemKind;
import io.ndstream.v1.ListGridWindowsRequest;
import io.ndstream.v1.ListGridsRequest;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.Pool;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionFilter;
import io.ndstream.v1.RegionServiceGrpc;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.SelectionMethod;
import io.ndstream.v1.StreamGridWindowsRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionRpcTest {
  @TempDir Path dir;
  private RunningServer server;
  private ManagedChannel channel;
  private RegionServiceGrpc.RegionServiceBlockingStub regions;
  private GridServiceGrpc.GridServiceBlockingStub grids;

  @BeforeEach
  void serve() {
    start();
  }

  private void start() {
    server = new RunningServer(dir, 1, 1 << 20, Oracle.path("regions/datasets/crowd.kwcoco.json"));
    channel = server.connect();
    regions = RegionServiceGrpc.newBlockingStub(channel);
    grids = GridServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.close();
  }

  private static List<String> violations(Throwable failure) {
    try {
      for (var detail : StatusProto.fromThrowable(failure).getDetailsList()) {
        if (detail.is(BadRequest.class)) {
          return detail.unpack(BadRequest.class).getFieldViolationsList().stream()
              .map(v -> v.getField())
              .toList();
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return List.of();
  }

  private static void refused(Runnable call, String... fields) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(violations(e)).contains(fields));
  }

  @Test
  void everyMistakeOfARequestIsToldAtOnce() {
    refused(
        () ->
            regions.preselect(
                PreselectRequest.newBuilder()
                    .setNNeg(-1)
                    .setNegToPosRatio(1)
                    .addWindowDims(0)
                    .addWindowDims(5)
                    .setThresh(3)
                    .setFilter(
                        RegionFilter.newBuilder()
                            .addCategoryIds(12345)
                            .setMinArea(9)
                            .setMaxArea(3)
                            .addSensors("a")
                            .addExcludeSensors("a"))
                    .build()),
        "neg_to_pos_ratio",
        "n_neg",
        "window_dims",
        "thresh",
        "filter.category_ids",
        "filter.max_area",
        "filter.exclude_sensors");
    refused(
        () ->
            regions.listTargets(
                ListTargetsRequest.newBuilder()
                    .setFilter(
                        RegionFilter.newBuilder()
                            .addCategoryIds(12345)
                            .setMinArea(9)
                            .setMaxArea(3)
                            .addSensors("a")
                            .addExcludeSensors("a")
                            .setCapturedFrom("yesterday")
                            .addPolygon(1))
                    .build()),
        "filter.category_ids",
        "filter.max_area",
        "filter.exclude_sensors",
        "filter.captured_from",
        "filter.polygon");
    refused(
        () ->
            grids.createGrid(
                grid(
                    GridSpec.newBuilder()
                        .setTask(GridTask.GRID_TASK_IMAGE)
                        .addWindowDims(-4)
                        .addWindowDims(5)
                        .addOverlap(1)
                        .addClassesOfInterest("no such class"))),
        "window_dims[0]",
        "overlap[0]",
        "classes_of_interest");
    refused(
        () ->
            regions.preselect(
                PreselectRequest.newBuilder()
                    .setNNeg(3)
                    .addWindowDims(5000)
                    .addWindowDims(9)
                    .build()),
        "window_dims");
    refused(
        () ->
            regions.drawNegatives(
                DrawNegativesRequest.newBuilder().setCount(3).setPatience(3).build()),
        "anchors",
        "patience");
  }

  @Test
  void theSameRequestGivesTheSamePool() {
    PreselectRequest request =
        PreselectRequest.newBuilder()
            .setNegToPosRatio(0.5)
            .addWindowDims(20)
            .addWindowDims(30)
            .setSeed(7)
            .setNPos(4)
            .build();
    Pool pool = regions.preselect(request).getPool();
    assertThat(pool.getNegatives()).isEqualTo(pool.getPositives() / 2);
    assertThat(pool.getShortfall()).isEmpty();
    assertThat(pool.getWarningsList()).hasSize(1);
    assertThat(regions.preselect(request).getPool()).isEqualTo(pool);
    assertThat(
            regions
                .preselect(
                    request.toBuilder().setDataset("crowd").setThresh(0.3).clearNPos().build())
                .getPool()
                .getName())
        .isEqualTo(pool.getName());
    assertThat(regions.preselect(request.toBuilder().setSeed(8).build()).getPool().getName())
        .isNotEqualTo(pool.getName());
    assertThat(
            regions
                .getPool(GetPoolRequest.newBuilder().setPool(pool.getName()).build())
                .getPool()
                .getNegatives())
        .isEqualTo(pool.getNegatives());
    var last =
        regions.getItem(
            GetItemRequest.newBuilder()
                .setPool(pool.getName())
                .setIndex(pool.getPositives())
                .build());
    assertThat(last.getItem().getNegative()).isTrue();
    assertThat(last.getItem().getWidth()).isEqualTo(30);
    assertThat(last.getItem().getHeight()).isEqualTo(20);
    assertThatThrownBy(() -> regions.getPool(GetPoolRequest.newBuilder().setPool("00").build()))
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void balancedPositivesComeInEqualShares() {
    Pool pool =
        regions
            .preselect(PreselectRequest.newBuilder().setBalanceClasses(true).setSeed(1).build())
            .getPool();
    long[] categories = new long[(int) pool.getPositives()];
    for (int i = 0; i < categories.length; i++) {
      categories[i] =
          regions
              .getItem(
                  GetItemRequest.newBuilder()
                      .setPool(pool.getName())
                      .setKind(ItemKind.ITEM_KIND_POSITIVE)
                      .setIndex(i)
                      .build())
              .getItem()
              .getCategoryId();
    }
    long[] distinct = Arrays.stream(categories).distinct().toArray();
    double share = 1.0 / distinct.length;
    double sd = Math.sqrt(share * (1 - share) * categories.length);
    for (long category : distinct) {
      double count = Arrays.stream(categories).filter(c -> c == category).count();
      assertThat(count)
          .as("category %s", category)
          .isBetween(share * categories.length - 4 * sd, share * categories.length + 4 * sd);
    }
  }

  @Test
  void anEmptyAnswerSaysWhy() {
    var filter = RegionFilter.newBuilder().addSensors("none has this");
    DrawNegativesResponse none =
        regions.drawNegatives(
            DrawNegativesRequest.newBuilder()
                .setCount(5)
                .addWindowDims(10)
                .addWindowDims(10)
                .setFilter(filter)
                .build());
    assertThat(none.getNegatives().getImageIdsCount()).isZero();
    assertThat(none.getShortfall()).isNotEmpty();
    Grid grid =
        grids
            .createGrid(
                grid(
                    GridSpec.newBuilder()
                        .setTask(GridTask.GRID_TASK_IMAGE)
                        .setFull(true)
                        .setFilter(filter)))
            .getGrid();
    assertThat(grid.getWindows()).isZero();
    assertThat(grid.getEmptyReason()).isNotEmpty();
  }

  @Test
  void coverageHoldsEveryPositiveThatFits() {
    var answer =
        regions.selectPositives(
            SelectPositivesRequest.newBuilder()
                .setMethod(SelectionMethod.SELECTION_METHOD_COVERAGE)
                .addWindowDims(120)
                .addWindowDims(120)
                .build());
    long total = regions.listTargets(ListTargetsRequest.getDefaultInstance()).getTotal();
    assertThat(answer.getCovered() + answer.getTooLarge()).isEqualTo(total);
    assertThat(answer.getCovered()).isPositive();
    assertThat(answer.getWindows().getImageIdsCount()).isLessThan((int) answer.getCovered() / 2);
  }

  private static CreateGridRequest grid(GridSpec.Builder spec) {
    return CreateGridRequest.newBuilder().setSpec(spec).build();
  }

  @Test
  void aGridIsPagedStreamedFoundAfterARestartAndDeleted() throws InterruptedException {
    GridSpec.Builder spec =
        GridSpec.newBuilder()
            .setTask(GridTask.GRID_TASK_IMAGE)
            .addWindowDims(16)
            .addWindowDims(16)
            .addOverlap(0.5);
    Grid grid = grids.createGrid(grid(spec)).getGrid();
    assertThat(grid.getWindows())
        .isGreaterThan(1000)
        .isEqualTo(grid.getPositives() + grid.getNegatives());
    assertThat(grids.createGrid(grid(spec)).getGrid()).isEqualTo(grid);
    List<GridWindow> paged = new ArrayList<>();
    String token = "";
    do {
      var page =
          grids.listGridWindows(
              ListGridWindowsRequest.newBuilder()
                  .setGrid(grid.getName())
                  .setPageSize(777)
                  .setPageToken(token)
                  .build());
      paged.addAll(page.getWindowsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(paged).hasSize((int) grid.getWindows());
    assertThat(stream(grid, 0)).isEqualTo(paged);
    assertThat(stream(grid, grid.getWindows() - 3))
        .isEqualTo(paged.subList(paged.size() - 3, paged.size()));
    stop();
    start();
    assertThat(grids.getGrid(GetGridRequest.newBuilder().setGrid(grid.getName()).build()).getGrid())
        .isEqualTo(grid);
    assertThat(stream(grid, 0)).isEqualTo(paged);
    assertThat(grids.listGrids(ListGridsRequest.getDefaultInstance()).getGridsList())
        .containsExactly(grid);
    grids.deleteGrid(DeleteGridRequest.newBuilder().setGrid(grid.getName()).build());
    assertThatThrownBy(
            () -> grids.getGrid(GetGridRequest.newBuilder().setGrid(grid.getName()).build()))
        .hasMessageContaining("NOT_FOUND");
  }

  private List<GridWindow> stream(Grid grid, long from) {
    List<GridWindow> windows = new ArrayList<>();
    grids
        .streamGridWindows(
            StreamGridWindowsRequest.newBuilder().setGrid(grid.getName()).setFrom(from).build())
        .forEachRemaining(chunk -> windows.addAll(chunk.getWindowsList()));
    return windows;
  }

  @Test
  void manyClientsAskingForOneGridGetOne() {
    GridSpec.Builder spec =
        GridSpec.newBuilder().setTask(GridTask.GRID_TASK_IMAGE).addWindowDims(8).addWindowDims(8);
    List<String> names =
        Stream.generate(() -> grid(spec))
            .limit(8)
            .parallel()
            .map(r -> grids.createGrid(r).getGrid().getName())
            .toList();
    assertThat(names).containsOnly(names.get(0));
    assertThat(grids.listGrids(ListGridsRequest.getDefaultInstance()).getGridsCount()).isEqualTo(1);
  }
}
