package io.ndstream.sample;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Quantization;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.raster.FrameHeader;
import io.ndstream.warp.Decoding;
import io.ndstream.warp.Source;

/** What the plan of a read needs to know of a file. */
final class Assets {
  private Assets() {}

  /** The file and those of its overviews that are halves of halves; a plan cannot use others. */
  static Source source(FrameHeader header) {
    int overviews = 0;
    while (overviews < header.overviews() && isHalved(header, overviews + 1)) {
      overviews++;
    }
    return new Source(header.width(), header.height(), overviews);
  }

  private static boolean isHalved(FrameHeader header, int level) {
    FrameHeader.Level l = header.levels().get(level);
    return l.width() == Source.halved(header.width(), level)
        && l.height() == Source.halved(header.height(), level);
  }

  /**
   * Bands of a run, from 0.
   *
   * @throws LoaderException UNREADABLE_FILE if the file has fewer than the manifest names
   */
  static int[] bands(Run run, FrameHeader header) {
    int[] bands =
        run.bands() != null
            ? run.bands()
            : all(run.codes() == null ? header.bands() : run.codes().size());
    for (int band : bands) {
      if (band >= header.bands()) {
        throw LoaderException.of(
            Reason.UNREADABLE_FILE,
            "file",
            run.asset().fileName(),
            "bands",
            header.bands(),
            "channels",
            run.asset().channelSpec());
      }
    }
    return bands;
  }

  private static int[] all(int count) {
    int[] bands = new int[count];
    for (int i = 0; i < count; i++) {
      bands[i] = i;
    }
    return bands;
  }

  /**
   * @param level the plan reads; bands of overviews may name other nodata values
   */
  static Decoding decoding(
      Asset asset, FrameHeader header, int[] bands, int level, boolean nodata) {
    double[] missing = nodata ? nodata(header, bands, level) : null;
    Quantization q = asset.quantization();
    if (q == null) {
      return new Decoding(
          header.dtype(),
          nodata ? floated(header.dtype()) : header.dtype(),
          bands.length,
          missing,
          null);
    }
    double extent = q.quantMax() - q.quantMin();
    double factor = extent == 0 ? 0 : (q.origMax() - q.origMin()) / extent;
    double none = q.nodata() == null ? Double.NaN : q.nodata();
    DType type =
        DType.ofNumpyName(q.origDtype())
            .orElseThrow(
                () ->
                    LoaderException.of(
                        Reason.BAD_DTYPE, "file", asset.fileName(), "orig_dtype", q.origDtype()));
    return new Decoding(
        header.dtype(),
        type,
        bands.length,
        missing,
        new Decoding.Quantum(q.quantMin(), factor, q.origMin(), none));
  }

  /** The float type that holds every value and NaN. */
  static DType floated(DType type) {
    return type.promote(DType.FLOAT32);
  }

  private static double[] nodata(FrameHeader header, int[] bands, int level) {
    double[] values = new double[bands.length];
    boolean any = false;
    for (int i = 0; i < bands.length; i++) {
      double value = header.levels().get(level).nodata().get(bands[i]).orElse(Double.NaN);
      values[i] = header.dtype() == DType.FLOAT32 ? (float) value : value;
      any |= !Double.isNaN(value);
    }
    return any ? values : null;
  }
}
