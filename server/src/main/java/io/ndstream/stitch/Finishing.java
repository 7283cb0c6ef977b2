package io.ndstream.stitch;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.ManifestMerge;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How images end: they are complete, become rasters, and get into the manifest. What it appends to
 * the journal is not synced yet when a method returns.
 */
final class Finishing {
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

  /** The raster of an image, written now or before. */
  FinishedRaster raster(long image, boolean incomplete) throws InterruptedException {
    ImageState known;
    synchronized (lock) {
      known = state.images.known(image);
      while (known.finalizing) {
        lock.wait();
      }
      if (known.raster != null) {
        return known.raster;
      }
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
      known.finalizing = true; // no window is admitted any more
    }
    try {
      CanvasReader canvas = canvases.reader(known.canvas);
      FinishedRaster raster = new Finalizer(spec, dataset, known.spec, canvas).write();
      synchronized (lock) {
        journal.append(Records.FINISHED, Records.finished(image, raster));
        state.finish(known, raster);
        canvases.drop(image);
        guess.finalized(image);
      }
      return raster;
    } finally {
      synchronized (lock) {
        known.finalizing = false;
        lock.notifyAll();
      }
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
