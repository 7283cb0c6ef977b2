package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import io.ndstream.raster.Gdal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that adds half of the windows, opens as many files as it may, and goes on. It ends
 * there without tidying up, or frees the files, sends all windows again and writes the raster.
 *
 * <p>Says what {@link StitchLife} says, {@code refused N} for a window that was refused for want of
 * a file handle, and {@code refused raster}.
 */
final class ScarceLife {
  /** A few windows: the journal is begun anew again and again, which takes new files. */
  private static final int SHORT_JOURNAL = 200_000;

  private final StitchRun run;
  private final List<FileChannel> hoard = new ArrayList<>();

  private ScarceLife(StitchRun run) {
    this.run = run;
  }

  /**
   * @param args bundle, directory of the run, {@code halt} or {@code recover}, handles to leave
   */
  public static void main(String[] args) throws Exception {
    ClassLoader.getSystemResource("absent"); // opens the jars, as a server that serves has
    Gdal.start();
    StitchLife.say("limit " + OpenFiles.limit());
    try (StitchRun run = StitchLife.open(Path.of(args[0]), Path.of(args[1]), SHORT_JOURNAL)) {
      run.limitMemory(400_000);
      ScarceLife life = new ScarceLife(run);
      life.send(0, StitchLife.WINDOWS / 2);
      life.takeHandles(Integer.parseInt(args[3]));
      life.send(StitchLife.WINDOWS / 2, StitchLife.WINDOWS);
      life.finish();
      if (args[2].equals("halt")) {
        Runtime.getRuntime().halt(0);
      }
      life.freeHandles();
      life.send(0, StitchLife.WINDOWS);
      life.finish();
    }
  }

  private void takeHandles(int left) throws IOException {
    try {
      while (true) {
        hoard.add(FileChannel.open(Path.of("/dev/null")));
      }
    } catch (IOException e) {
      StitchLife.say("scarce");
    }
    for (int i = 0; i < left; i++) {
      hoard.remove(0).close();
    }
  }

  private void freeHandles() throws IOException {
    for (FileChannel channel : hoard) {
      channel.close();
    }
  }

  private void send(int from, int to) {
    for (int number = from; number < to; number++) {
      try {
        boolean again = run.add(StitchLife.window(number), null).duplicate();
        run.commit();
        StitchLife.say((again ? "again " : "kept ") + number);
      } catch (LoaderException e) {
        refused(e, number);
      }
    }
  }

  private void finish() throws InterruptedException {
    try {
      run.finalizeImage(1, true);
      run.merge();
      StitchLife.say("done");
    } catch (LoaderException e) {
      refused(e, "raster");
    }
  }

  private static void refused(LoaderException e, Object what) {
    if (e.reason() != Reason.TOO_MANY_FILES || !e.facts().containsKey("remedy")) {
      throw e;
    }
    StitchLife.say("refused " + what);
  }
}
