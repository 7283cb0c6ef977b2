package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gdal.gdal.Dataset;
import org.gdal.gdal.gdal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our own TIFF decoder gives the very bytes GDAL gives, for files GDAL wrote in every variant the
 * decoder takes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeTiffTest {
  @TempDir static Path directory;
  private HandlePool pool;
  private GdalFrameReader truth;
  private TiledFrameReader tiled;

  @BeforeAll
  void open() {
    pool = new HandlePool(8);
    truth = new GdalFrameReader(pool);
    tiled = new TiledFrameReader(pool, new TileCache(2 << 20), LocationPolicy.LOCAL);
  }

  @AfterAll
  void close() {
    assertThat(pool.lentHandles()).isZero();
    pool.close();
  }

  @Test
  void givesGdalsBytesForRandomFilesAndWindows() {
    Random random = new Random(42);
    int natives = 0;
    for (int i = 0; i < 120; i++) {
      DType dtype = DType.values()[random.nextInt(DType.values().length)];
      int bands = 1 + random.nextInt(4);
      List<String> options = options(random, dtype);
      Path file =
          write(
              "r" + i + ".tif",
              random,
              dtype,
              40 + random.nextInt(260),
              40 + random.nextInt(260),
              bands,
              options);
      natives +=
          compare(file, random, "seed 42, i=" + i + " " + dtype + " " + bands + " " + options)
              ? 1
              : 0;
    }
    assertThat(natives).as("files read by our decoder").isGreaterThan(100);
  }

  @Test
  void givesGdalsBytesForJpeg() {
    Random random = new Random(7);
    for (String photometric : new String[] {"YCBCR", "RGB", "MINISBLACK"}) {
      for (int quality : new int[] {50, 75, 95}) {
        List<String> options =
            List.of(
                "TILED=YES",
                "BLOCKXSIZE=64",
                "BLOCKYSIZE=64",
                "COMPRESS=JPEG",
                "JPEG_QUALITY=" + quality,
                "PHOTOMETRIC=" + photometric,
                "INTERLEAVE=PIXEL");
        Path file =
            write(
                photometric + quality + ".tif",
                random,
                DType.UINT8,
                300,
                210,
                photometric.equals("MINISBLACK") ? 1 : 3,
                options);
        assertThat(compare(file, random, "seed 7, " + options)).as(options.toString()).isTrue();
      }
    }
  }

  @Test
  void readsOtherFormatsAndStripsAsGdalDoes() {
    Random random = new Random(9);
    for (String format : new String[] {"JPEG", "GIF", "BMP", "PNG", "HFA", "ENVI"}) {
      int bands = format.equals("GIF") ? 1 : 3;
      Path source =
          write(
              format + "-source.tif",
              random,
              DType.UINT8,
              300,
              210,
              bands,
              List.of("TILED=NO", "COMPRESS=LZW"));
      Path file = directory.resolve("a." + format);
      Dataset opened = gdal.Open(source.toString());
      gdal.GetDriverByName(format).CreateCopy(file.toString(), opened).delete();
      opened.delete();
      assertThat(compare(file, random, "seed 9, " + format)).isFalse();
      assertThat(compare(source, random, "seed 9, strips for " + format)).isFalse();
    }
  }

  @Test
  void fillsTilesNeverWrittenAsGdalDoes() {
    for (DType dtype : List.of(DType.UINT8, DType.INT16, DType.FLOAT32)) {
      for (boolean nodata : new boolean[] {false, true}) {
        Path file = directory.resolve("sparse" + dtype + nodata + ".tif");
        Dataset made =
            gdal.GetDriverByName("GTiff")
                .Create(
                    file.toString(),
                    300,
                    200,
                    2,
                    GdalTypes.codeOf(dtype),
                    new String[] {
                      "TILED=YES",
                      "BLOCKXSIZE=64",
                      "BLOCKYSIZE=64",
                      "COMPRESS=DEFLATE",
                      "SPARSE_OK=TRUE"
                    });
        if (nodata) {
          made.GetRasterBand(1).SetNoDataValue(9);
          made.GetRasterBand(2).SetNoDataValue(9);
        }
        ByteBuffer block = ByteBuffer.allocateDirect(64 * 64 * 2 * dtype.bytes());
        for (int at = 0; at < block.capacity(); at++) {
          block.put(at, (byte) (at % 60));
        }
        made.WriteRaster_Direct(
            64, 64, 64, 64, 64, 64, GdalTypes.codeOf(dtype), block, new int[] {1, 2});
        made.delete();
        assertThat(compare(file, new Random(1), "sparse " + dtype + " nodata " + nodata)).isTrue();
      }
    }
  }

  private static List<String> options(Random random, DType dtype) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "TILED=YES",
                "BLOCKXSIZE=" + 16 * (1 + random.nextInt(8)),
                "BLOCKYSIZE=" + 16 * (1 + random.nextInt(8)),
                "INTERLEAVE=" + (random.nextBoolean() ? "PIXEL" : "BAND"),
                "ENDIANNESS=" + (random.nextInt(3) == 0 ? "BIG" : "LITTLE"),
                "BIGTIFF=" + (random.nextInt(3) == 0 ? "YES" : "NO")));
    String codec = List.of("NONE", "DEFLATE", "LZW", "ZSTD").get(random.nextInt(4));
    options.add("COMPRESS=" + codec);
    if (!codec.equals("NONE")) {
      options.add(
          "PREDICTOR=" + (dtype.isFloat() && random.nextBoolean() ? 3 : 1 + random.nextInt(2)));
    }
    if (dtype == DType.INT8) {
      options.add("PIXELTYPE=SIGNEDBYTE");
    }
    return options;
  }

  /** Smooth with some noise, so that codecs find both repeats and surprises. */
  private static Path write(
      String name,
      Random random,
      DType dtype,
      int width,
      int height,
      int bands,
      List<String> options) {
    Path file = directory.resolve(name);
    int pixel = dtype.bytes();
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(width * height * bands * pixel).order(ByteOrder.nativeOrder());
    int noise = 1 + random.nextInt(40);
    for (int at = 0, i = 0; at < pixels.capacity(); at += pixel, i++) {
      Formula.put(pixels, at, dtype, i / bands % width / 3 + random.nextInt(noise));
    }
    int[] list = new int[bands];
    for (int b = 0; b < bands; b++) {
      list[b] = b + 1;
    }
    Dataset made =
        gdal.GetDriverByName("GTiff")
            .Create(
                file.toString(),
                width,
                height,
                bands,
                GdalTypes.codeOf(dtype),
                options.toArray(new String[0]));
    made.WriteRaster_Direct(
        0,
        0,
        width,
        height,
        width,
        height,
        GdalTypes.codeOf(dtype),
        pixels,
        list,
        bands * pixel,
        width * bands * pixel,
        pixel);
    made.delete();
    return file;
  }

  /** Compares random windows; true if the decoder is ours. */
  private boolean compare(Path file, Random random, String what) {
    String location = file.toString();
    FrameHeader header = truth.header(location);
    assertThat(tiled.header(location)).isEqualTo(header);
    for (int i = 0; i < 6; i++) {
      Window w = Formula.randomWindow(random, header.width(), header.height());
      int[] bands = random.ints(1 + random.nextInt(header.bands()), 0, header.bands()).toArray();
      int bytes = (int) w.area() * bands.length * header.dtype().bytes();
      Layout layout = Layout.hwc(0, w.width(), bands.length, header.dtype().bytes());
      ByteBuffer expected = ByteBuffer.allocate(bytes);
      ByteBuffer actual = ByteBuffer.allocate(bytes);
      truth.read(location, 0, w, bands, expected, layout, new StageTimes());
      tiled.read(location, 0, w, bands, actual, layout, new StageTimes());
      assertThat(actual).as("%s %s", what, w).isEqualTo(expected);
    }
    return NativeTiff.levels(SourceFile.of(location), header, pool)[0] != null;
  }
}
