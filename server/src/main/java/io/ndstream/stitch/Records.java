package io.ndstream.stitch;

import io.ndstream.coco.Quantization;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the journal's records hold, as bytes and back. All little-endian. */
final class Records {
  /**
   * Which tile file, how much of it was synced, the last window's number, and how many edits were
   * merged.
   */
  static final byte START = 1;

  /** State of an image at the start of a journal. */
  static final byte IMAGE = 2;

  static final byte WINDOW = 3;
  static final byte COMPLETE = 4;
  static final byte FINISHED = 5;

  /** An edit for the manifest that is not an image's own asset. */
  static final byte EDIT = 6;

  static final byte MERGED = 7;

  /** A raster is about to get its name. */
  static final byte NAMING = 8;

  private static final int WINDOW_HEAD = 80;

  private Records() {}

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer longs(long... values) {
    ByteBuffer body = buffer(8 * values.length);
    for (long value : values) {
      body.putLong(value);
    }
    return body.flip();
  }

  /** A window and its number and key. */
  record Numbered(long number, WindowIds.Key key, StitchWindow window) {}

  /** In parts, so that pixels are not copied. */
  static RecordWriter.Entry window(long number, WindowIds.Key key, StitchWindow window) {
    Patch patch = window.patch();
    StitchWindow.Weights weights = window.weights();
    Window box = window.box();
    ByteBuffer head = buffer(WINDOW_HEAD);
    head.putLong(number).putLong(key.high()).putLong(key.low()).putLong(window.image());
    head.put((byte) (box == null ? 0 : 1)).put((byte) (window.edges() ? 1 : 0));
    head.put((byte) patch.dtype().ordinal()).put((byte) (patch.channelsFirst() ? 1 : 0));
    head.putInt(box == null ? 0 : box.x()).putInt(box == null ? 0 : box.y());
    head.putInt(box == null ? 0 : box.width()).putInt(box == null ? 0 : box.height());
    head.putInt(patch.height()).putInt(patch.width()).putInt(patch.bands());
    head.putInt(weights == null ? -1 : weights.height())
        .putInt(weights == null ? -1 : weights.width());
    head.position(WINDOW_HEAD).flip();
    return new RecordWriter.Entry(WINDOW, head, bytes(weights), patch.data());
  }

  private static ByteBuffer bytes(StitchWindow.Weights weights) {
    if (weights == null) {
      return buffer(0);
    }
    ByteBuffer bytes = buffer(4 * weights.values().capacity());
    bytes.asFloatBuffer().put(weights.values().duplicate().clear());
    return bytes;
  }

  static Numbered window(ByteBuffer in) {
    long number = in.getLong();
    WindowIds.Key key = new WindowIds.Key(in.getLong(), in.getLong());
    long image = in.getLong();
    boolean boxed = in.get() != 0;
    boolean edges = in.get() != 0;
    DType dtype = DType.values()[in.get()];
    boolean channelsFirst = in.get() != 0;
    Window box = new Window(in.getInt(), in.getInt(), in.getInt(), in.getInt());
    int height = in.getInt();
    int width = in.getInt();
    int bands = in.getInt();
    int weightRows = in.getInt();
    int weightColumns = in.getInt();
    in.position(WINDOW_HEAD);
    StitchWindow.Weights weights = null;
    if (weightRows >= 0) {
      int bytes = 4 * weightRows * weightColumns;
      ByteBuffer values = in.slice(in.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      weights = new StitchWindow.Weights(weightRows, weightColumns, values.asFloatBuffer());
      in.position(in.position() + bytes);
    }
    Patch patch = new Patch(height, width, bands, channelsFirst, dtype, in);
    return new Numbered(
        number, key, new StitchWindow(image, "", boxed ? box : null, patch, weights, edges));
  }

  static ByteBuffer text(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }

  static RecordWriter.Entry naming(long image, UnrecordedRaster raster) {
    ByteBuffer head = longs(image, raster.bytes(), raster.mtimeNanos());
    return new RecordWriter.Entry(NAMING, head, text(raster.file().toString()));
  }

  /** Reads what follows the image id. */
  static UnrecordedRaster naming(ByteBuffer in) {
    long bytes = in.getLong();
    long mtimeNanos = in.getLong();
    return new UnrecordedRaster(Path.of(text(in)), bytes, mtimeNanos);
  }

  static ByteBuffer finished(long image, FinishedRaster raster) {
    byte[][] texts = new byte[4][];
    String[] fields = {raster.fileName(), raster.list(), raster.entry(), raster.edit()};
    int bytes = 8 + 8 + 1 + 6 * 8 + 1 + 5 * 8 + 8;
    for (int i = 0; i < texts.length; i++) {
      texts[i] = fields[i].getBytes(StandardCharsets.UTF_8);
      bytes += 4 + texts[i].length;
    }
    ByteBuffer out = buffer(bytes);
    out.putLong(image)
        .putInt(raster.width())
        .putInt(raster.height())
        .put((byte) raster.dtype().ordinal());
    Affine map = raster.imageFromAsset();
    out.putDouble(map.a11()).putDouble(map.a12()).putDouble(map.tx());
    out.putDouble(map.a21()).putDouble(map.a22()).putDouble(map.ty());
    Quantization numbers = raster.encoding();
    out.put((byte) (numbers == null ? 0 : 1));
    if (numbers != null) {
      out.putDouble(numbers.origMin()).putDouble(numbers.origMax());
      out.putDouble(numbers.quantMin()).putDouble(numbers.quantMax()).putDouble(numbers.nodata());
    }
    out.putDouble(raster.total());
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.flip();
  }

  /** Reads what follows the image id. */
  static FinishedRaster finished(ByteBuffer in) {
    int width = in.getInt();
    int height = in.getInt();
    DType dtype = DType.values()[in.get()];
    Affine map =
        new Affine(
            in.getDouble(),
            in.getDouble(),
            in.getDouble(),
            in.getDouble(),
            in.getDouble(),
            in.getDouble());
    Quantization numbers = null;
    if (in.get() != 0) {
      numbers =
          new Quantization(
              "float32",
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble(),
              in.getDouble());
    }
    double total = in.getDouble();
    String[] texts = new String[4];
    for (int i = 0; i < texts.length; i++) {
      byte[] text = new byte[in.getInt()];
      in.get(text);
      texts[i] = new String(text, StandardCharsets.UTF_8);
    }
    return new FinishedRaster(
        texts[0], width, height, dtype, map, numbers, texts[1], texts[2], texts[3], total);
  }
}
