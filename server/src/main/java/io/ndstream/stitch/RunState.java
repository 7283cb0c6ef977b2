package io.ndstream.stitch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run knows beside its canvases, and its journal tells again. Guarded by the run's lock. */
final class RunState {
  final Images images;

  /** Of the last window. */
  long number;

  /** Windows cut under {@link Placement#LENIENT}; not in the journal. */
  long adjusted;

  /** For the manifest. */
  final List<String> edits = new ArrayList<>();

  /** So many of the edits are in the manifest. */
  int merged;

  RunState(Images images) {
    this.images = images;
  }

  /** The canvas of an image is not needed any more. */
  void finish(ImageState image, FinishedRaster raster) {
    image.raster = raster;
    image.unrecorded = null;
    edits.add(raster.edit());
  }

  /**
   * The shortest journal that tells this, without windows: the tiles hold them.
   *
   * @param tiles have all been written
   */
  List<RecordWriter.Entry> records(TileStore tiles) {
    List<RecordWriter.Entry> records = new ArrayList<>();
    records.add(
        new RecordWriter.Entry(
            Records.START, Records.longs(tiles.generation(), tiles.diskBytes(), number, merged)));
    for (ImageState image : images.all()) {
      records.add(new RecordWriter.Entry(Records.IMAGE, image.write()));
      if (image.unrecorded != null) {
        records.add(Records.naming(image.spec.image(), image.unrecorded));
      }
      if (image.raster != null) {
        records.add(
            new RecordWriter.Entry(
                Records.FINISHED, Records.finished(image.spec.image(), image.raster)));
      }
    }
    Set<String> ofRasters =
        images.finished().map(image -> image.raster.edit()).collect(Collectors.toSet());
    edits.stream()
        .filter(edit -> !ofRasters.contains(edit))
        .forEach(edit -> records.add(new RecordWriter.Entry(Records.EDIT, Records.text(edit))));
    return records;
  }
}
