package io.ndstream.sample;

import io.ndstream.annot.Annotator;
import io.ndstream.annot.MaskOptions;
import io.ndstream.annot.Palette;
import io.ndstream.coco.Category;
import io.ndstream.coco.CategoryTree;
import io.ndstream.index.Hits;
import io.ndstream.warp.BorderFill;
import io.ndstream.warp.Resampler;
import java.util.List;

/** The memory one worker thread reuses from sample to sample. One owner; never shared. */
public final class SampleScratch implements AutoCloseable {
  final Resampler resampler = new Resampler();
  final BorderFill border = new BorderFill();
  final Annotator annotator = new Annotator();
  final Hits hits = new Hits();
  private List<Category> categories;
  private Palette palette;

  /**
   * Made anew only when the data set or the options change: samples of one stream have the same.
   */
  Palette palette(List<Category> of, MaskOptions options) {
    if (categories != of || !palette.options().equals(options)) {
      palette = Palette.of(CategoryTree.of(of), options);
      categories = of;
    }
    return palette;
  }

  @Override
  public void close() {
    resampler.close();
  }
}
