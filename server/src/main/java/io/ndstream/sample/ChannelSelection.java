package io.ndstream.sample;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Which bands of which files of an image answer a channel request. */
final class ChannelSelection {
  private static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private ChannelSelection() {}

  /**
   * The request of a video sample that names none: the codes of all files of all frames,
   * unexpanded, in code point order.
   *
   * @return null if no file names channels
   * @throws LoaderException BAD_CHANNELS if only some frames have names
   */
  static String requestOfAll(List<Image> frames) {
    List<String> specs = new ArrayList<>();
    boolean unnamedFrame = false;
    for (Image frame : frames) {
      boolean named = false;
      for (Asset asset : frame.assets()) {
        if (asset.channelSpec() != null) {
          named = true;
          if (!specs.contains(asset.channelSpec())) {
            specs.add(asset.channelSpec());
          }
        }
      }
      unnamedFrame |= !named && !frame.assets().isEmpty();
    }
    if (specs.isEmpty()) {
      return null;
    }
    if (unnamedFrame) {
      throw LoaderException.of(
          Reason.BAD_CHANNELS,
          "field",
          "target.channels",
          "detail",
          "some frames name no channels");
    }
    TreeSet<String> codes = new TreeSet<>(BY_CODE_POINT);
    specs.forEach(spec -> codes.addAll(Arrays.asList(spec.split("\\|", -1))));
    return String.join("|", codes);
  }

  /**
   * The files of an image in the order they are looked at: its own, then {@code auxiliary}, or
   * {@code assets} if there is none.
   */
  private static List<Asset> considered(Image image) {
    boolean auxiliary = false;
    boolean assets = false;
    for (Asset asset : image.assets()) {
      auxiliary |= asset.source() == Asset.Source.AUXILIARY;
      assets |= asset.source() == Asset.Source.ASSETS;
    }
    if (!auxiliary || !assets) {
      return image.assets();
    }
    return image.assets().stream().filter(a -> a.source() != Asset.Source.ASSETS).toList();
  }

  /**
   * All files as they are.
   *
   * @throws LoaderException NO_DATA if there is none
   */
  static List<Run> everything(Image image) {
    List<Asset> assets = considered(image);
    if (assets.isEmpty()) {
      throw LoaderException.of(Reason.NO_DATA, "image", image.id());
    }
    return assets.stream().map(Run::whole).toList();
  }

  /** The image's own file, or all files if it has none. */
  static List<Run> defaultOfImage(Image image) {
    List<Asset> assets = considered(image);
    if (!assets.isEmpty() && assets.get(0).source() == Asset.Source.IMAGE) {
      return List.of(Run.whole(assets.get(0)));
    }
    return everything(image);
  }

  /**
   * The channels of all streams, in order; those of a stream of another sensor are missing,
   * whatever the files of the image hold.
   *
   * @throws LoaderException BAD_CHANNELS if the image's own file names no channels
   */
  static List<Run> select(Image image, List<ChannelStream> streams) {
    List<Run> runs = new ArrayList<>();
    for (ChannelStream stream : streams) {
      if (stream.isOf(image)) {
        addRuns(image, stream.codes(), runs);
      } else {
        runs.add(run(null, stream.codes()));
      }
    }
    return runs;
  }

  /** Exactly these codes, in order; of two files with the same code the first has it. */
  private static void addRuns(Image image, List<String> codes, List<Run> runs) {
    List<Asset> assets = considered(image);
    if (!assets.isEmpty()
        && assets.get(0).source() == Asset.Source.IMAGE
        && assets.get(0).channels() == null) {
      throw LoaderException.of(
          Reason.BAD_CHANNELS,
          "image",
          image.id(),
          "file",
          assets.get(0).fileName(),
          "detail",
          "names no channels");
    }
    for (int from = 0; from < codes.size(); ) {
      Asset asset = owner(assets, codes.get(from));
      int to = from + 1;
      while (to < codes.size() && owner(assets, codes.get(to)) == asset) {
        to++;
      }
      runs.add(run(asset, codes.subList(from, to)));
      from = to;
    }
  }

  private static Asset owner(List<Asset> assets, String code) {
    for (int i = 0; i < assets.size(); i++) {
      List<String> channels = assets.get(i).channels();
      if (channels != null && channels.contains(code)) {
        return assets.get(i);
      }
    }
    return null;
  }

  private static Run run(Asset asset, List<String> codes) {
    if (asset == null || codes.equals(asset.channels())) {
      return new Run(asset, null, codes);
    }
    int[] bands = new int[codes.size()];
    for (int i = 0; i < bands.length; i++) {
      bands[i] = asset.channels().indexOf(codes.get(i));
    }
    return new Run(asset, bands, codes);
  }

  /** u0, u1, … */
  static List<String> numbered(int count) {
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      names.add("u" + i);
    }
    return names;
  }
}
