package io.ndstream.wire;

import io.ndstream.coco.Quantization;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.stitch.EdgeWeights;
import io.ndstream.stitch.Patch;
import io.ndstream.stitch.Quantizer;
import io.ndstream.v1.ComputeEdgeWeightsRequest;
import io.ndstream.v1.ComputeEdgeWeightsResponse;
import io.ndstream.v1.DequantizeRequest;
import io.ndstream.v1.DequantizeResponse;
import io.ndstream.v1.Encoding;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.QuantizeRequest;
import io.ndstream.v1.QuantizeResponse;
import io.ndstream.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The functions of stitching that need no run: from request to answer. */
public final class StitchMath {
  private static final int LARGEST_SIDE = 16384;

  private StitchMath() {}

  /**
   * @throws LoaderException BAD_WINDOW
   */
  public static ComputeEdgeWeightsResponse edgeWeights(ComputeEdgeWeightsRequest m) {
    int height = m.getHeight();
    int width = m.getWidth();
    if (height > LARGEST_SIDE || width > LARGEST_SIDE) {
      throw LoaderException.of(
          Reason.BAD_WINDOW,
          "height",
          height,
          "width",
          width,
          "expected",
          "at most " + LARGEST_SIDE);
    }
    EdgeWeights mask = EdgeWeights.of(height, width, 1);
    float[] row = new float[width];
    Tensor weights =
        Tensors.of(
            DType.FLOAT32,
            List.of((long) height, (long) width),
            into -> {
              for (int y = 0; y < height; y++) {
                mask.row(y, 0, width, row, 0);
                for (float weight : row) {
                  into.putFloat(weight);
                }
              }
            });
    return ComputeEdgeWeightsResponse.newBuilder().setWeights(weights).build();
  }

  /**
   * @throws LoaderException QUANT_RANGE, BAD_DTYPE, BAD_SHAPE
   */
  public static QuantizeResponse quantize(QuantizeRequest m) {
    double[] values = m.hasValues() ? values(m.getValues()) : new double[0];
    double least = Double.NaN;
    double most = Double.NaN;
    for (double value : values) {
      least = !(least <= value) && !Double.isNaN(value) ? value : least;
      most = !(most >= value) && !Double.isNaN(value) ? value : most;
    }
    QuantizeOptions options = m.getOptions();
    DType dtype =
        options.getDtype() == io.ndstream.v1.DType.DTYPE_UNSPECIFIED
            ? DType.INT16
            : StitchRequests.dtype(options.getDtype());
    Double min = options.hasMin() ? Double.valueOf(options.getMin()) : null;
    Double max = options.hasMax() ? Double.valueOf(options.getMax()) : null;
    if (!m.hasValues()) { // a bound that is missing lies one apart from the other
      min = min != null ? min : max != null ? max - 1 : 0.0;
      max = max != null ? max : Double.valueOf(min + 1);
    }
    Quantizer quantizer = Quantizer.covering(dtype, min, max, least, most, options.getRound());
    QuantizeResponse.Builder answer =
        QuantizeResponse.newBuilder().setEncoding(StitchMessages.encoding(quantizer.encoding()));
    if (m.hasValues()) {
      boolean single = m.getValues().getDtype() == io.ndstream.v1.DType.DTYPE_FLOAT32;
      answer.setQuantized(
          Tensors.of(
              dtype,
              m.getValues().getShapeList(),
              into -> quantizer.quantize(values, values.length, single, into)));
    }
    return answer.build();
  }

  /**
   * @throws LoaderException BAD_DTYPE, BAD_SHAPE; QUANT_RANGE without a quant_max
   */
  public static DequantizeResponse dequantize(DequantizeRequest m) {
    Encoding e = m.getEncoding();
    if (e.getQuantMax() == 0 && e.getQuantMin() == 0) {
      throw LoaderException.of(
          Reason.QUANT_RANGE, "encoding.quant_max", 0, "expected", "the largest stored number");
    }
    DType dtype = StitchRequests.dtype(m.getQuantized().getDtype());
    int count = count(m.getQuantized(), dtype);
    boolean wide = e.getOrigDtype().equals("float64");
    Quantization encoding =
        new Quantization(
            wide ? "float64" : "float32",
            e.getOrigMin(),
            e.getOrigMax(),
            e.getQuantMin(),
            e.getQuantMax(),
            e.hasNodata() ? Double.valueOf(e.getNodata()) : null);
    ByteBuffer stored =
        m.getQuantized().getData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = Quantizer.dequantize(stored, dtype, count, encoding);
    Tensor tensor =
        Tensors.of(
            wide ? DType.FLOAT64 : DType.FLOAT32,
            m.getQuantized().getShapeList(),
            into -> {
              for (double value : values) {
                if (wide) {
                  into.putDouble(value);
                } else {
                  into.putFloat((float) value);
                }
              }
            });
    return DequantizeResponse.newBuilder().setValues(tensor).build();
  }

  private static double[] values(Tensor m) {
    DType dtype = StitchRequests.dtype(m.getDtype());
    int count = count(m, dtype);
    return new Patch(1, count, 1, false, dtype, m.getData().asReadOnlyByteBuffer()).values();
  }

  private static int count(Tensor m, DType dtype) {
    int count = 1;
    for (int length : StitchRequests.shape(m, "values")) {
      count *= length;
    }
    if (m.getData().size() != (long) count * dtype.bytes()) {
      throw LoaderException.of(
          Reason.BAD_SHAPE,
          "shape",
          m.getShapeList(),
          "bytes",
          m.getData().size(),
          "expected",
          (long) count * dtype.bytes());
    }
    return count;
  }
}
