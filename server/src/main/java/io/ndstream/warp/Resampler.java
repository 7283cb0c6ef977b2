package io.ndstream.warp;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Carries out a read plan: reads, decodes, smooths, resamples and writes, row by row. Keeps its working memory; belongs to one thread at a
 * time.
 */
public final class Resampler implements AutoCloseable {
  private final Scratch scratch = new Scratch();
  private final RowWriter writer = new RowWriter();
  private final DecodedRows decoded = new DecodedRows();
  private final List<SmoothedRows> halved = new ArrayList<>();
  private final SmoothedRows blurred = new SmoothedRows();
  private final Taps columns = new Taps();
  private final SampledColumns sampled = new SampledColumns();
  private final NearestMap nearest = new NearestMap();

  private ReadPlan plan;
  private Decoding decoding;
  private PixelReader reader;
  private Edge edge;

  /** Writes all pixels of the plan's canvas. */
  public void run(ReadPlan what, Sampling how, Decoding as, PixelReader from, Destination to) {
    if (what.width() == 0 || what.height() == 0) {
      return;
    }
    scratch.reset();
    plan = what;
    decoding = as;
    reader = from;
    edge = Edge.of(as.value().isFloat(), how.stretched());
    writer.open(to, as.bands(), what.width(), !as.value().isFloat());
    if (what.inner() == null && what.window().isEmpty()) {
      blank(0, what.height());
    } else if (what.isShift()) {
      shift(to);
    } else if (what.nearest()) {
      takeNearest();
    } else {
      interpolate(how);
    }
  }

  private void blank(int fromRow, int toRow) {
    for (int y = fromRow; y < toRow; y++) {
      writer.fill(y, 0, plan.width(), edge.outside());
    }
  }

  private void shift(Destination to) {
    int dx = plan.map() == null ? 0 : (int) plan.map().tx();
    int dy = plan.map() == null ? 0 : (int) plan.map().ty();
    Window source = new Window(dx, dy, plan.window().width(), plan.window().height());
    Window inside = new Window(0, 0, plan.width(), plan.height()).intersect(source);
    if (inside.isEmpty()) {
      blank(0, plan.height());
      return;
    }
    blank(0, inside.y());
    blank(inside.bottom(), plan.height());
    for (int y = inside.y(); y < inside.bottom() && inside.width() < plan.width(); y++) {
      writer.fill(y, 0, inside.x(), edge.outside());
      writer.fill(y, inside.right(), plan.width() - inside.right(), edge.outside());
    }
    copy(inside, inside.translate(plan.window().x() - dx, plan.window().y() - dy), to);
  }

  private void copy(Window inside, Window from, Destination to) {
    if (decoding.isPlain() && decoding.stored() == to.dtype()) {
      reader.read(plan.level(), from, to.into(), to.layout().shifted(inside.y(), inside.x(), 0));
      return;
    }
    decoded.open(reader, plan.level(), from, decoding, 1, scratch);
    for (int y = 0; y < inside.height(); y++) {
      writer.write(inside.y() + y, inside.x(), decoded.row(y), inside.width());
    }
  }

  private void takeNearest() {
    nearest.follow(plan, scratch);
    Window used = nearest.used();
    if (used.isEmpty()) {
      blank(0, plan.height());
      return;
    }
    int kept = nearest.isSeparable() ? 1 : used.height();
    decoded.open(reader, nearest.level(), used, decoding, kept, scratch);
    double[] out = scratch.doubles(plan.width() * decoding.bands());
    if (nearest.isSeparable()) {
      columns.take(nearest.sourceColumns(), used.width(), plan.width(), decoding.bands(), edge, scratch);
    }
    for (int y = 0; y < plan.height(); y++) {
      if (!nearest.isSeparable()) {
        gather(y, out);
      } else if (nearest.sourceRows()[y] < 0) {
        Arrays.fill(out, 0, columns.elements(), edge.outside());
      } else {
        columns.apply(decoded.row(nearest.sourceRows()[y]), out);
      }
      writer.write(y, 0, out, plan.width());
    }
  }

  private void gather(int y, double[] out) {
    int bands = decoding.bands();
    for (int x = 0, at = y * plan.width(); x < plan.width(); x++, at++) {
      int column = nearest.sourceColumns()[at];
      int row = nearest.sourceRows()[at];
      for (int b = 0; b < bands; b++) {
        out[x * bands + b] = column < 0 || row < 0 ? edge.outside() : decoded.row(row)[column * bands + b];
      }
    }
  }

