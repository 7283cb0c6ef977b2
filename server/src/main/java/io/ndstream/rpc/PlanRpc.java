package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.v1.CreatePlanRequest;
import io.ndstream.v1.CreatePlanResponse;
import io.ndstream.v1.GetPlanRequest;
import io.ndstream.v1.GetPlanResponse;
import io.ndstream.v1.ListPlansRequest;
import io.ndstream.v1.ListPlansResponse;
import io.ndstream.v1.PlanServiceGrpc;
import io.ndstream.wire.Plans;
import java.util.List;

/** Plans. */
final class PlanRpc extends PlanServiceGrpc.PlanServiceImplBase {
  private final PlanStore plans;

  PlanRpc(PlanStore plans) {
    this.plans = plans;
  }

  @Override
  public void createPlan(CreatePlanRequest request, StreamObserver<CreatePlanResponse> to) {
    Answers.give(
        to,
        () -> {
          try (PlanStore.Leased plan = plans.make(request.getSpec())) {
            return CreatePlanResponse.newBuilder().setPlan(plan.message()).build();
          }
        });
  }

  @Override
  public void getPlan(GetPlanRequest request, StreamObserver<GetPlanResponse> to) {
    Answers.give(
        to,
        () -> {
          try (PlanStore.Leased plan = plans.find(request.getPlan())) {
            return GetPlanResponse.newBuilder().setPlan(plan.message()).build();
          }
        });
  }

  @Override
  public void listPlans(ListPlansRequest request, StreamObserver<ListPlansResponse> to) {
    Answers.give(
        to,
        () -> {
          List<PlanStore.Made> all = plans.list();
          Page page = Page.of(request.getPageSize(), request.getPageToken(), all.size());
          ListPlansResponse.Builder answer =
              ListPlansResponse.newBuilder().setNextPageToken(page.nextToken());
          // Without batch_bytes: a list does not open files.
          all.subList(page.from(), page.to())
              .forEach(m -> answer.addPlans(Plans.message(m.plan(), m.spec(), 0)));
          return answer.build();
        });
  }
}
