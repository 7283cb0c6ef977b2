package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.SlidingWindow;
import io.ndstream.v1.ComputeSlidingWindowsRequest;
import io.ndstream.v1.ComputeSlidingWindowsResponse;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.CreateGridResponse;
import io.ndstream.v1.DeleteGridRequest;
import io.ndstream.v1.DeleteGridResponse;
import io.ndstream.v1.GetGridRequest;
import io.ndstream.v1.GetGridResponse;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.ListGridIndexesRequest;
import io.ndstream.v1.ListGridIndexesResponse;
import io.ndstream.v1.ListGridWindowsRequest;
import io.ndstream.v1.ListGridWindowsResponse;
import io.ndstream.v1.ListGridsRequest;
import io.ndstream.v1.ListGridsResponse;
import io.ndstream.v1.StreamGridWindowsRequest;
import io.ndstream.v1.StreamGridWindowsResponse;
import io.ndstream.wire.GridMessages;
import java.util.List;
import java.util.stream.IntStream;

/** Sample grids. */
final class GridRpc extends GridServiceGrpc.GridServiceImplBase {
  private static final int LARGEST_PAGE = 10_000;
  private static final int LARGEST_INDEX_PAGE = 1_000_000;
  private static final int CHUNK = 1000;
  private static final int LONGEST_AXIS = 1 << 24;

  private final GridStore grids;

  GridRpc(GridStore grids) {
    this.grids = grids;
  }

  @Override
  public void createGrid(CreateGridRequest request, StreamObserver<CreateGridResponse> to) {
    Answers.give(to, () -> grids.create(request.getSpec()));
  }

  @Override
  public void getGrid(GetGridRequest request, StreamObserver<GetGridResponse> to) {
    Answers.give(
        to,
        () -> {
          try (GridStore.Leased leased = grids.find(request.getGrid())) {
            return GetGridResponse.newBuilder().setGrid(leased.made().message()).build();
          }
        });
  }

  @Override
  public void listGrids(ListGridsRequest request, StreamObserver<ListGridsResponse> to) {
    Answers.give(
        to,
        () -> {
          List<GridStore.Made> all = grids.list(request.getDataset());
          Page page = Page.of(request.getPageSize(), request.getPageToken(), all.size());
          ListGridsResponse.Builder answer =
              ListGridsResponse.newBuilder().setNextPageToken(page.nextToken());
          all.subList(page.from(), page.to()).forEach(made -> answer.addGrids(made.message()));
          return answer.build();
        });
  }

  @Override
  public void listGridWindows(
      ListGridWindowsRequest request, StreamObserver<ListGridWindowsResponse> to) {
    Answers.give(
        to,
        () -> {
          try (GridStore.Leased leased = grids.find(request.getGrid())) {
            Page page =
                Page.of(
                    request.getPageSize(),
                    request.getPageToken(),
                    leased.grid().size(),
                    LARGEST_PAGE);
            ListGridWindowsResponse.Builder answer =
                ListGridWindowsResponse.newBuilder().setNextPageToken(page.nextToken());
            for (int i = page.from(); i < page.to(); i++) {
              answer.addWindows(GridMessages.window(leased.dataset(), leased.grid(), i));
            }
            return answer.build();
          }
        });
  }

  /** Sends a chunk whenever the client can take one; no thread waits for a slow client. */
  @Override
  public void streamGridWindows(
      StreamGridWindowsRequest request, StreamObserver<StreamGridWindowsResponse> to) {
    var call = (ServerCallStreamObserver<StreamGridWindowsResponse>) to;
    try {
      GridStore.Leased leased = grids.find(request.getGrid());
      GridFlow flow = new GridFlow(leased, call, request.getFrom());
      call.setOnReadyHandler(flow::send);
      call.setOnCancelHandler(flow::close);
      call.setOnCloseHandler(flow::close);
    } catch (RuntimeException e) {
      to.onError(Statuses.of(e));
    }
  }

  /** The rest of one stream. gRPC calls it by one thread at a time. */
  private static final class GridFlow {
    private final GridStore.Leased leased;
    private final ServerCallStreamObserver<StreamGridWindowsResponse> call;
    private int next;
    private boolean ended;

