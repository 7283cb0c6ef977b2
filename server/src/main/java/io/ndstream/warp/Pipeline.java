package io.ndstream.warp;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.util.ArrayList;
import java.util.List;

/** The steps of a resampling, in one precision. Belongs to one thread at a time. */
final class Pipeline<A> {
  private final Lanes<A> lanes;
  private final Scratch scratch;
  private final RowWriter writer;
  private final DecodedRows<A> decoded;
  private final List<SmoothedRows<A>> halved = new ArrayList<>();
  private final SmoothedRows<A> blurred;
  private final Taps<A> columns;
  private final SampledColumns<A> sampledColumns;
  private final SampledRows<A> sampledRows;
  private final NearestMap nearest = new NearestMap();
  private Antialias antialias;

  /**
   * @param writer open for the canvas whenever a method is called
   */
  Pipeline(Lanes<A> lanes, Scratch scratch, RowWriter writer) {
    this.lanes = lanes;
    this.scratch = scratch;
    this.writer = writer;
    decoded = new DecodedRows<>(lanes);
    blurred = new SmoothedRows<>(lanes);
    columns = new Taps<>(lanes);
    sampledColumns = new SampledColumns<>(lanes);
    sampledRows = new SampledRows<>(lanes);
  }

  /** Writes a window of the file as it is, but for the types, to a place on the canvas. */
  void convert(Reading reading, Window from, Window place) {
    decoded.open(reading.reader(), reading.plan().level(), from, reading.decoding(), 1, scratch);
    for (int y = 0; y < place.height(); y++) {
      writer.write(place.y() + y, place.x(), lanes, decoded.row(y), place.width());
    }
  }

  /** Writes the nearest pixel for every pixel of the canvas. */
  void takeNearest(Reading reading) {
    ReadPlan plan = reading.plan();
    double outside = reading.edge().outside();
    nearest.follow(plan, scratch);
    Window used = nearest.used();
    if (used.isEmpty()) {
      writer.fillRows(0, plan.height(), plan.width(), outside);
      return;
    }
    int kept = nearest.isSeparable() ? 1 : used.height();
    decoded.open(reading.reader(), nearest.level(), used, reading.decoding(), kept, scratch);
    A out = lanes.row(scratch, plan.width() * reading.bands());
    if (nearest.isSeparable()) {
      columns.take(
          nearest.sourceColumns(),
          used.width(),
          plan.width(),
          reading.bands(),
          reading.edge(),
          scratch);
    }
    for (int y = 0; y < plan.height(); y++) {
      if (!nearest.isSeparable()) {
        gather(y, plan.width(), outside, out);
      } else if (nearest.sourceRows()[y] < 0) {
        lanes.fill(out, 0, columns.elements(), outside);
      } else {
        columns.apply(decoded.row(nearest.sourceRows()[y]), out);
      }
      writer.write(y, 0, lanes, out, plan.width());
    }
  }

  private void gather(int y, int width, double outside, A out) {
    int bands = decoded.bands();
    for (int x = 0, at = y * width; x < width; x++, at++) {
      int column = nearest.sourceColumns()[at];
      int row = nearest.sourceRows()[at];
      if (column < 0 || row < 0) {
        lanes.fill(out, x * bands, (x + 1) * bands, outside);
      } else {
        System.arraycopy(decoded.row(row), column * bands, out, x * bands, bands);
      }
    }
  }

  /** Writes values between pixels for all of the canvas. */
  void interpolate(Reading reading, Sampling how) {
    ReadPlan plan = reading.plan();
    DType type = reading.decoding().value();
    Affine centred = FixedMap.centred(plan.map());
    Antialias smooth = how.antialias() ? smoothing(plan.map(), type) : null;
    FixedMap map = new FixedMap(smooth == null ? centred : smooth.rest(centred));
    KernelTable kernel = KernelTable.of(how.interpolation());
    if (!map.isSeparable()) {
      Rows<A> source = source(reading, smooth, plan.window().height());
      new PlaneSampler<>(source, map, kernel, reading.edge(), scratch)
          .write(
              writer,
              plan.width(),
              plan.height(),
              (values, count) -> round(values, count, type, kernel));
      return;
    }
    Rows<A> rows = separable(source(reading, smooth, kernel.taps()), map, kernel, reading);
    for (int y = 0; y < plan.height(); y++) {
      // Nobody else looks at the rows of the last step.
      A row = rows.row(y);
      round(row, rows.elements(), type, kernel);
      writer.write(y, 0, lanes, row, plan.width());
    }
  }

  private Antialias smoothing(Affine map, DType type) {
    if (antialias == null || !antialias.suits(map, type)) {
      antialias = Antialias.of(map, type);
    }
    return antialias;
  }

  /** Decoding, pyramid steps and blur, each keeping as many rows as the next looks at. */
  private Rows<A> source(Reading reading, Antialias smooth, int rowsKept) {
    boolean blurs = smooth != null && smooth.blurs();
    int halvings = smooth == null ? 0 : smooth.halvings();
    int underBlur = blurs ? smooth.vertical().length : rowsKept;
    int first = halvings > 0 ? SmoothedRows.pyramidSpan() : underBlur;
    ReadPlan plan = reading.plan();
    Rows<A> rows =
        decoded.open(
            reading.reader(), plan.level(), plan.window(), reading.decoding(), first, scratch);
    DType type = reading.decoding().value();
    for (int i = 0; i < halvings; i++) {
      if (halved.size() == i) {
        halved.add(new SmoothedRows<>(lanes));
      }
      int kept = i + 1 < halvings ? SmoothedRows.pyramidSpan() : underBlur;
      rows = halved.get(i).halve(rows, Rounding.ofPyramid(type), kept, scratch);
    }
    if (!blurs) {
      return rows;
    }
    return blurred.blur(
        rows, smooth.horizontal(), smooth.vertical(), Rounding.ofBlur(type), rowsKept, scratch);
  }

  /**
   * First along the axis that leaves fewer rows to be resampled along: that is the slower step, for
   * it looks about in a row.
   */
  private Rows<A> separable(Rows<A> source, FixedMap map, KernelTable kernel, Reading reading) {
    ReadPlan plan = reading.plan();
    Edge edge = reading.edge();
    columns.interpolate(map, kernel, source.width(), plan.width(), source.bands(), edge, scratch);
    if (plan.height() < source.height()) {
      Rows<A> rows = sampledRows.open(source, map, kernel, plan.height(), edge, scratch);
      return sampledColumns.open(rows, columns, plan.width(), 1, scratch);
    }
    Rows<A> rows = sampledColumns.open(source, columns, plan.width(), kernel.taps(), scratch);
    return sampledRows.open(rows, map, kernel, plan.height(), edge, scratch);
  }

  private void round(A values, int count, DType type, KernelTable kernel) {
    Rounding.ofSample(type).apply(lanes, values, count);
    if (type.isFloat() || !kernel.overshoots()) {
      return;
    }
    double low = type.isSigned() ? -Math.scalb(1.0, 8 * type.bytes() - 1) : 0;
    double high = Math.scalb(1.0, 8 * type.bytes() - (type.isSigned() ? 1 : 0)) - 1;
    lanes.clamp(values, low, high, count);
  }
}
