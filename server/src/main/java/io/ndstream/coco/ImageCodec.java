package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of images. Most have neither name nor sensor nor transforms, and one directory
 * for all files; so numbers come together, with bits that say which of the rest follow. That, and
 * few calls an image, is most of what reopening costs.
 */
final class ImageCodec {
  private static final int IMAGE_BYTES = 36;
  private static final int ASSET_BYTES = 20;

  private static final int NAME = 1;
  private static final int SENSOR = 2;
  private static final int WARP = 4;
  private static final int CHANNELS = 8;
  private static final int QUANTIZATION = 16;

  /** The location is the directory of the file before, and the file's name. */
  private static final int SAME_DIRECTORY = 32;

  private static final Asset.Source[] SOURCES = Asset.Source.values();

  private String directory = "";

  static void write(List<Image> images, CacheWriter out) throws IOException {
    ImageCodec codec = new ImageCodec();
    out.putInt(images.size());
    for (Image image : images) {
      codec.write(image, out);
    }
  }

  static List<Image> read(CacheReader in) throws IOException {
    ImageCodec codec = new ImageCodec();
    int count = in.getCount(IMAGE_BYTES);
    List<Image> images = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      images.add(codec.image(in));
    }
    return images;
  }

  private void write(Image image, CacheWriter out) throws IOException {
    boolean warped = !image.videoFromImage().equals(Affine.IDENTITY);
    int flags = flag(NAME, image.name()) | flag(SENSOR, image.sensor()) | (warped ? WARP : 0);
    out.room(IMAGE_BYTES)
        .putInt(flags)
        .putLong(image.id())
        .putInt(image.width())
        .putInt(image.height())
        .putInt(image.video())
        .putLong(image.frameIndex())
        .putInt(image.assets().size());
    putText(image.name(), out);
    putText(image.sensor(), out);
    if (warped) {
      putAffine(image.videoFromImage(), out);
    }
    for (Asset asset : image.assets()) {
      write(asset, out);
    }
  }

  private Image image(CacheReader in) throws IOException {
    ByteBuffer numbers = in.need(IMAGE_BYTES);
    int flags = numbers.getInt();
    long id = numbers.getLong();
    int width = numbers.getInt();
    int height = numbers.getInt();
    int video = numbers.getInt();
    long frame = numbers.getLong();
    int count = numbers.getInt();
    String name = has(flags, NAME) ? in.getText() : null;
    String sensor = has(flags, SENSOR) ? in.getText() : null;
    Affine warp = has(flags, WARP) ? getAffine(in) : Affine.IDENTITY;
    if (count == 1) {
      return new Image(id, name, width, height, video, frame, sensor, warp, List.of(asset(in)));
    }
    List<Asset> assets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      assets.add(asset(in));
    }
    return new Image(id, name, width, height, video, frame, sensor, warp, assets);
  }

  private void write(Asset asset, CacheWriter out) throws IOException {
    boolean warped = !asset.imageFromAsset().equals(Affine.IDENTITY);
    boolean same = asset.location().equals(directory + asset.fileName());
    int flags = flag(CHANNELS, asset.channels()) | flag(QUANTIZATION, asset.quantization());
    flags |= flag(NAME, asset.channelSpec()) | (warped ? WARP : 0) | (same ? SAME_DIRECTORY : 0);
    out.room(ASSET_BYTES)
        .putInt(flags)
        .putInt(asset.source().ordinal())
        .putInt(asset.width())
        .putInt(asset.height())
        .putInt(asset.numBands());
    out.putText(asset.fileName());
    if (!same) {
      out.putText(asset.location());
      enter(asset.location(), asset.fileName());
    }
    putText(asset.channelSpec(), out);
    if (asset.channels() != null) {
      out.putTexts(asset.channels());
    }
    if (warped) {
      putAffine(asset.imageFromAsset(), out);
    }
    if (asset.quantization() != null) {
      putQuantization(asset.quantization(), out);
    }
  }

  private Asset asset(CacheReader in) throws IOException {
    ByteBuffer numbers = in.need(ASSET_BYTES);
    int flags = numbers.getInt();
    Asset.Source source = SOURCES[numbers.getInt()];
    int width = numbers.getInt();
    int height = numbers.getInt();
    int bands = numbers.getInt();
    String fileName = in.getText();
    String location;
    if (has(flags, SAME_DIRECTORY)) {
      location = directory.concat(fileName);
    } else {
      location = in.getText();
      enter(location, fileName);
    }
    String spec = has(flags, NAME) ? in.getText() : null;
    List<String> channels = has(flags, CHANNELS) ? in.getTexts() : null;
    Affine warp = has(flags, WARP) ? getAffine(in) : Affine.IDENTITY;
    Quantization quantization = has(flags, QUANTIZATION) ? getQuantization(in) : null;
    return new Asset(
        source, fileName, location, spec, channels, width, height, bands, warp, quantization);
  }

  private void enter(String location, String fileName) {
    boolean inside = location.endsWith(fileName);
    directory = inside ? location.substring(0, location.length() - fileName.length()) : "";
  }

  private static int flag(int flag, Object value) {
    return value == null ? 0 : flag;
  }

  private static boolean has(int flags, int flag) {
    return (flags & flag) != 0;
  }

  private static void putText(String text, CacheWriter out) throws IOException {
    if (text != null) {
      out.putText(text);
    }
  }

  private static void putAffine(Affine map, CacheWriter out) throws IOException {
    out.putDouble(map.a11());
    out.putDouble(map.a12());
    out.putDouble(map.tx());
    out.putDouble(map.a21());
    out.putDouble(map.a22());
    out.putDouble(map.ty());
  }

  private static Affine getAffine(CacheReader in) throws IOException {
    return new Affine(
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble(),
        in.getDouble());
  }

  private static void putQuantization(Quantization q, CacheWriter out) throws IOException {
    out.putInt(q.nodata() == null ? 0 : 1);
    out.putText(q.origDtype());
    out.putDouble(q.origMin());
    out.putDouble(q.origMax());
    out.putDouble(q.quantMin());
    out.putDouble(q.quantMax());
    out.putDouble(q.nodata() == null ? 0 : q.nodata());
  }

  private static Quantization getQuantization(CacheReader in) throws IOException {
    boolean hasNodata = in.getInt() == 1;
    String dtype = in.getText();
    double origMin = in.getDouble();
    double origMax = in.getDouble();
    double quantMin = in.getDouble();
    double quantMax = in.getDouble();
    double nodata = in.getDouble();
    return new Quantization(
        dtype, origMin, origMax, quantMin, quantMax, hasNodata ? (Double) nodata : null);
  }
}
