package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The images of a run that a window came for. Looking one up needs no lock; entering one, and what
 * is asked of all, needs the run's.
 */
final class Images {
  private final RunSpec spec;
  private final Dataset dataset;
  private final TileStore tiles;
  private final SpareArrays spare = new SpareArrays();
  private final ConcurrentHashMap<Long, ImageState> byId = new ConcurrentHashMap<>();
  private final List<ImageState> inOrder = new ArrayList<>();

  Images(RunSpec spec, Dataset dataset, TileStore tiles) {
    this.spec = spec;
    this.dataset = dataset;
    this.tiles = tiles;
  }

  /**
   * One of the run's, or a new one that is not entered yet.
   *
   * @throws LoaderException UNKNOWN_IMAGE, ASSET_EXISTS
   */
  ImageState findOrMake(long image) {
    ImageState known = byId.get(image);
    if (known != null) {
      return known;
    }
    ImageState made = make(image);
    AssetPlace.of(dataset, spec, image);
    return made;
  }

  /** As before for an image of the journal, whose asset may be in the manifest by now. */
  ImageState findOrRestore(long image) {
    ImageState known = byId.get(image);
    return known == null ? make(image) : known;
  }

  private ImageState make(long image) {
    CanvasSpec canvas = CanvasSpec.of(dataset, spec, image);
    return new ImageState(
        canvas,
        new Canvas(
            image,
            canvas.width(),
            canvas.height(),
            spec.bands(),
            spec.output().blockSize(),
            spec.precision(),
            tiles,
            spare));
  }

  /** What there is of this image, which is the given one if there was none. */
  ImageState entered(ImageState image) {
    return byId.getOrDefault(image.spec.image(), image);
  }

  void enter(ImageState image) {
    if (byId.putIfAbsent(image.spec.image(), image) == null) {
      inOrder.add(image);
    }
  }

  /**
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED
   */
  ImageState known(long image) {
    ImageState state = byId.get(image);
    if (state == null) {
      CanvasSpec.of(dataset, spec, image);
      throw LoaderException.of(Reason.NOTHING_STITCHED, "run", spec.name(), "image", image);
    }
    return state;
  }

  /** In the order of their first window. */
  List<ImageState> all() {
    return Collections.unmodifiableList(inOrder);
  }

  /** Those without a raster. */
  Stream<ImageState> open() {
    return inOrder.stream().filter(image -> image.raster == null);
  }

  /** Those with a raster. */
  Stream<ImageState> finished() {
    return inOrder.stream().filter(image -> image.raster != null);
  }
}
