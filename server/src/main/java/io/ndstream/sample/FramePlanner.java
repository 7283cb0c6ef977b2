package io.ndstream.sample;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Video;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import io.ndstream.warp.ReadPlan;
import io.ndstream.warp.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans the reads of one frame: every part from its file to image space, to video space, to the
 * window, to the scale asked for.
 */
final class FramePlanner {
  private final Dataset dataset;
  private final FrameReader reader;
  private final Space space;
  private final SampleOptions options;

  FramePlanner(Dataset dataset, FrameReader reader, Space space, SampleOptions options) {
    this.dataset = dataset;
    this.reader = reader;
    this.space = space;
    this.options = options;
  }

  /**
   * @throws io.ndstream.error.LoaderException MISSING_FILE, UNREADABLE_FILE, FORBIDDEN_PATH
   */
  FramePlan plan(int imageRow, List<Run> runs) {
    Image image = dataset.images().get(imageRow);
    Window canvas = canvas(image);
    Embedding embedding = Embedding.of(space.padded(), canvas.width(), canvas.height());
    List<PartPlan> parts = new ArrayList<>(runs.size());
    for (Run run : runs) {
      parts.add(cut(onCanvas(run, image, canvas), canvas, embedding));
    }
    if (options.isJagged()) {
      return jagged(imageRow, image, parts);
    }
    Affine map = Affine.IDENTITY;
    if (options.realigned()) {
      NativeScaling.Realigned realigned =
          NativeScaling.realign(parts.stream().map(NativeScaling::of).toList());
      parts = realigned.parts();
      map = realigned.map();
    }
    if (options.scale() != null && !options.scale().isOne()) {
      map = scale().after(map);
      parts.replaceAll(part -> part.warp(scale()));
    } else {
      parts.replaceAll(PartPlan::tidy);
    }
    parts.replaceAll(part -> part.complete(options.nodata()));
    return frame(imageRow, image, parts, embedding, map);
  }

  /** The frame's own canvas: of its video, or of the image itself. */
  private Window canvas(Image image) {
    Video video = space.video() && image.video() >= 0 ? dataset.videos().get(image.video()) : null;
    boolean sized = video != null && video.width() > 0 && video.height() > 0;
    return sized
        ? new Window(0, 0, video.width(), video.height())
        : new Window(0, 0, image.width(), image.height());
  }

  private PartPlan onCanvas(Run run, Image image, Window canvas) {
    if (run.asset() == null) {
      return PartPlan.missing(run.codes(), canvas.width(), canvas.height());
    }
    Asset asset = run.asset();
    FrameHeader header = reader.header(asset.location());
    Affine toImage = asset.imageFromAsset();
    Affine toVideo = image.videoFromImage();
    boolean warpsToImage =
        !toImage.isAboutIdentity()
            || header.width() != image.width()
            || header.height() != image.height();
    boolean warpsToVideo =
        space.video()
            && (!toVideo.isAboutIdentity()
                || image.width() != canvas.width()
                || image.height() != canvas.height());
    Source source = Assets.source(header);
    if (options.isNearest() && (warpsToImage || warpsToVideo)) {
      source = new Source(source.width(), source.height(), 0);
    }
    PartPlan part = PartPlan.of(run, header, ReadPlan.whole(source, options.isNearest()));
    part = warpsToImage ? part.warp(toImage, image.width(), image.height()) : part;
    part = run.bands() != null ? part.selectBands() : part;
    return warpsToVideo ? part.warp(toVideo, canvas.width(), canvas.height()) : part;
  }

  private PartPlan cut(PartPlan part, Window canvas, Embedding embedding) {
    Window padded = space.padded();
    if (space.window().equals(canvas) && padded.equals(canvas)) {
      return part;
    }
    Window existing = embedding.existing();
    PartPlan cut = part.crop(existing);
    boolean complete = existing.width() == padded.width() && existing.height() == padded.height();
    if (complete || fillsApart()) {
      return cut;
    }
    return cut.warp(
        Affine.translate(embedding.left(), embedding.top()), padded.width(), padded.height());
  }

  /**
   * Whether cells outside the canvas hold what was asked for, not what the resampling leaves there.
   */
  private boolean fillsBorder() {
    return !options.nativeScale() && (options.fill() != null || !space.video());
  }

  /**
   * Filled by request, what exists is resampled alone; unless a scale mixes it with what is round
   * it.
   */
  private boolean fillsApart() {
    return fillsBorder() && (options.scale() == null || options.scale().isOne());
  }

  private Affine scale() {
    return options.scale() == null ? Affine.IDENTITY : options.scale().affine();
  }

  private FramePlan frame(
      int imageRow, Image image, List<PartPlan> parts, Embedding embedding, Affine map) {
    PartPlan first = parts.get(0);
    Affine sampleFromCanvas = map.after(space.windowFromCanvas());
    boolean apart = fillsApart();
    int width = apart ? space.padded().width() : first.width();
    int height = apart ? space.padded().height() : first.height();
    Window place =
        new Window(
            apart ? embedding.left() : 0,
            apart ? embedding.top() : 0,
            first.width(),
            first.height());
    Window inside = fillsBorder() ? inside(embedding, width, height) : null;
    return new FramePlan(
        imageRow,
        parts,
        List.of(),
        width,
        height,
        place,
        inside,
        sampleFromCanvas,
        fromImage(sampleFromCanvas, image));
  }

  /** The pixels whose centre lies on the canvas; null if that is all of them. */
  private Window inside(Embedding embedding, int width, int height) {
    double sx = options.scale() == null ? 1 : options.scale().x();
    double sy = options.scale() == null ? 1 : options.scale().y();
    Window existing = embedding.existing();
    Window inside =
        new Window(0, 0, width, height)
            .intersect(
                Window.ofCorners(
                    firstCentre(embedding.left() * sx), firstCentre(embedding.top() * sy),
                    firstCentre((embedding.left() + existing.width()) * sx),
                        firstCentre((embedding.top() + existing.height()) * sy)));
    return inside.width() == width && inside.height() == height ? null : inside;
  }

  private static int firstCentre(double edge) {
    return (int) Math.ceil(edge - 0.5);
  }

  private Affine fromImage(Affine sampleFromCanvas, Image image) {
    return space.video() ? sampleFromCanvas.after(image.videoFromImage()) : sampleFromCanvas;
  }

  private FramePlan jagged(int imageRow, Image image, List<PartPlan> cuts) {
    List<PartPlan> parts = new ArrayList<>(cuts.size());
    List<NativePart> natives = new ArrayList<>(cuts.size());
    Affine partFromGrid = scale().after(space.windowFromCanvas());
    for (PartPlan cut : cuts) {
      NativeScaling own = NativeScaling.of(cut);
      PartPlan sized = options.scale() == null ? own.part().tidy() : own.part().warp(scale());
      PartPlan part = sized.complete(options.nodata());
      Affine partFromCanvas = scale().after(own.partFromCut()).after(space.windowFromCanvas());
      parts.add(part);
      natives.add(
          new NativePart(
              part.dtype(),
              part.height(),
              part.width(),
              codes(part),
              0,
              own.align(),
              partFromGrid,
              partFromCanvas));
    }
    Window grid = ReadPlan.canvasOf(scale(), space.padded().width(), space.padded().height());
    return new FramePlan(
        imageRow,
        parts,
        natives,
        grid.width(),
        grid.height(),
        new Window(0, 0, 0, 0),
        null,
        partFromGrid,
        fromImage(partFromGrid, image));
  }

  private static List<String> codes(PartPlan part) {
    return part.codes() != null ? part.codes() : ChannelSelection.numbered(part.channels());
  }
}