  private void interpolate(Sampling how) {
    Affine centred = FixedMap.centred(plan.map());
    Antialias smooth = how.antialias() && Antialias.applies(plan.map()) ? Antialias.of(centred, decoding.value()) : null;
    FixedMap map = new FixedMap(smooth == null ? centred : smooth.map());
    KernelTable kernel = KernelTable.of(how.interpolation());
    Rows source = source(smooth, map.isSeparable() ? 1 : plan.window().height());
    if (map.isSeparable()) {
      separable(source, map, kernel);
    } else {
      new PlaneSampler(source, map, kernel, edge, scratch).write(writer, plan.width(), plan.height(),
          (values, count) -> round(values, count, kernel));
    }
  }

  /** Decoding, pyramid steps and blur, each keeping as many rows as the next looks at. */
  private Rows source(Antialias smooth, int rowsKept) {
    boolean blurs = smooth != null && (smooth.horizontal().length > 1 || smooth.vertical().length > 1);
    int halvings = smooth == null ? 0 : smooth.halvings();
    int underBlur = blurs ? smooth.vertical().length : rowsKept;
    int first = halvings > 0 ? SmoothedRows.pyramidSpan() : underBlur;
    Rows rows = decoded.open(reader, plan.level(), plan.window(), decoding, first, scratch);
    DType type = decoding.value();
    for (int i = 0; i < halvings; i++) {
      if (halved.size() == i) {
        halved.add(new SmoothedRows());
      }
      int kept = i + 1 < halvings ? SmoothedRows.pyramidSpan() : underBlur;
      rows = halved.get(i).halve(rows, Rounding.ofPyramid(type), kept, scratch);
    }
    if (!blurs) {
      return rows;
    }
    return blurred.blur(rows, smooth.horizontal(), smooth.vertical(), Rounding.ofBlur(type), rowsKept, scratch);
  }

  private void separable(Rows source, FixedMap map, KernelTable kernel) {
    int width = plan.width();
    columns.interpolate(map, kernel, source.width(), width, source.bands(), edge, scratch);
    Rows rows = sampled.open(source, columns, width, kernel.taps(), scratch);
    double[] out = scratch.doubles(rows.elements());
    for (int y = 0; y < plan.height(); y++) {
      long at = FixedMap.toThirtySeconds(map.yOfRow(y) + map.yOfColumn(0));
      long first = (at >> 5) + kernel.first();
      if (edge.spoils(first, kernel.taps(), rows.height())) {
        writer.fill(y, 0, width, edge.outside());
      } else {
        mix(rows, first, (int) (at & 31), kernel, out);
        round(out, rows.elements(), kernel);
        writer.write(y, 0, out, width);
      }
    }
  }

  private void mix(Rows rows, long first, int fraction, KernelTable kernel, double[] out) {
    int count = rows.elements();
    boolean inside = first >= 0 && first + kernel.taps() <= rows.height();
    if (inside && kernel.taps() == 2) {
      double[] above = rows.row((int) first);
      pair(above, kernel.weight(fraction, 0), rows.row((int) first + 1), kernel.weight(fraction, 1), out, count);
      return;
    }
    Arrays.fill(out, 0, count, 0);
    for (int k = 0; k < kernel.taps(); k++) {
      long p = first + k;
      if (edge.isStretched() || p >= 0 && p < rows.height()) {
        int y = (int) Math.max(0, Math.min(rows.height() - 1, p));
        add(rows.row(y), kernel.weight(fraction, k), out, count);
      }
    }
  }

  private static void pair(double[] a, double weightA, double[] b, double weightB, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = a[i] * weightA + b[i] * weightB;
    }
  }

  private static void add(double[] row, double weight, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += row[i] * weight;
    }
  }

  private void round(double[] values, int count, KernelTable kernel) {
    DType type = decoding.value();
    Rounding.ofSample(type).apply(values, count);
    if (type.isFloat() || !kernel.overshoots()) {
      return;
    }
    double low = type.isSigned() ? -Math.scalb(1.0, 8 * type.bytes() - 1) : 0;
    double high = Math.scalb(1.0, 8 * type.bytes() - (type.isSigned() ? 1 : 0)) - 1;
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(low, Math.min(high, values[i]));
    }
  }

  /** Lets the working memory go; it may be used again. */
  @Override
  public void close() {
    scratch.close();
  }
}
