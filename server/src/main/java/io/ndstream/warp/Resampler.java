package io.ndstream.warp;

import io.ndstream.geom.Window;

/**
 * Carries out a read plan: reads, decodes, smooths, resamples and writes, row by row. Keeps its
 * working memory; belongs to one thread at a time.
 */
public final class Resampler implements AutoCloseable {
  private final Scratch scratch = new Scratch();
  private final RowWriter writer = new RowWriter();
  private final Pipeline<float[]> single = new Pipeline<>(new FloatLanes(), scratch, writer);
  private final Pipeline<double[]> wide = new Pipeline<>(new DoubleLanes(), scratch, writer);

  /** Writes all pixels of the plan's canvas. */
  public void run(
      ReadPlan plan, Sampling how, Decoding decoding, PixelReader reader, Destination to) {
    if (plan.width() == 0 || plan.height() == 0) {
      return;
    }
    scratch.reset();
    writer.open(to, decoding.bands(), plan.width());
    Edge edge = Edge.of(decoding.value().isFloat(), how.stretched());
    Reading reading = new Reading(plan, decoding, reader, edge);
    Pipeline<?> pipeline = FloatLanes.hold(decoding) ? single : wide;
    if (plan.inner() == null && plan.window().isEmpty()) {
      writer.fillRows(0, plan.height(), plan.width(), edge.outside());
    } else if (plan.isShift()) {
      shift(reading, pipeline, to);
    } else if (plan.nearest()) {
      pipeline.takeNearest(reading);
    } else {
      pipeline.interpolate(reading, how);
    }
  }

  private void shift(Reading reading, Pipeline<?> pipeline, Destination to) {
    ReadPlan plan = reading.plan();
    double outside = reading.edge().outside();
    int dx = plan.map() == null ? 0 : (int) plan.map().tx();
    int dy = plan.map() == null ? 0 : (int) plan.map().ty();
    Window source = new Window(dx, dy, plan.window().width(), plan.window().height());
    Window inside = new Window(0, 0, plan.width(), plan.height()).intersect(source);
    if (inside.isEmpty()) {
      writer.fillRows(0, plan.height(), plan.width(), outside);
      return;
    }
    writer.fillRows(0, inside.y(), plan.width(), outside);
    writer.fillRows(inside.bottom(), plan.height(), plan.width(), outside);
    for (int y = inside.y(); y < inside.bottom() && inside.width() < plan.width(); y++) {
      writer.fill(y, 0, inside.x(), outside);
      writer.fill(y, inside.right(), plan.width() - inside.right(), outside);
    }
    Window from = inside.translate(plan.window().x() - dx, plan.window().y() - dy);
    if (reading.decoding().isPlain() && reading.decoding().stored() == to.dtype()) {
      reading
          .reader()
          .read(plan.level(), from, to.into(), to.layout().shifted(inside.y(), inside.x(), 0));
    } else {
      pipeline.convert(reading, from, inside);
    }
  }

  /** Lets the working memory go; it may be used again. */
  @Override
  public void close() {
    scratch.close();
  }
}
