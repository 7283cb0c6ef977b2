package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.raster.FrameReader;
import io.ndstream.raster.RasterWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One stitching run: takes windows, keeps canvases, writes rasters. Thread-safe.
 *
 * <p>A window goes into the journal first and onto its canvas then, so the journal and the tiles of
 * the disk always make up the whole. What {@link #add} returned is safe after {@link #commit}.
 *
 * <p>Two locks, always taken in this order. The run's own guards what is counted, and the journal's
 * end; it is held while a message is written there. That of {@link Canvases} is held while windows
 * are added to canvases, or a part of one is read. So one message is written while the one before
 * is added. Neither is held while windows are checked, the disk is synced or a raster is written.
 */
public final class StitchRun implements AutoCloseable {
  private static final String JOURNAL = "journal";

  private final RunSpec spec;
  private final long journalLimit;
  private final TileStore tiles;
  private final Canvases canvases;
  private final RunState state;
  private final ReadyGuess guess;
  private final Journal journal;
  private final Admission admission;
  private final Finishing finishing;
  private final EdgeMasks masks = new EdgeMasks();
  private boolean closed;

  private StitchRun(Path directory, RunSpec spec, Dataset dataset, long journalLimit) {
    this.spec = spec;
    this.journalLimit = journalLimit;
    this.tiles = new TileStore(directory, spec.memoryBytes(), this::syncJournal);
    this.canvases = new Canvases(spec, tiles);
    this.state = new RunState(new Images(spec, dataset, tiles));
    this.guess = new ReadyGuess(spec.space() == StitchSpace.VIDEO);
    this.journal = openJournal(directory.resolve(JOURNAL));
    this.admission = new Admission(state, journal, guess, spec.guessReady());
    this.finishing = new Finishing(this, spec, dataset, state, canvases, journal, guess);
  }

  /** Leaves no file open if it fails. */
  private Journal openJournal(Path path) {
    Journal opened = null;
    try {
      Replay replay = new Replay(spec, state, tiles, canvases, masks);
      opened = Journal.open(path, replay);
      state.images.open().forEach(ImageState::removeUnrecorded); // the server was killed meanwhile
      if (!replay.started()) {
        tiles.open(0, 0);
        opened.append(Records.START, Records.longs(0, 0, 0, 0));
      }
      return opened;
    } catch (RuntimeException e) {
      tiles.close();
      if (opened != null) {
        opened.close();
      }
      throw e;
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
    boolean fresh = !Files.exists(directory.resolve(JOURNAL));
    if (fresh) { // one that goes on may have merged some assets
      for (long image : spec.images().keySet()) {
        CanvasSpec.of(dataset, spec, image);
        AssetPlace.of(dataset, spec, image);
      }
    }
    spec.output().makeDirectory();
    if (fresh) { // one that goes on can be looked at wherever it is
      spec.output().requireWritable();
    }
    RasterWriter.sweep(spec.output().directory());
    return new StitchRun(directory, spec, dataset, options.journalBytes());
  }

  public RunSpec spec() {
    return spec;
  }

  private void syncJournal() {
    if (journal != null) { // while it is replayed, all of it is on the disk
      journal.sync(journal.position());
    }
  }

  /**
   * Adds a window as {@link #add(List)} does.
   *
   * @throws LoaderException why it is refused
   */
  public Receipt add(StitchWindow window, Boolean ready) {
    return add(List.of(new Arrival(window, ready))).get(0).orThrow();
  }

  /**
   * Adds those windows of a message whose id is new. Each is taken or refused by itself:
   * UNKNOWN_RUN, UNKNOWN_IMAGE, FINALIZED, WINDOW_REUSED, BANDS, BAD_SHAPE, BAD_WINDOW,
   * BAD_WEIGHTS, BAD_PIXELS, DISK_FULL, ASSET_EXISTS, CORRUPT_SPILL.
   *
   * @return one a window, in their order
   */
  public List<Outcome> add(List<Arrival> message) {
    Outcome[] outcomes = new Outcome[message.size()];
    List<Candidate> left = new ArrayList<>();
    for (int i = 0; i < outcomes.length; i++) {
      try {
        ImageState image = state.images.findOrMake(message.get(i).window().image());
        left.add(Candidate.of(i, message.get(i), image, spec, masks));
      } catch (LoaderException e) {
        outcomes[i] = Outcome.refused(e);
      }
    }
    while (!left.isEmpty()) {
      addNext(left, outcomes);
    }
    return Arrays.asList(outcomes);
  }

  private void addNext(List<Candidate> left, Outcome[] outcomes) {
    List<Admission.Admitted> admitted;
    synchronized (this) {
      try {
        requireTaking();
      } catch (LoaderException e) {
        left.forEach(window -> outcomes[window.index()] = Outcome.refused(e));
        left.clear();
        return;
      }
      admitted = admission.admit(left, outcomes);
      canvases.lock(); // before the run's goes: canvases see windows in the order of their numbers
    }
    try {
      canvases.add(admitted);
    } finally {
      canvases.unlock();
    }
  }

  /** Needs the run's lock. */
  private void requireTaking() {
    if (closed) {
      throw LoaderException.of(Reason.UNKNOWN_RUN, "run", spec.name());
    }
    canvases.requireRoom();
    if (journal.size() > journalLimit) {
      checkpoint();
    }
  }

  /**
   * Writes all tiles and begins the journal anew, without the windows they hold. Needs the run's
   * lock.
   */
  private void checkpoint() {
    canvases.lock();
    try {
      tiles.flush();
      journal.replace(state.records(tiles));
      tiles.removeOthers();
    } finally {
      canvases.unlock();
    }
  }

  /** Keeps to this much memory for tiles, or to what the run asked for if that is less. */
  public synchronized void limitMemory(long bytes) {
    if (!closed) {
      canvases.limitMemory(Math.min(bytes, spec.memoryBytes()));
    }
  }

  /**
   * Returns when all that {@link #add} took before this call is on the disk. Calls share one sync.
   */
  public void commit() {
    journal.sync(journal.position());
  }

  /** Says that no window of the image will follow. */
  public void complete(long image) {
    finishing.complete(image);
    commit();
  }

  /**
   * Writes the raster of an image; the second time returns what the first wrote.
   *
   * @param incomplete also if expected windows are missing
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED, INCOMPLETE, QUANT_RANGE, DISK_FULL,
   *     CORRUPT_SPILL; the canvas is kept then
   */
  public FinishedRaster finalizeImage(long image, boolean incomplete) throws InterruptedException {
    return finalizeImage(image, incomplete, () -> true);
  }

  /**
   * As above, for as long as somebody wants the raster.
   *
   * @param wanted asked now and then by the thread that writes; who waits for another's writing
   *     gets its raster, or writes one if that was given up
   * @throws LoaderException as above; UNKNOWN_RUN if the run is closed
   * @throws java.util.concurrent.CancellationException if it is wanted no more: the canvas is kept
   */
  public FinishedRaster finalizeImage(long image, boolean incomplete, BooleanSupplier wanted)
      throws InterruptedException {
    FinishedRaster raster = finishing.raster(image, incomplete, wanted);
    commit();
    return raster;
  }

  /**
   * The canvas of an image as it is now.
   *
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED, FINALIZED
   */
  public synchronized CanvasView view(long image) {
    ImageState known = state.images.known(image);
    if (known.raster != null) {
      throw LoaderException.of(Reason.FINALIZED, "run", spec.name(), "image", image);
    }
    return new CanvasView(
        known.canvas.bounds(),
        known.spec.imageFromAsset(),
        spec.bands(),
        canvases.reader(known.canvas));
  }

  /**
   * The averages of an image: of its canvas as it is now, or of its raster once there is one.
   *
   * @param files reads the raster
   * @throws LoaderException UNKNOWN_IMAGE, NOTHING_STITCHED
   */
  public synchronized Averages averages(long image, FrameReader files) {
    FinishedRaster raster = state.images.known(image).raster;
    return raster == null
        ? view(image)
        : new WrittenAverages(raster, spec.output().manifest().getParent(), spec.bands(), files);
  }

  /** Notes edits for the manifest; {@link #merge} takes them there. */
  public void note(List<String> edits) {
    finishing.note(edits);
    commit();
  }

  /**
   * Merges what was finalized and noted into the manifest.
   *
   * @return whether there was anything new
   */
  public boolean merge() {
    return finishing.merge();
  }

  /** Whether the manifest holds anything of this run. */
  public synchronized boolean isInManifest() {
    return state.merged > 0;
  }

  /** Ids of images, in the order of their first window. */
  public synchronized List<Long> imageIds() {
    return state.images.all().stream().map(image -> image.spec.image()).toList();
  }

  public synchronized ImageStatus status(long image) {
    ImageState known = state.images.known(image);
    return new ImageStatus(
        image,
        known.canvas.bounds().width(),
        known.canvas.bounds().height(),
        known.progress.windows(),
        known.progress.missing(),
        known.isComplete(),
        known.writing == null ? 0 : known.writing.share(),
        known.raster);
  }

  public synchronized RunStatus status() {
    List<ImageState> images = state.images.all();
    canvases.lock();
    try {
      return new RunStatus(
          images.stream().mapToLong(image -> image.progress.windows()).sum(),
          (int) images.stream().filter(ImageState::isComplete).count(),
          state.images.open().map(image -> image.spec.image()).toList(),
          state.images.finished().map(image -> image.spec.image()).sorted().toList(),
          List.copyOf(guess.ready()),
          state.adjusted,
          tiles.memoryBytes(),
          tiles.diskBytes() + journal.size());
    } finally {
      canvases.unlock();
    }
  }

  /**
   * Releases files; the run goes on when it is opened again. A raster that is being written is
   * given up first.
   */
  @Override
  public synchronized void close() {
    closed = true;
    finishing.stop();
    canvases.lock();
    try {
      journal.close();
      tiles.close();
    } finally {
      canvases.unlock();
    }
  }
}
