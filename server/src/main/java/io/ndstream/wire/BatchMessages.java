package io.ndstream.wire;

import io.ndstream.batch.Batch;
import io.ndstream.batch.Form;
import io.ndstream.batch.Row;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.StageTimes;
import io.ndstream.plan.Windows;
import io.ndstream.sample.ResolvedSample;
import io.ndstream.v1.Hole;
import io.ndstream.v1.SampleError;
import io.ndstream.v1.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Batches as messages whose pixels stay in the batch's own memory. */
public final class BatchMessages {
  private BatchMessages() {}

  /**
   * The fields of a batch. The batch must stay open until the composition is sent.
   *
   * @param errors how a failure looks as a value
   */
  public static Outgoing.Composer compose(Batch batch, Function<Throwable, SampleError> errors) {
    Outgoing.Composer fields = new Outgoing.Composer().fields(columns(batch, errors));
    if (batch.form() == null) {
      ragged(batch, fields);
    } else {
      uniform(batch, fields);
    }
    return fields;
  }

  private static void uniform(Batch batch, Outgoing.Composer fields) {
    Form form = batch.form();
    String spaceAxes = form.axes().replace("C", "");
    if (form.classMask()) {
      fields.message(
          io.ndstream.v1.Batch.CLASS_MASK_FIELD_NUMBER,
          mask(batch, spaceAxes, batch.classMaskOffset()));
    }
    if (form.instanceMask()) {
      fields.message(
          io.ndstream.v1.Batch.INSTANCE_MASK_FIELD_NUMBER,
          mask(batch, spaceAxes, batch.instanceMaskOffset()));
    }
    List<Long> shape = withSamples(batch.size(), form.shape());
    // The pixels come last: whoever reads the message finds the small fields first.
    fields.message(
        io.ndstream.v1.Batch.PIXELS_FIELD_NUMBER,
        tensor(batch, form.dtype(), shape, "N" + form.axes(), 0, form.pixelBytes() * batch.size()));
  }

  private static Outgoing.Composer mask(Batch batch, String spaceAxes, int offset) {
    Form form = batch.form();
    List<Long> space = new ArrayList<>();
    for (int i = 0; i < form.axes().length(); i++) {
      if (form.axes().charAt(i) != 'C') {
        space.add(form.shape().get(i));
      }
    }
    return tensor(
        batch,
        DType.INT32,
        withSamples(batch.size(), space),
        "N" + spaceAxes,
        offset,
        form.maskCells() * Integer.BYTES * batch.size());
  }

  private static List<Long> withSamples(int samples, List<Long> shape) {
    List<Long> all = new ArrayList<>();
    all.add((long) samples);
    all.addAll(shape);
    return all;
  }

  private static void ragged(Batch batch, Outgoing.Composer fields) {
    for (Row row : batch.rows()) {
      ResolvedSample sample = row.sample();
      Outgoing.Composer tensor =
          sample == null
              ? new Outgoing.Composer().fields(Tensors.head(DType.UINT8, List.of(0L), ""))
              : tensor(
                  batch,
                  sample.dtype(),
                  sample.shape(),
                  sample.axes(),
                  row.offset(),
                  sample.bytes());
      fields.message(io.ndstream.v1.Batch.RAGGED_FIELD_NUMBER, tensor);
    }
  }

  private static Outgoing.Composer tensor(
      Batch batch, DType type, List<Long> shape, String axes, int offset, long bytes) {
    return Tensors.compose(
        type, shape, axes, batch.slot().elements(offset, Math.toIntExact(bytes)));
  }

  private static io.ndstream.v1.Batch columns(
      Batch batch, Function<Throwable, SampleError> errors) {
    List<Row> rows = batch.rows();
    Windows windows = batch.plan().windows();
    io.ndstream.v1.Batch.Builder message =
        io.ndstream.v1.Batch.newBuilder()
            .setIndex(batch.index())
            .setEpoch(batch.epoch())
            .setResumeToken(batch.next().token())
            .setSampleIds(longs(rows, r -> (long) r.sampleId()))
            .setImageIds(longs(rows, r -> windows.imageId(r.sampleId())))
            .setAnnotationIds(longs(rows, r -> windows.annotationId(r.sampleId())))
            .setCategoryIds(longs(rows, r -> windows.categoryId(r.sampleId())))
            .setPositive(positive(rows, windows))
            .setWindows(windows(rows))
            .setCanvasFromSample(transforms(rows))
            .setTimes(times(batch));
    if (!batch.plan().spec().annotations().none()) {
      message.setAnnotations(AnnotationMessages.of(batch.annotations()));
    }
    if (rows.stream().anyMatch(r -> r.sample() != null && r.sample().isVideo())) {
      message.setFrameImageIds(frameImageIds(rows));
    }
    if (batch.form() != null) {
      message.addAllChannels(batch.form().channels());
      batch.form().streams().forEach(stream -> message.addStreams(ChannelStreams.ofBatch(stream)));
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).hole() != null) {
        message.addHoles(Hole.newBuilder().setRow(i).setError(errors.apply(rows.get(i).hole())));
      }
    }
    return message.build();
  }

  private static Tensor longs(List<Row> rows, Function<Row, Long> value) {
    return Tensors.longs(rows.stream().mapToLong(value::apply).toArray());
  }

  private static Tensor frameImageIds(List<Row> rows) {
    List<List<Long>> ids =
        rows.stream()
            .map(r -> r.sample() == null ? List.<Long>of() : r.sample().target().imageIds())
            .toList();
    int frames = ids.stream().mapToInt(List::size).max().orElse(0);
    return Tensors.of(
        DType.INT64,
        List.of((long) rows.size(), (long) frames),
        into -> {
          for (List<Long> ofSample : ids) {
            for (int t = 0; t < frames; t++) {
              into.putLong(t < ofSample.size() ? ofSample.get(t) : -1);
            }
          }
        });
  }

  private static Tensor positive(List<Row> rows, Windows windows) {
    return Tensors.of(
        DType.UINT8,
        List.of((long) rows.size()),
        into -> rows.forEach(r -> into.put((byte) (windows.isPositive(r.sampleId()) ? 1 : 0))));
  }

  private static Tensor windows(List<Row> rows) {
    return Tensors.of(
        DType.INT64,
        List.of((long) rows.size(), 4L),
        into ->
            rows.forEach(
                r -> {
                  Window w =
                      r.sample() == null ? new Window(0, 0, 0, 0) : r.sample().params().window();
                  into.putLong(w.x()).putLong(w.y()).putLong(w.right()).putLong(w.bottom());
                }));
  }

  private static Tensor transforms(List<Row> rows) {
    return Tensors.of(
        DType.FLOAT64,
        List.of((long) rows.size(), 6L),
        into ->
            rows.forEach(
                r -> {
                  Affine a =
                      r.sample() == null ? Affine.IDENTITY : r.sample().params().canvasFromSample();
                  into.putDouble(a.a11()).putDouble(a.a12()).putDouble(a.tx());
                  into.putDouble(a.a21()).putDouble(a.a22()).putDouble(a.ty());
                }));
  }

  private static io.ndstream.v1.StageTimes times(Batch batch) {
    StageTimes t = batch.times();
    return io.ndstream.v1.StageTimes.newBuilder()
        .setQueue(t.queue)
        .setOpen(t.open)
        .setRead(t.read)
        .setWarp(t.warp)
        .setAnnotate(t.annotate)
        .setAssemble(batch.assembleNanos())
        .build();
  }
}
