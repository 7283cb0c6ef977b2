package io.ndstream.sample;

import io.ndstream.coco.Asset;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.FrameHeader;
import io.ndstream.warp.Decoding;
import io.ndstream.warp.ReadPlan;
import java.util.List;

/**
 * One run of channels of a frame on its way to pixels. Immutable; every step gives the next one.
 *
 * @param asset to read, or null if no file has the channels; then so are header, plan and decoding
 * @param bands of the file, one a channel
 * @param codes one a channel; null where the file names none
 * @param decoding of stored numbers; known once the plan is complete
 * @param width of the canvas
 * @param height of the canvas
 */
record PartPlan(
    Asset asset,
    FrameHeader header,
    int[] bands,
    List<String> codes,
    ReadPlan plan,
    Decoding decoding,
    int width,
    int height) {

  static PartPlan missing(List<String> codes, int width, int height) {
    return new PartPlan(null, null, new int[codes.size()], codes, null, null, width, height);
  }

  static PartPlan of(Run run, FrameHeader header, ReadPlan plan) {
    return new PartPlan(
        run.asset(),
        header,
        Assets.bands(run, header),
        run.codes(),
        plan,
        null,
        plan.width(),
        plan.height());
  }

  boolean isMissing() {
    return asset == null;
  }

  int channels() {
    return bands.length;
  }

  /** Missing channels are NaN of double precision, as the reference has them. */
  DType dtype() {
    return isMissing() ? DType.FLOAT64 : decoding.value();
  }

  private PartPlan with(ReadPlan next) {
    return new PartPlan(asset, header, bands, codes, next, decoding, next.width(), next.height());
  }

  PartPlan warp(Affine by, int canvasWidth, int canvasHeight) {
    return isMissing()
        ? missing(codes, canvasWidth, canvasHeight)
        : with(plan.warp(by, canvasWidth, canvasHeight));
  }

  /** Onto the canvas that just holds the result. */
  PartPlan warp(Affine by) {
    Window canvas = ReadPlan.canvasOf(by, width, height);
    return warp(by, canvas.width(), canvas.height());
  }

  PartPlan crop(Window box) {
    return isMissing() ? missing(codes, box.width(), box.height()) : with(plan.crop(box));
  }

  PartPlan selectBands() {
    return with(plan.selectBands());
  }

  /**
   * Tidied once more: only where no scale follows, for after an undone overview that is not the
   * same.
   */
  PartPlan tidy() {
    return isMissing() ? this : with(plan.tidy());
  }

  /** The part as it will be read. */
  PartPlan complete(boolean nodata) {
    if (isMissing()) {
      return this;
    }
    Decoding known = Assets.decoding(asset, header, bands, plan.fileLevel(), nodata);
    return new PartPlan(asset, header, bands, codes, plan, known, width, height);
  }
}
