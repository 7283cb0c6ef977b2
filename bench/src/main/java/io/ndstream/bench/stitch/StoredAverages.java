package io.ndstream.bench.stitch;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import io.ndstream.v1.Encoding;
import io.ndstream.v1.FinishedRaster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Averages out of a raster of int16 that a run wrote, NaN where it has none. */
final class StoredAverages implements AutoCloseable {
  private static final int CACHE = 32 << 20;

  private final HandlePool pool = new HandlePool(1);
  private final TiledFrameReader reader =
      new TiledFrameReader(pool, new TileCache(CACHE), LocationPolicy.LOCAL);
  private final String location;
  private final int bands;
  private final Encoding encoding;

  StoredAverages(Path bundle, FinishedRaster raster) {
    this.location = bundle.resolve(raster.getFileName()).toString();
    this.bands = raster.getChannelsCount();
    this.encoding = raster.getEncoding();
  }

  /** What two neighbouring numbers of the file stand for lies this far apart. */
  double step() {
    return (encoding.getOrigMax() - encoding.getOrigMin())
        / (encoding.getQuantMax() - encoding.getQuantMin());
  }

  /** Rows, columns, bands. */
  float[] read(Window box) {
    int count = (int) box.area() * bands;
    ByteBuffer stored = ByteBuffer.allocate(Short.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    int[] all = IntStream.range(0, bands).toArray();
    Layout layout = Layout.hwc(0, box.width(), bands, Short.BYTES);
    reader.read(location, 0, box, all, stored, layout, new StageTimes());
    float[] averages = new float[count];
    for (int i = 0; i < count; i++) {
      short q = stored.getShort(Short.BYTES * i);
      averages[i] =
          q == encoding.getNodata()
              ? Float.NaN
              : (float) ((q - encoding.getQuantMin()) * step() + encoding.getOrigMin());
    }
    return averages;
  }

  @Override
  public void close() {
    pool.close();
  }
}
