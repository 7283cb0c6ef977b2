package io.ndstream.shm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/**
 * Ends a mapping at once. Left to the garbage collector, which sees only a small object, the memory
 * of files long deleted would stay taken for as long as it finds nothing else to do.
 */
final class Unmapping {
  private static final MethodHandle CLEANER = cleaner();

  private Unmapping() {}

  /** Whoever touches the memory after this crashes the process: only its last owner may call it. */
  static void free(ByteBuffer memory) {
    if (CLEANER == null) {
      return;
    }
    try {
      CLEANER.invoke(memory);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The one supported way before Java 22. By name, as the compiler warns of the class and cannot be
   * told that it is meant. Null if a later Java has it no more: then the garbage collector unmaps
   * after all.
   */
  private static MethodHandle cleaner() {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(unsafe.getMethod("invokeCleaner", ByteBuffer.class))
          .bindTo(instance.get(null));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
