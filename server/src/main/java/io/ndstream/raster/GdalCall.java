package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.util.function.Supplier;
import org.gdal.gdal.gdal;

/**
 * Runs calls into GDAL. Its errors come as exceptions from the same thread's error state; here they
 * get the file's name and become ours, so that none ends on stderr.
 */
final class GdalCall {
  private GdalCall() {}

  static <T> T on(String location, Reason reason, Supplier<T> call) {
    gdal.ErrorReset();
    try {
      return call.get();
    } catch (LoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(location, reason, e, message(e));
    }
  }

  /** For calls that make something: GDAL may give nothing without an error, as on a full disk. */
  static <T> T made(String location, Reason reason, Supplier<T> call) {
    T made = on(location, reason, call);
    if (made == null) {
      throw failure(location, reason, null, text(gdal.GetLastErrorMsg()));
    }
    return made;
  }

  /**
   * A remote file the server does not have is missing, whatever was being done with it. GDAL does
   * not say that no file could be opened, so the system is asked.
   */
  static LoaderException failure(String location, Reason reason, Throwable cause, String message) {
    IOException shortage = OpenFiles.shortage();
    if (shortage != null) {
      return LoaderException.caused(shortage, reason, "file", location, "gdal", message);
    }
    boolean missing =
        !Location.isPlain(location)
            && (message.contains("does not exist") || message.contains("HTTP response code: 404"));
    return LoaderException.caused(
        cause, missing ? Reason.MISSING_FILE : reason, "file", location, "gdal", message);
  }

  /** For calls that return GDAL's CPLErr: 0 to 2 are fine, more is a failure. */
  static void checked(String location, Reason reason, Supplier<Integer> call) {
    int code = on(location, reason, call);
    if (code > 2) {
      throw failure(location, reason, null, gdal.GetLastErrorMsg());
    }
  }

  private static String message(RuntimeException e) {
    return text(e.getMessage() == null ? gdal.GetLastErrorMsg() : e.getMessage());
  }

  private static String text(String message) {
    return message == null || message.isBlank() ? "no message" : message.strip();
  }
}
