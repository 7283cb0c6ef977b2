package io.ndstream.raster;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in byte arrays, lowest byte first, at any index. */
final class LittleEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static short getShort(byte[] data, int at) {
    return (short) SHORT.get(data, at);
  }

  static int getInt(byte[] data, int at) {
    return (int) INT.get(data, at);
  }

  static long getLong(byte[] data, int at) {
    return (long) LONG.get(data, at);
  }

  static void putShort(byte[] data, int at, short value) {
    SHORT.set(data, at, value);
  }

  static void putInt(byte[] data, int at, int value) {
    INT.set(data, at, value);
  }

  static void putLong(byte[] data, int at, long value) {
    LONG.set(data, at, value);
  }
}
