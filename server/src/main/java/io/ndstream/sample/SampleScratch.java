package io.ndstream.sample;

import io.ndstream.annot.Annotator;
import io.ndstream.index.Hits;
import io.ndstream.warp.Scratch;

/** The memory one worker thread reuses from sample to sample. One owner; never shared. */
public final class SampleScratch implements AutoCloseable {
  final Scratch warp = new Scratch();
  final Annotator annotator = new Annotator();
  final Hits hits = new Hits();

  @Override
  public void close() {
    warp.close();
  }
}
