package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.ManifestMerge;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.raster.FrameReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * One stitching run: takes windows, keeps canvases, writes rasters. Thread-safe; one lock guards
 * all state, and is not held while a raster is written or the disk synced.
 *
 * <p>A window goes into the journal first and onto its canvas then, so the journal and the tiles of
 * the disk always make up the whole. What {@link #add} returned is safe after {@link #commit}.
 */
public final class StitchRun implements AutoCloseable {
  private final RunSpec spec;
  private final Dataset dataset;
  private final long journalLimit;
  private final TileStore tiles;
  private final Journal journal;
  private final LinkedHashMap<Long, ImageState> images = new LinkedHashMap<>();
  private final List<String> edits = new ArrayList<>();
  private final ReadyGuess guess;
  private final Object merging = new Object();
  private int merged;
  private long number;
  private long adjusted;
  private boolean closed;

  private StitchRun(Path directory, RunSpec spec, Dataset dataset, long journalLimit) {
    this.spec = spec;
    this.dataset = dataset;
    this.journalLimit = journalLimit;
    this.guess = new ReadyGuess(spec.space() == StitchSpace.VIDEO);
    Replay replay = new Replay();
    Journal[] opened = new Journal[1];
    this.tiles =
        new TileStore(
            directory,
            spec.memoryBytes(),
            () -> {
              if (opened[0] != null) { // while it is replayed, all of it is on the disk
                opened[0].sync(opened[0].position());
              }
            });
    this.journal = Journal.open(directory.resolve("journal"), replay);
    opened[0] = journal;
    if (!replay.started) {
      tiles.open(0, 0);
      journal.append(Records.START, Records.longs(0, 0, 0, 0));
    }
  }

  /**
   * Opens a run with what its directory holds: nothing yet, or a journal to go on from.
   *
   * @param directory exists, and is the run's own
   * @param dataset stays open as long as the run
   */
  public static StitchRun open(
      Path directory, RunSpec spec, Dataset dataset, StitchOptions options) {
    spec.requireValid();
    for (long image : spec.images().keySet()) {
      CanvasSpec.of(dataset, spec, image);
      AssetPlace.of(dataset, spec, image);
    }
    try {
      Files.createDirectories(spec.output().directory());
    } catch (IOException e) {
      throw AppendFile.failure(e, spec.output().directory());
    }
    return new StitchRun(directory, spec, dataset, options.journalBytes());
  }

  public RunSpec spec() {
    return spec;
  }

  /** Rebuilds the state from the journal. */
  private final class Replay implements Journal.Reader {
    private boolean started;

    @Override
    public void record(byte kind, ByteBuffer body) {
      switch (kind) {
        case Records.START -> start(body);
        case Records.IMAGE -> state(body.getLong()).read(body);
        case Records.WINDOW -> window(Records.window(body));
        case Records.COMPLETE -> state(body.getLong()).declaredComplete = true;
        case Records.FINISHED -> finish(state(body.getLong()), Records.finished(body));
        case Records.EDIT -> edits.add(Records.text(body));
        case Records.MERGED -> merged = (int) body.getLong();
        default ->
            throw LoaderException.of(Reason.CORRUPT_SPILL, "run", spec.name(), "record", kind);
      }
    }

    private void start(ByteBuffer body) {
      started = true;
      tiles.open((int) body.getLong(), body.getLong());
      number = body.getLong();
      merged = (int) body.getLong();
    }

    private void window(Records.Numbered record) {
      StitchWindow window = record.window();
      ImageState image = state(window.image());
      Placed placed = place(window, image);
      number = record.number();
      tiles.makeRoom(image.canvas.reserve(placed.box().intersect(image.canvas.bounds())));
      apply(image, window, placed, record.key());
    }
  }

  private ImageState state(long image) {
    ImageState known = images.get(image);
    if (known != null) {
      return known;
    }
    CanvasSpec canvas = CanvasSpec.of(dataset, spec, image);
    AssetPlace.of(dataset, spec, image);
    ImageState made =
        new ImageState(
            canvas,
            new Canvas(
                image,
                canvas.width(),
                canvas.height(),
                spec.bands(),
                spec.output().blockSize(),
                spec.precision(),
                tiles));
    images.put(image, made);
    return made;
  }

  /**
   * Adds a window, if its id is new. Nothing of it counts if this fails.
   *
   * @param ready what the client says about the image before, or null; for the guess only
   * @throws LoaderException UNKNOWN_IMAGE, FINALIZED, WINDOW_REUSED, BANDS, BAD_SHAPE, BAD_WINDOW,
   *     BAD_WEIGHTS, BAD_PIXELS, DISK_FULL, ASSET_EXISTS
   */
  public synchronized Receipt add(StitchWindow window, Boolean ready) {
    boolean isNew = !images.containsKey(window.image());
    ImageState image = state(window.image());
    try {
      return add(window, image, ready);
    } catch (RuntimeException e) {
      if (isNew) {
        images.remove(window.image());
      }
      throw e;
    }
  }

  private Receipt add(StitchWindow window, ImageState image, Boolean ready) {
    if (closed) {
      throw LoaderException.of(Reason.UNKNOWN_RUN, "run", spec.name());
    }
    Window box = window.box() == null ? image.canvas.bounds() : window.box();
    String id = window.id().isEmpty() ? idOf(box) : window.id();
    WindowIds.Key key = WindowIds.Key.of(id);
    if (image.ids.contains(key)) {
      if (image.ids.place(key) != box.hashCode()) {
        throw LoaderException.of(Reason.WINDOW_REUSED, "box", idOf(box));
      }
      return receipt(id, true, image);
    }
    if (!image.takesWindows()) {
      throw LoaderException.of(Reason.FINALIZED);
    }
    Placed placed = place(window, image);
    tiles.makeRoom(image.canvas.reserve(placed.box().intersect(image.canvas.bounds())));
    journal.append(Records.WINDOW, Records.window(number + 1, key, window));
    number++;
    adjusted += placed.adjusted() ? 1 : 0;
    apply(image, window, placed, key);
    guess.window(image.spec, ready, open());
    if (journal.size() > journalLimit) {
      checkpoint();
    }
    return receipt(id, false, image);
  }

  private Placed place(StitchWindow window, ImageState image) {
    return Placed.of(
        window, image.canvas.bounds(), spec.bands(), spec.placement(), spec.nanPolicy());
  }

  private void apply(ImageState image, StitchWindow window, Placed placed, WindowIds.Key key) {
    if (image.raster == null) {
      image.canvas.add(window.patch(), placed.weights(), spec.nanPolicy(), placed.box(), number);
    }
    Window box = window.box() == null ? image.canvas.bounds() : window.box();
    image.ids.add(key, box.hashCode());
    image.progress.count(box);
  }

  private Receipt receipt(String id, boolean duplicate, ImageState image) {
    return new Receipt(
        id, duplicate, image.progress.windows(), image.progress.missing(), image.isComplete());
  }

  /** {@code left,top,right,bottom}. */
  private static String idOf(Window box) {
    return box.x() + "," + box.y() + "," + box.right() + "," + box.bottom();
  }

  private List<CanvasSpec> open() {
    return images.values().stream()
        .filter(image -> image.raster == null)
        .map(image -> image.spec)
        .toList();
  }

  /** Keeps to this much memory for tiles, or to what the run asked for if that is less. */
  public synchronized void limitMemory(long bytes) {
    tiles.budget(Math.min(bytes, spec.memoryBytes()));
  }

  /**
   * Returns when all that {@link #add} took before this call is on the disk. Calls share one sync.
   */
  public void commit() {
    journal.sync(journal.position());
  }

  /** Writes all tiles and begins the journal anew, without the windows they hold. */
  private void checkpoint() {
    tiles.flush();
    journal.replace(state());
    tiles.removeOthers();
  }

  private List<RecordWriter.Entry> state() {
    List<RecordWriter.Entry> state = new ArrayList<>();
    state.add(
        new RecordWriter.Entry(
            Records.START, Records.longs(tiles.generation(), tiles.diskBytes(), number, merged)));
    for (ImageState image : images.values()) {
      state.add(new RecordWriter.Entry(Records.IMAGE, image.write()));
      if (image.raster != null) {
        ByteBuffer raster = Records.finished(image.spec.image(), image.raster);
        state.add(new RecordWriter.Entry(Records.FINISHED, raster));
      }
    }
    edits.stream()
        .filter(edit -> !isOfRaster(edit))
        .forEach(edit -> state.add(new RecordWriter.Entry(Records.EDIT, Records.text(edit))));
    return state;
  }

  private boolean isOfRaster(String edit) {
    return images.values().stream()
        .anyMatch(image -> image.raster != null && image.raster.edit().equals(edit));
  }

  /** Says that no window of the image will follow. */
  public void complete(long image) {
    synchronized (this) {
      ImageState state = known(image);
      if (!state.declaredComplete) {
        journal.append(Records.COMPLETE, Records.longs(image));
        state.declaredComplete = true;
      }
    }
    commit();
  }

  private ImageState known(long image) {
    ImageState state = images.get(image);
    if (state == null) {
      CanvasSpec.of(dataset, spec, image);
      throw LoaderException.of(Reason.NOTHING_STITCHED, "run", spec.name(), "image", image);
    }
    return state;
  }

  /**
   * Writes the raster of an image; the second time returns what the first wrote.
   *
   * @param incomplete also if expected windows are missing
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED, INCOMPLETE, QUANT_RANGE, DISK_FULL,
   *     CORRUPT_SPILL; the canvas is kept then
   */
  public FinishedRaster finalizeImage(long image, boolean incomplete) throws InterruptedException {
    ImageState state;
    synchronized (this) {
      state = known(image);
      while (state.finalizing) {
        wait();
      }
      if (state.raster != null) {
        return state.raster;
      }
      if (!incomplete && !state.declaredComplete && state.progress.missing() > 0) {
        throw LoaderException.of(
            Reason.INCOMPLETE,
            "run",
            spec.name(),
            "image",
            image,
            "missing",
            state.progress.missing());
      }
      state.finalizing = true;
    }
    try {
      FinishedRaster raster = new Finalizer(spec, dataset, state.spec, reader(state)).write();
      synchronized (this) {
        journal.append(Records.FINISHED, Records.finished(image, raster));
        finish(state, raster);
      }
      commit();
      return raster;
    } finally {
      synchronized (this) {
        state.finalizing = false;
        notifyAll();
      }
    }
  }

  private void finish(ImageState state, FinishedRaster raster) {
    state.raster = raster;
    edits.add(raster.edit());
    tiles.drop(state.spec.image());
    guess.finalized(state.spec.image());
  }

  private CanvasReader reader(ImageState state) {
    return new CanvasReader() {
      @Override
      public void read(Window part, double[] sums, double[] weights) {
        synchronized (StitchRun.this) {
          tiles.makeRoom(state.canvas.reserve(part));
          state.canvas.read(part, sums, weights);
        }
      }

      @Override
      public boolean isTouched(int column, int row) {
        synchronized (StitchRun.this) {
          return state.canvas.isTouched(column, row);
        }
      }
    };
  }

  /**
   * The canvas of an image as it is now.
   *
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED, FINALIZED
   */
  public synchronized CanvasView view(long image) {
    ImageState state = known(image);
    if (state.raster != null) {
      throw LoaderException.of(Reason.FINALIZED, "run", spec.name(), "image", image);
    }
    return new CanvasView(
        state.canvas.bounds(),
        state.spec.imageFromAsset(),
        spec.output().blockSize(),
        spec.bands(),
        reader(state));
  }

  /**
   * The averages of an image: of its canvas as it is now, or of its raster once there is one.
   *
   * @param files reads the raster
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED
   */
  public synchronized Averages averages(long image, FrameReader files) {
    FinishedRaster raster = known(image).raster;
    return raster == null
        ? view(image)
        : new WrittenAverages(raster, spec.output().manifest().getParent(), spec.bands(), files);
  }

  /** Notes an edit for the manifest; {@link #merge} takes it there. */
  public void note(List<String> more) {
    synchronized (this) {
      for (String edit : more) {
        journal.append(Records.EDIT, Records.text(edit));
        edits.add(edit);
      }
    }
    commit();
  }

  /**
   * Merges what was finalized and noted into the manifest.
   *
   * @return whether there was anything new
   */
  public boolean merge() {
    synchronized (merging) {
      List<String> all;
      synchronized (this) {
        if (merged == edits.size()) {
          return false;
        }
        all = List.copyOf(edits);
      }
      return merge(all);
    }
  }

  private boolean merge(List<String> all) {
    Path target = spec.output().manifest();
    ManifestMerge.merge(Files.exists(target) ? target : dataset.path(), target, all);
    synchronized (this) {
      merged = all.size();
      journal.append(Records.MERGED, Records.longs(merged));
    }
    return true;
  }

  /** Ids of images, in the order of their first window. */
  public synchronized List<Long> imageIds() {
    return List.copyOf(images.keySet());
  }

  public synchronized ImageStatus status(long image) {
    ImageState state = known(image);
    return new ImageStatus(
        image,
        state.canvas.bounds().width(),
        state.canvas.bounds().height(),
        state.progress.windows(),
        state.progress.missing(),
        state.isComplete(),
        state.raster);
  }

  public synchronized RunStatus status() {
    long windows = images.values().stream().mapToLong(image -> image.progress.windows()).sum();
    int complete = (int) images.values().stream().filter(ImageState::isComplete).count();
    List<Long> open =
        images.values().stream().filter(i -> i.raster == null).map(i -> i.spec.image()).toList();
    List<Long> finished =
        images.values().stream()
            .filter(i -> i.raster != null)
            .map(i -> i.spec.image())
            .sorted()
            .toList();
    List<Long> ready = spec.guessReady() ? List.copyOf(guess.ready()) : List.of();
    return new RunStatus(
        windows,
        complete,
        open,
        finished,
        ready,
        adjusted,
        tiles.memoryBytes(),
        tiles.diskBytes() + journal.size());
  }

  /** Releases files; the run goes on when it is opened again. */
  @Override
  public synchronized void close() {
    closed = true;
    journal.close();
    tiles.close();
  }
}
