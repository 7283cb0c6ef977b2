package io.ndstream.raster;

import com.sun.jna.Native;
import java.lang.ref.Cleaner;

/** Libraries of the system that decode faster than what Java brings, where they are installed. */
final class NativeLibrary {
  /** Frees what was allocated outside the heap when its owner is garbage. */
  static final Cleaner CLEANER = Cleaner.create();

  private NativeLibrary() {}

  /**
   * Connects the native methods of a class.
   *
   * @param name such as {@code zstd} for libzstd.so of any version
   * @return false if there is no such library, or it lacks one of the functions
   */
  static boolean bind(Class<?> methods, String name) {
    try {
      Native.register(methods, name);
      return true;
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return false; // then what Java brings has to do
    }
  }
}
