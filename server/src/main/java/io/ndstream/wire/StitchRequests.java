package io.ndstream.wire;

import io.ndstream.coco.ChannelList;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import io.ndstream.grid.SlidingWindow;
import io.ndstream.pixels.DType;
import io.ndstream.stitch.Expected;
import io.ndstream.stitch.NanPolicy;
import io.ndstream.stitch.Patch;
import io.ndstream.stitch.Placement;
import io.ndstream.stitch.Precision;
import io.ndstream.stitch.RunSpec;
import io.ndstream.stitch.StitchSpace;
import io.ndstream.stitch.StitchWindow;
import io.ndstream.v1.ExpectedWindows;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Requests to stitch as our own types. */
public final class StitchRequests {
  private static final int LONGEST_ID = 200;

  /** Coordinates stay far from the ends of int, so that sums of them do too. */
  private static final long FARTHEST = 1 << 29;

  private StitchRequests() {}

  /**
   * @param m does not expect a plan: its windows are counted before
   * @throws LoaderException BAD_CHANNELS, BAD_SCALE, BAD_ARGUMENT, FORBIDDEN_PATH, NOT_IMPLEMENTED
   *     for a zipped manifest
   */
  public static RunSpec run(OpenRunRequest m, Dataset dataset) {
    double[] scale = scale(m.getScaleList(), 1);
    Map<Long, RunSpec.ImageSpec> images = new HashMap<>();
    m.getImagesList()
        .forEach(image -> images.put(image.getImageId(), image(image, expected(m.getExpected()))));
    return new RunSpec(
        m.getRun(),
        m.getChannels(),
        ChannelList.expand(m.getChannels()),
        choice(StitchSpace.values(), m.getSpaceValue(), "space"),
        scale[0],
        scale[1],
        choice(NanPolicy.values(), m.getNanPolicyValue(), "nan_policy"),
        choice(Placement.values(), m.getPlacementValue(), "placement"),
        precision(m),
        expected(m.getExpected()),
        images,
        m.getGuessReady(),
        m.getAutoFinalize(),
        StitchOutputs.of(m.getOutput(), dataset),
        m.getMemoryBytes() == 0 ? Long.MAX_VALUE : m.getMemoryBytes());
  }

