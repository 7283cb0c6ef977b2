package io.ndstream.catalog;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.grid.ChannelScore;
import io.ndstream.grid.Positives;
import io.ndstream.grid.ValidFraction;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.sample.SampleLoader;
import java.util.Arrays;

/**
 * One state of a data set with everything that is built from it once and shared by all streams.
 * Immutable.
 */
public final class OpenDataset {
  private final String name;
  private final Dataset dataset;
  private final AnnotationIndex index;
  private final SampleLoader loader;
  private final ValidFraction validity;
  // @GuardedBy("this"): made at the first use, for a data set without boxes is still worth serving
  private Positives positives;
  // @GuardedBy("this"): made by the first list of annotations
  private int[] annotationsById;

  OpenDataset(
      String name,
      Dataset dataset,
      AnnotationIndex index,
      SampleLoader loader,
      ValidFraction validity) {
    this.name = name;
    this.dataset = dataset;
    this.index = index;
    this.loader = loader;
    this.validity = validity;
  }

  /** As the server calls it. */
  public String name() {
    return name;
  }

  public Dataset dataset() {
    return dataset;
  }

  public AnnotationIndex index() {
    return index;
  }

  public SampleLoader loader() {
    return loader;
  }

  /** Judges windows by the values of a channel. */
  public ChannelScore scores() {
    return new LoadedScore(dataset, loader);
  }

  /** Judges windows by the coarsest overviews of their files. */
  public ValidFraction validity() {
    return validity;
  }

  /**
   * One row an annotation that has a box.
   *
   * @throws LoaderException BAD_MANIFEST if the annotations cannot be targets
   */
  public synchronized Positives positives() {
    if (positives == null) {
      positives = Positives.of(dataset);
    }
    return positives;
  }

  /** Rows of all annotations, ascending by id. The array is shared: do not write to it. */
  public synchronized int[] annotationsById() {
    if (annotationsById == null) {
      Annotations annotations = dataset.annotations();
      long[] ids = new long[annotations.size()];
      Arrays.setAll(ids, annotations::id);
      Arrays.parallelSort(ids);
      annotationsById = Arrays.stream(ids).mapToInt(annotations::rowOfId).toArray();
    }
    return annotationsById;
  }
}
