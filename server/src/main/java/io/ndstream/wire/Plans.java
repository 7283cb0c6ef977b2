package io.ndstream.wire;

import io.ndstream.error.Violations;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.plan.Plan;
import io.ndstream.plan.PlanSpec;
import io.ndstream.plan.ScoreRange;
import io.ndstream.plan.Shard;
import io.ndstream.v1.OnUnreadable;
import io.ndstream.v1.Remainder;
import io.ndstream.v1.Selection;

/** Plans, from messages to ours and back. */
public final class Plans {
  private Plans() {}

  /**
   * @throws io.ndstream.error.LoaderException with everything that is wrong whatever the data set
   */
  public static PlanSpec spec(io.ndstream.v1.PlanSpec p) {
    PlanSpec spec =
        new PlanSpec(
            p.getBatchSize(),
            p.getSeed(),
            selection(p.getSelection()),
            p.getWindowDimsList(),
            Targets.spec(p.getTemplate()),
            Targets.request(p.getAnnotations()),
            !p.getInOrder(),
            p.getRagged(),
            p.getRemainder() == Remainder.REMAINDER_DROP,
            p.getOnUnreadable() == OnUnreadable.ON_UNREADABLE_HOLE);
    Violations violations = new Violations();
    spec.check(violations);
    violations.throwIfAny();
    return spec;
  }

  private static PlanSpec.Selection selection(Selection s) {
    return new PlanSpec.Selection(
        !s.getNoPositives(),
        s.hasNegToPosRatio() ? s.getNegToPosRatio() : null,
        s.hasNegatives() ? s.getNegatives() : null,
        s.hasNegativeThresh() ? s.getNegativeThresh() : NegativeOptions.DEFAULT_THRESH,
        s.getCategoryIdsList(),
        s.getImageIdsList(),
        s.getGrid(),
        s.hasNegativeScore() ? score(s.getNegativeScore()) : null);
  }

  private static ScoreRange score(io.ndstream.v1.ScoreRange m) {
    return new ScoreRange(
        m.getChannel(),
        m.hasMin() ? m.getMin() : Double.NEGATIVE_INFINITY,
        m.hasMax() ? m.getMax() : Double.POSITIVE_INFINITY);
  }

  /**
   * The same bytes for specs that mean the same: the data set goes by its fingerprint, defaults are
   * written out. Without maps, protobuf's encoding of equal messages by one version of it is one
   * and the same.
   */
  public static byte[] canonical(io.ndstream.v1.PlanSpec p) {
    io.ndstream.v1.PlanSpec.Builder all = p.toBuilder().clearDataset();
    if (p.getRemainder() == Remainder.REMAINDER_UNSPECIFIED) {
      all.setRemainder(Remainder.REMAINDER_KEEP);
    }
    if (p.getOnUnreadable() == OnUnreadable.ON_UNREADABLE_UNSPECIFIED) {
      all.setOnUnreadable(OnUnreadable.ON_UNREADABLE_FAIL);
    }
    if (!p.getSelection().hasNegativeThresh()) {
      all.getSelectionBuilder().setNegativeThresh(NegativeOptions.DEFAULT_THRESH);
    }
    return all.build().toByteArray();
  }

  /**
   * @param batchBytes pixels and masks of a full batch; 0 if ragged
   */
  public static io.ndstream.v1.Plan message(
      Plan plan, io.ndstream.v1.PlanSpec spec, long batchBytes) {
    return io.ndstream.v1.Plan.newBuilder()
        .setName(plan.name())
        .setDataset(plan.datasetName())
        .setDatasetFingerprint(plan.fingerprint())
        .setSpec(spec)
        .setSamples(plan.windows().size())
        .setPositives(plan.windows().positives())
        .setNegatives(plan.windows().size() - plan.windows().positives())
        .setShortfall(plan.windows().shortfall())
        .setBatches(plan.order(0).batches(Shard.WHOLE))
        .setBatchBytes(batchBytes)
        .build();
  }
}