    GridFlow(
        GridStore.Leased leased,
        ServerCallStreamObserver<StreamGridWindowsResponse> call,
        long from) {
      this.leased = leased;
      this.call = call;
      if (from < 0 || from > leased.grid().size()) {
        leased.close();
        throw LoaderException.of(
            Reason.OUT_OF_RANGE, "from", from, "windows", leased.grid().size());
      }
      this.next = (int) from;
    }

    void send() {
      while (!ended && call.isReady()) {
        int end = Math.min(leased.grid().size(), next + CHUNK);
        if (next == end) {
          ended = true;
          call.onCompleted();
          return;
        }
        StreamGridWindowsResponse.Builder chunk =
            StreamGridWindowsResponse.newBuilder().setFirst(next);
        for (; next < end; next++) {
          chunk.addWindows(GridMessages.window(leased.dataset(), leased.grid(), next));
        }
        call.onNext(chunk.build());
      }
    }

    void close() {
      ended = true;
      leased.close();
    }
  }

  @Override
  public void listGridIndexes(
      ListGridIndexesRequest request, StreamObserver<ListGridIndexesResponse> to) {
    Answers.give(
        to,
        () -> {
          try (GridStore.Leased leased = grids.find(request.getGrid())) {
            int[] indexes = leased.grid().indexes(request.getPositive());
            Page page =
                Page.of(
                    request.getPageSize(),
                    request.getPageToken(),
                    indexes.length,
                    LARGEST_INDEX_PAGE);
            int shift = request.getOneBased() ? 1 : 0;
            return ListGridIndexesResponse.newBuilder()
                .addAllIndexes(
                    IntStream.range(page.from(), page.to())
                        .mapToObj(i -> (long) indexes[i] + shift)
                        .toList())
                .setNextPageToken(page.nextToken())
                .build();
          }
        });
  }

  @Override
  public void deleteGrid(DeleteGridRequest request, StreamObserver<DeleteGridResponse> to) {
    Answers.give(
        to,
        () -> {
          grids.delete(request.getGrid());
          return DeleteGridResponse.getDefaultInstance();
        });
  }

  @Override
  public void computeSlidingWindows(
      ComputeSlidingWindowsRequest request, StreamObserver<ComputeSlidingWindowsResponse> to) {
    Answers.give(
        to,
        () -> {
          Violations violations = new Violations();
          SlidingWindow.Motion motion =
              new SlidingWindow.Motion(
                  sizes(request.getWindowList(), "window", violations),
                  request.getOverlapList().stream().mapToDouble(v -> v).toArray(),
                  sizes(request.getStrideList(), "stride", violations),
                  !request.getDropBound(),
                  !request.getRefuseOvershoot());
          int[] shape = sizes(request.getShapeList(), "shape", violations);
          motion.check(shape.length, violations);
          violations.throwIfAny();
          SlidingWindow slider = SlidingWindow.over(shape, motion);
          ComputeSlidingWindowsResponse.Builder answer =
              ComputeSlidingWindowsResponse.newBuilder().setTotal(slider.total());
          for (int axis = 0; axis < slider.axes(); axis++) {
            var out =
                answer.addAxesBuilder().setStride(slider.stride(axis)).setSize(slider.size(axis));
            for (int i = 0; i < slider.count(axis); i++) {
              out.addStarts(slider.start(axis, i));
            }
          }
          return answer.build();
        });
  }

  /** Sizes; 0 for those that are none. */
  private static int[] sizes(List<Long> given, String field, Violations violations) {
    for (int i = 0; i < given.size(); i++) {
      violations.check(
          given.get(i) >= 0 && given.get(i) <= LONGEST_AXIS,
          Reason.BAD_ARGUMENT,
          field + "[" + i + "]",
          given.get(i),
          "0 to " + LONGEST_AXIS);
    }
    return given.stream().mapToInt(v -> v >= 0 && v <= LONGEST_AXIS ? v.intValue() : 0).toArray();
  }
}
