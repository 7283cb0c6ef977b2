package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import java.nio.ByteBuffer;
import java.util.List;

/** Rebuilds the state of a run from its journal, while nobody else knows the run. */
final class Replay implements Journal.Reader {
  private final RunSpec spec;
  private final RunState state;
  private final TileStore tiles;
  private final Canvases canvases;
  private final EdgeMasks masks;
  private boolean started;

  Replay(RunSpec spec, RunState state, TileStore tiles, Canvases canvases, EdgeMasks masks) {
    this.spec = spec;
    this.state = state;
    this.tiles = tiles;
    this.canvases = canvases;
    this.masks = masks;
  }

  /** Whether the journal held anything. */
  boolean started() {
    return started;
  }

  @Override
  public void record(byte kind, ByteBuffer body) {
    switch (kind) {
      case Records.START -> start(body);
      case Records.IMAGE -> image(body).read(body);
      case Records.WINDOW -> window(Records.window(body));
      case Records.COMPLETE -> image(body).declaredComplete = true;
      case Records.NAMING -> image(body).unrecorded = Records.naming(body);
      case Records.FINISHED -> finish(image(body), Records.finished(body));
      case Records.EDIT -> state.edits.add(Records.text(body));
      case Records.MERGED -> state.merged = (int) body.getLong();
      default -> throw LoaderException.of(Reason.CORRUPT_SPILL, "run", spec.name(), "record", kind);
    }
  }

  private void start(ByteBuffer body) {
    started = true;
    tiles.open((int) body.getLong(), body.getLong());
    state.number = body.getLong();
    state.merged = (int) body.getLong();
  }

  /** Reads the id and enters the image. */
  private ImageState image(ByteBuffer body) {
    return image(body.getLong());
  }

  private ImageState image(long id) {
    ImageState image = state.images.findOrRestore(id);
    state.images.enter(image);
    return image;
  }

  private void window(Records.Numbered record) {
    StitchWindow window = record.window();
    ImageState image = image(window.image());
    Window canvas = image.canvas.bounds();
    Placed placed =
        Placed.of(window, canvas, spec.bands(), spec.placement(), spec.nanPolicy(), masks);
    state.number = record.number();
    image.count(record.key(), window.box() == null ? canvas : window.box());
    canvases.requireRoom();
    Canvas.Addition addition = placed.addition(window.patch(), record.number());
    canvases.add(List.of(new Admission.Admitted(image, addition)));
  }

  private void finish(ImageState image, FinishedRaster raster) {
    state.finish(image, raster);
    canvases.drop(image.spec.image());
  }
}
