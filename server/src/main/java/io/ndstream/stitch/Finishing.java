package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.ManifestMerge;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How images end: they are complete, become rasters, and get into the manifest. What it appends to
 * the journal is not synced yet when a method returns.
 */
final class Finishing {
  private static final Logger LOG = LoggerFactory.getLogger(Finishing.class);

  /** The run's; not held while a raster or the manifest is written. */
  private final Object lock;

  private final RunSpec spec;
  private final Dataset dataset;
  private final RunState state;
  private final Canvases canvases;
  private final Journal journal;
  private final ReadyGuess guess;

  /** Held while the manifest is written: two at once would lose edits. */
  private final Object merging = new Object();

  private boolean stopped;

  Finishing(
      Object lock,
      RunSpec spec,
      Dataset dataset,
      RunState state,
      Canvases canvases,
      Journal journal,
      ReadyGuess guess) {
    this.lock = lock;
    this.spec = spec;
    this.dataset = dataset;
    this.state = state;
    this.canvases = canvases;
    this.journal = journal;
    this.guess = guess;
  }

  /** No window of the image will follow. */
  void complete(long image) {
    synchronized (lock) {
      ImageState known = state.images.known(image);
      if (!known.declaredComplete) {
        journal.append(Records.COMPLETE, Records.longs(image));
        known.declaredComplete = true;
      }
    }
  }

  /** The raster of an image, written now or before; not if it is wanted no more. */
  FinishedRaster raster(long image, boolean incomplete, BooleanSupplier wanted)
      throws InterruptedException {
    ImageState known;
    Writing writing = new Writing(wanted);
    synchronized (lock) {
      known = state.images.known(image);
      while (known.writing != null) {
        lock.wait();
      }
      if (known.raster != null) {
        return known.raster;
      }
      requireOpen();
      if (!incomplete && !known.declaredComplete && known.progress.missing() > 0) {
        throw LoaderException.of(
            Reason.INCOMPLETE,
            "run",
            spec.name(),
            "image",
            image,
            "missing",
            known.progress.missing());
      }
      known.writing = writing; // no window is admitted any more
    }
    try {
      FinishedRaster raster = write(known, writing);
      synchronized (lock) {
        journal.append(Records.FINISHED, Records.finished(image, raster));
        state.finish(known, raster);
        canvases.drop(image);
        guess.finalized(image);
      }
      return raster;
    } finally {
      synchronized (lock) {
        known.removeUnrecorded();
        known.writing = null;
        lock.notifyAll();
      }
    }
  }

  private FinishedRaster write(ImageState image, Writing writing) {
    long start = System.nanoTime();
    CanvasReader canvas = canvases.reader(image.canvas);
    try {
      FinishedRaster raster =
          new Finalizer(spec, dataset, image.spec, canvas, writing, named -> announce(image, named))
              .write();
      long millis = (System.nanoTime() - start) / 1_000_000;
      LOG.info("Run {}: wrote {} in {} ms", spec.name(), raster.fileName(), millis);
      return raster;
    } catch (CancellationException e) {
      long percent = Math.round(100 * writing.share());
      LOG.info(
          "Run {}: gave up the raster of image {} at {} %",
          spec.name(), image.spec.image(), percent);
      synchronized (lock) {
        requireOpen();
      }
      throw e;
    }
  }

  /**
   * Only versions take names that depend on what lies there already. Any other file that a crash
   * leaves behind is written over the next time.
   */
  private void announce(ImageState image, UnrecordedRaster raster) {
    if (spec.output().ifExists() != OutputSpec.IfExists.VERSION) {
      return;
    }
    synchronized (lock) {
      journal.append(List.of(Records.naming(image.spec.image(), raster)));
      image.unrecorded = raster;
    }
    journal.sync(journal.position());
  }

  private void requireOpen() {
    if (stopped) {
      throw LoaderException.of(Reason.UNKNOWN_RUN, "run", spec.name());
    }
  }

  /** Gives up the rasters that are being written, and begins no more. Needs the lock. */
  void stop() {
    stopped = true;
    boolean interrupted = false;
    while (state.images.all().stream().anyMatch(image -> image.writing != null)) {
      state.images.open().forEach(Finishing::stop);
      try {
        lock.wait();
      } catch (InterruptedException e) {
        interrupted = true; // the files are in use until the writers end, which is soon
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(ImageState image) {
    if (image.writing != null) {
      image.writing.stop();
    }
  }

  void note(List<String> edits) {
    synchronized (lock) {
      journal.append(
          edits.stream()
              .map(edit -> new RecordWriter.Entry(Records.EDIT, Records.text(edit)))
              .toList());
      state.edits.addAll(edits);
    }
  }

  /** Whether the manifest lacked anything. */
  boolean merge() {
    synchronized (merging) {
      List<String> all;
      synchronized (lock) {
        if (state.merged == state.edits.size()) {
          return false;
        }
        all = List.copyOf(state.edits);
      }
      journal.sync(journal.position()); // the manifest must not name what a crash takes back
      Path target = spec.output().manifest();
      ManifestMerge.merge(Files.exists(target) ? target : dataset.path(), target, all);
      synchronized (lock) {
        state.merged = all.size();
        journal.append(Records.MERGED, Records.longs(state.merged));
      }
      return true;
    }
  }
}