  /**
   * @param values in the order of the message's enum, whose 0 means the first
   * @throws LoaderException BAD_ARGUMENT for a number the enum does not have
   */
  static <E> E choice(E[] values, int number, String field) {
    if (number < 0 || number > values.length) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "field", field, "value", number, "expected", List.of(values));
    }
    return values[Math.max(0, number - 1)];
  }

  private static double[] scale(List<Double> scale, double otherwise) {
    if (scale.size() > 2) {
      throw LoaderException.of(
          Reason.BAD_SCALE, "scale", scale, "expected", "one factor or (x, y)");
    }
    double x = scale.isEmpty() ? otherwise : scale.get(0);
    return new double[] {x, scale.size() == 2 ? scale.get(1) : x};
  }

  private static RunSpec.ImageSpec image(ImageCanvas m, Expected otherwise) {
    double[] scale = scale(m.getScaleList(), 0);
    return new RunSpec.ImageSpec(
        pixels("images.width", m.getWidth()),
        pixels("images.height", m.getHeight()),
        scale[0],
        scale[1],
        m.hasExpected() ? expected(m.getExpected()) : otherwise);
  }

  private static Expected expected(ExpectedWindows m) {
    return switch (m.getWhatCase()) {
      case COUNT -> new Expected.Count(m.getCount());
      case GRID ->
          new Expected.Grid(
              new SlidingWindow.Motion(
                  ints("expected.grid.window", m.getGrid().getWindowList()),
                  m.getGrid().getOverlapList().stream().mapToDouble(Double::doubleValue).toArray(),
                  ints("expected.grid.stride", m.getGrid().getStrideList()),
                  !m.getGrid().getDropBound(),
                  true));
      case PLAN, PLAN_SPEC ->
          throw LoaderException.of(
              Reason.BAD_ARGUMENT, "images.expected", m.getWhatCase(), "expected", "count or grid");
      default -> new Expected.Unknown();
    };
  }

  private static int[] ints(String field, List<Long> values) {
    return values.stream().mapToInt(value -> pixels(field, value)).toArray();
  }

  private static int pixels(String field, long value) {
    if (value < -FARTHEST || value > FARTHEST) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "field", field, "value", value, "expected", "at most " + FARTHEST);
    }
    return (int) value;
  }

  private static Precision precision(OpenRunRequest m) {
    QuantizeOptions range = m.getOutput().getQuantize();
    Double low =
        m.hasExpectedMin()
            ? Double.valueOf(m.getExpectedMin())
            : range.hasMin() ? Double.valueOf(range.getMin()) : null;
    Double high =
        m.hasExpectedMax()
            ? Double.valueOf(m.getExpectedMax())
            : range.hasMax() ? Double.valueOf(range.getMax()) : null;
    if (low == null || high == null) {
      return Precision.EXACT;
    }
    double size = Math.max(Math.abs(low), Math.abs(high));
    if (!(size < Float.MAX_VALUE) || !(low <= high)) {
      throw LoaderException.of(
          Reason.QUANT_RANGE,
          "expected_min",
          low,
          "expected_max",
          high,
          "expected",
          "finite, in order");
    }
    return size == 0 ? Precision.EXACT : Precision.forValuesUpTo(size);
  }

  /**
   * @throws LoaderException BAD_DTYPE
   */
  public static DType dtype(io.ndstream.v1.DType type) {
    int number = type == io.ndstream.v1.DType.UNRECOGNIZED ? 0 : type.getNumber();
    if (number < 1 || number > DType.values().length) {
      throw LoaderException.of(Reason.BAD_DTYPE, "dtype", type);
    }
    return DType.values()[number - 1];
  }

  /**
   * @param shared finds elements that lie in shared memory
   * @throws LoaderException BAD_SHAPE, BAD_DTYPE, BAD_WINDOW, BAD_ARGUMENT
   */
  public static StitchWindow window(
      io.ndstream.v1.StitchWindow m, Function<SharedElements, ByteBuffer> shared) {
    Violations violations = new Violations();
    int idBytes = m.getWindowIdBytes().size();
    violations.check(
        idBytes <= LONGEST_ID,
        Reason.BAD_ARGUMENT,
        "window_id",
        idBytes + " bytes",
        "at most " + LONGEST_ID);
    violations.check(m.hasPixels(), Reason.BAD_SHAPE, "pixels", "absent", "an array");
    if (m.hasBox()) {
      check(m.getBox(), violations);
    }
    violations.throwIfAny();
    return new StitchWindow(
        m.getImageId(),
        m.getWindowId(),
        m.hasBox() ? box(m.getBox()) : null,
        patch(m.getPixels(), shared),
        m.hasWeights() ? weights(m.getWeights(), shared) : null,
        m.getDownweightEdges());
  }

  /**
   * @throws LoaderException BAD_WINDOW
   */
  public static Window box(PixelBox m) {
    Violations violations = new Violations();
    check(m, violations);
    violations.throwIfAny();
    return Window.ofCorners(
        (int) m.getLeft(), (int) m.getTop(), (int) m.getRight(), (int) m.getBottom());
  }

  private static void check(PixelBox m, Violations violations) {
    long size =
        Math.max(
            Math.max(size(m.getLeft()), size(m.getRight())),
            Math.max(size(m.getTop()), size(m.getBottom())));
    violations.check(size <= FARTHEST, Reason.BAD_WINDOW, "box", size, "within " + FARTHEST);
    violations.check(
        m.getLeft() <= m.getRight(),
        Reason.BAD_WINDOW,
        "box.right",
        m.getRight(),
        ">= left, " + m.getLeft());
    violations.check(
        m.getTop() <= m.getBottom(),
        Reason.BAD_WINDOW,
        "box.bottom",
        m.getBottom(),
        ">= top, " + m.getTop());
  }

  private static long size(long value) {
    return value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value);
  }

  private static Patch patch(Tensor m, Function<SharedElements, ByteBuffer> shared) {
    DType dtype = dtype(m.getDtype());
    int[] shape = shape(m, "pixels");
    boolean flat = shape.length == 2;
    boolean channelsFirst = m.getAxes().equals("CHW");
    boolean known =
        m.getAxes().isEmpty() || channelsFirst || m.getAxes().equals(flat ? "HW" : "HWC");
    if ((!flat && shape.length != 3) || !known || (flat && channelsFirst)) {
      throw LoaderException.of(
          Reason.BAD_SHAPE,
          "pixels",
          m.getShapeList(),
          "axes",
          m.getAxes(),
          "expected",
          "HWC, CHW or HW with as many lengths");
    }
    int height = shape[channelsFirst ? 1 : 0];
    int width = shape[channelsFirst ? 2 : 1];
    int bands = flat ? 1 : shape[channelsFirst ? 0 : 2];
    return new Patch(height, width, bands, channelsFirst, dtype, elements(m, shared));
  }

  private static ByteBuffer elements(Tensor m, Function<SharedElements, ByteBuffer> shared) {
    return m.hasShared() ? shared.apply(m.getShared()) : m.getData().asReadOnlyByteBuffer();
  }

  private static StitchWindow.Weights weights(
      Tensor m, Function<SharedElements, ByteBuffer> shared) {
    int[] shape = shape(m, "weights");
    ByteBuffer data = elements(m, shared);
    boolean fits = shape.length == 2 && m.getDtype() == io.ndstream.v1.DType.DTYPE_FLOAT32;
    if (!fits || data.remaining() != 4L * shape[0] * shape[1]) {
      throw LoaderException.of(
          Reason.BAD_WEIGHTS,
          "weights",
          m.getShapeList(),
          "dtype",
          m.getDtype(),
          "bytes",
          data.remaining(),
          "expected",
          "float32 (H, W)");
    }
    return new StitchWindow.Weights(
        shape[0], shape[1], data.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
  }

  /** Lengths whose product is the number of elements that came. */
  static int[] shape(Tensor m, String field) {
    long elements = 1;
    for (long length : m.getShapeList()) {
      if (length < 0 || length > FARTHEST || elements * length > Integer.MAX_VALUE) {
        throw LoaderException.of(Reason.BAD_SHAPE, "field", field, "shape", m.getShapeList());
      }
      elements *= length;
    }
    return m.getShapeList().stream().mapToInt(Long::intValue).toArray();
  }
}
