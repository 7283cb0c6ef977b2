package io.ndstream.client;

import io.grpc.Channel;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.DrawNegativesResponse;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GetItemResponse;
import io.ndstream.v1.ListOverlapsRequest;
import io.ndstream.v1.ListOverlapsResponse;
import io.ndstream.v1.ListPoolNegativesRequest;
import io.ndstream.v1.ListPoolNegativesResponse;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.ListTargetsResponse;
import io.ndstream.v1.NegativeTable;
import io.ndstream.v1.Pool;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionServiceGrpc;
import io.ndstream.v1.RegionServiceGrpc.RegionServiceBlockingStub;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.SelectPositivesResponse;
import io.ndstream.v1.TargetTable;
import java.util.List;

/** Which windows may be sampled. Made by {@link Client#regions}. */
public final class Regions {
  private final Channel channel;
  private final Calls calls;

  Regions(Channel channel, Calls calls) {
    this.channel = channel;
    this.calls = calls;
  }

  /** The positives in file order, as columns, page after page. */
  public Iterable<TargetTable> targets(ListTargetsRequest request) {
    ListTargetsRequest.Builder page = request.toBuilder();
    return Calls.pages(
        token -> calls.unary(stub(), s -> s.listTargets(page.setPageToken(token).build())),
        answer -> List.of(answer.getTargets()),
        ListTargetsResponse::getNextPageToken);
  }

  /** Chooses positives and draws negatives. The same request gives the same pool. */
  public Pool preselect(PreselectRequest request) {
    return calls.unary(stub(), s -> s.preselect(request)).getPool();
  }

  /** The negatives of a pool, page after page. */
  public Iterable<NegativeTable> negatives(String pool) {
    ListPoolNegativesRequest.Builder page = ListPoolNegativesRequest.newBuilder().setPool(pool);
    return Calls.pages(
        token -> calls.unary(stub(), s -> s.listPoolNegatives(page.setPageToken(token).build())),
        answer -> List.of(answer.getNegatives()),
        ListPoolNegativesResponse::getNextPageToken);
  }

  /** One row of a pool. */
  public GetItemResponse item(GetItemRequest request) {
    return calls.unary(stub(), s -> s.getItem(request));
  }

  /** Annotations that touch boxes. */
  public ListOverlapsResponse overlaps(ListOverlapsRequest request) {
    return calls.unary(stub(), s -> s.listOverlaps(request));
  }

  /** Negatives without a pool. */
  public DrawNegativesResponse drawNegatives(DrawNegativesRequest request) {
    return calls.unary(stub(), s -> s.drawNegatives(request));
  }

  /** Few windows for many positives. */
  public SelectPositivesResponse selectPositives(SelectPositivesRequest request) {
    return calls.unary(stub(), s -> s.selectPositives(request));
  }

  private RegionServiceBlockingStub stub() {
    return RegionServiceGrpc.newBlockingStub(channel);
  }
}
