package io.ndstream.client;

import io.grpc.Channel;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.CreateGridResponse;
import io.ndstream.v1.GetGridRequest;
import io.ndstream.v1.Grid;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.GridServiceGrpc.GridServiceBlockingStub;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridWindow;
import io.ndstream.v1.ListGridWindowsRequest;
import io.ndstream.v1.ListGridWindowsResponse;

/** Sample grids: every window a sliding window passes. Made by {@link Client#grids}. */
public final class Grids {
  private static final int PAGE = 10_000;

  private final Channel channel;
  private final Calls calls;

  Grids(Channel channel, Calls calls) {
    this.channel = channel;
    this.calls = calls;
  }

  /**
   * Makes a grid, or finds it again. One that takes the server long goes on as an operation: then
   * ask again.
   */
  public CreateGridResponse create(GridSpec spec) {
    CreateGridRequest request = CreateGridRequest.newBuilder().setSpec(spec).build();
    return calls.unary(stub(), s -> s.createGrid(request));
  }

  public Grid get(String grid) {
    GetGridRequest request = GetGridRequest.newBuilder().setGrid(grid).build();
    return calls.unary(stub(), s -> s.getGrid(request)).getGrid();
  }

  /** The windows in order, page after page as they are asked for. */
  public Iterable<GridWindow> windows(String grid) {
    ListGridWindowsRequest.Builder page =
        ListGridWindowsRequest.newBuilder().setGrid(grid).setPageSize(PAGE);
    return Calls.pages(
        token -> calls.unary(stub(), s -> s.listGridWindows(page.setPageToken(token).build())),
        ListGridWindowsResponse::getWindowsList,
        ListGridWindowsResponse::getNextPageToken);
  }

  private GridServiceBlockingStub stub() {
    return GridServiceGrpc.newBlockingStub(channel);
  }
}
