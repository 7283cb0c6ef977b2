package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.gdal.gdal.ProgressCallback;

/**
 * Tells how far a long call of GDAL's is. What the listener throws ends the call, and then comes
 * out of it.
 */
final class GdalProgress extends ProgressCallback {
  private final DoubleConsumer listener;
  private RuntimeException end;

  private GdalProgress(DoubleConsumer listener) {
    this.listener = listener;
  }

  /**
   * @param listener hears of shares from 0 to 1
   * @param call hands what it is given to GDAL
   */
  static <T> T watch(String location, DoubleConsumer listener, Function<ProgressCallback, T> call) {
    GdalProgress progress = new GdalProgress(listener);
    try {
      T result = GdalCall.on(location, Reason.DISK_FULL, () -> call.apply(progress));
      progress.throwEnd(); // GDAL does not report every end as a failure
      return result;
    } catch (LoaderException e) {
      progress.throwEnd();
      throw e;
    } finally {
      progress.delete();
    }
  }

  private void throwEnd() {
    if (end != null) {
      throw end;
    }
  }

  /** Called by GDAL, which must not see an exception. */
  @Override
  public int run(double share, String message) {
    try {
      listener.accept(share);
      return 1;
    } catch (RuntimeException e) {
      end = e;
      return 0;
    }
  }
}
