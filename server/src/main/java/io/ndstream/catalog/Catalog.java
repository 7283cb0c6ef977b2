package io.ndstream.catalog;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.raster.FrameReader;
import io.ndstream.sample.SampleLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * The open data sets by name. Whoever uses one holds a lease; a data set that was reloaded or
 * closed stays open until its last lease ends, so old streams finish on the old state.
 */
public final class Catalog implements AutoCloseable {
  private final Opener opener;
  private final FrameReader frames;
  private final PixelIdentity identity;
  // @GuardedBy("this")
  private final TreeMap<String, Shared> open = new TreeMap<>();
  private boolean closed;

  /** Parses a manifest. */
  public interface Opener {
    /**
     * @throws LoaderException MISSING_MANIFEST, BAD_MANIFEST with all issues, FORBIDDEN_PATH
     */
    Dataset open(Path manifest);
  }

  /**
   * @param identity what the fingerprints are made of, beside the manifests
   */
  public Catalog(Opener opener, FrameReader frames, PixelIdentity identity) {
    this.opener = opener;
    this.frames = frames;
    this.identity = identity;
  }

  /**
   * Opens a manifest under a name; if the name is taken, takes its place.
   *
   * @param name or empty to name it by its file
   */
  public DatasetLease open(String name, Path manifest) {
    Dataset dataset = serve(opener.open(manifest));
    AnnotationIndex index = AnnotationIndex.build(dataset);
    String chosen = name.isEmpty() ? nameOf(manifest) : name;
    Shared made =
        new Shared(
            new OpenDataset(
                chosen,
                dataset,
                index,
                new SampleLoader(dataset, index, frames),
                new OverviewValidity(dataset, frames)));
    Shared old;
    DatasetLease lease;
    synchronized (this) {
      if (closed) {
        dataset.close();
        throw LoaderException.of(Reason.DRAINING);
      }
      lease = new DatasetLease(made);
      old = open.put(chosen, made);
    }
    if (old != null) {
      old.release();
    }
    return lease;
  }

  private Dataset serve(Dataset parsed) {
    try {
      return ServedDataset.of(parsed, frames, identity);
    } catch (RuntimeException e) {
      parsed.close();
      throw e;
    }
  }

  /**
   * Parses the manifest of an open data set again and swaps it in; running streams finish on the
   * old state.
   */
  public DatasetLease reload(String name) {
    Path manifest;
    String resolved;
    try (DatasetLease now = lease(name)) {
      manifest = now.get().dataset().path();
      resolved = now.get().name();
    }
    return open(resolved, manifest);
  }

  /**
   * @param name or empty if exactly one is open
   * @throws LoaderException UNKNOWN_DATASET
   */
  public synchronized DatasetLease lease(String name) {
    Shared found =
        name.isEmpty() && open.size() == 1 ? open.firstEntry().getValue() : open.get(name);
    if (found == null) {
      throw LoaderException.of(
          Reason.UNKNOWN_DATASET,
          "dataset",
          name.isEmpty() ? "(not named)" : name,
          "open",
          String.join(", ", open.keySet()));
    }
    return new DatasetLease(found);
  }

  /** Names in alphabetical order. */
  public synchronized List<String> names() {
    return List.copyOf(open.keySet());
  }

  /**
   * Takes a data set out; it stays open for those who hold leases.
   *
   * @throws LoaderException UNKNOWN_DATASET
   */
  public void close(String name) {
    Shared gone;
    synchronized (this) {
      gone = open.remove(name);
    }
    if (gone == null) {
      throw LoaderException.of(Reason.UNKNOWN_DATASET, "dataset", name);
    }
    gone.release();
  }

  /**
   * The manifest's file name without extensions; of {@code data.kwcoco.json} the directory's name.
   */
  static String nameOf(Path manifest) {
    Path absolute = manifest.toAbsolutePath().normalize();
    String name =
        absolute
            .getFileName()
            .toString()
            .replaceFirst("(\\.(kwcoco|mscoco))?(\\.json)?(\\.zip)?$", "");
    Path parent = absolute.getParent();
    return name.equals("data") && parent != null && parent.getFileName() != null
        ? parent.getFileName().toString()
        : name;
  }

  @Override
  public void close() {
    List<Shared> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open.values());
      open.clear();
    }
    all.forEach(Shared::release);
  }

  /** Counts who holds a data set: the catalog itself, and every lease. */
  static final class Shared {
    private final OpenDataset dataset;
    // @GuardedBy("this")
    private int holders = 1;

    Shared(OpenDataset dataset) {
      this.dataset = dataset;
    }

    OpenDataset dataset() {
      return dataset;
    }

    synchronized void hold() {
      holders++;
    }

    void release() {
      boolean last;
      synchronized (this) {
        last = --holders == 0;
      }
      if (last) {
        dataset.dataset().close();
      }
    }
  }
}
