package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code images} with their files. */
final class ImageRows extends NamedRows {
  private final List<ImageDraft> drafts = new ArrayList<>();
  private final NameTable files = new NameTable("images", "file_name");
  private final AssetRows assetRows;
  private String fileName;
  private boolean badName;
  private String spec;
  private List<String> channels;
  private int width;
  private int height;
  private int numBands;
  private Quantization quantization;
  private Long videoId;
  private Long frameIndex;
  private BadValue badFrame;
  private String sensor;
  private Affine warp;
  private int assetCount;
  private long start;

  ImageRows(Findings findings) {
    super(findings, "images", "image");
    assetRows = new AssetRows(findings);
  }

  List<ImageDraft> drafts() {
    return drafts;
  }

  @Override
  void clear(JsonCursor cursor) {
    start = cursor.start();
    assetRows.startImage();
    fileName = null;
    badName = false;
    spec = null;
    channels = null;
    width = 0;
    height = 0;
    numBands = 0;
    quantization = null;
    videoId = null;
    frameIndex = null;
    badFrame = null;
    sensor = null;
    warp = Affine.IDENTITY;
    assetCount = 0;
  }

  @Override
  boolean other(JsonCursor cursor, String member, Where where) throws IOException, BadValue {
    switch (member) {
      case "width":
        width = Integers.size(cursor, where, member);
        return true;
      case "height":
        height = Integers.size(cursor, where, member);
        return true;
      case "video_id":
        videoId = Integers.member(cursor, where, member, IssueCode.ID_TYPE);
        return true;
      case "frame_index":
        readFrameIndex(cursor, where.key(member));
        return true;
      case "sensor_coarse":
        sensor = Names.ifText(cursor, where.key(member));
        return true;
      case "warp_img_to_vid":
        warp = WarpReader.read(cursor, where.key(member));
        return true;
      case "auxiliary":
        assetCount += assetRows.readList(cursor, where.key(member), Asset.Source.AUXILIARY);
        return true;
      case "assets":
        assetCount += assetRows.readList(cursor, where.key(member), Asset.Source.ASSETS);
        return true;
      default:
        return ownFile(cursor, member, where);
    }
  }

  private boolean ownFile(JsonCursor cursor, String member, Where where)
      throws IOException, BadValue {
    switch (member) {
      case "file_name":
        badName = true;
        fileName = FileNames.read(cursor, where.key(member));
        badName = false;
        return true;
      case "channels":
        spec = Names.text(cursor, where.key(member), member, IssueCode.CHANNELS_SYNTAX);
        channels = spec == null ? null : ChannelCodes.expand(spec, where.key(member));
        return true;
      case "num_bands":
        numBands = Integers.size(cursor, where, member);
        return true;
      case "quantization":
        quantization = QuantizationReader.read(cursor, where.key(member));
        return true;
      default:
        return false;
    }
  }

  /** Whether a bad index matters shows only when the row is known to belong to a video. */
  private void readFrameIndex(JsonCursor cursor, Where where) throws IOException {
    try {
      frameIndex = Integers.read(cursor, where, "frame_index", IssueCode.FRAME_INDEX);
    } catch (BadValue bad) {
      badFrame = bad;
      cursor.skip(where);
    }
  }

  @Override
  void nameMissing(Where where) {
    if (fileName == null && assetCount > 0) {
      findings.warn(
          IssueCode.NAME_MISSING, where.key("name"), "an image made of assets should have a name");
    }
  }

  @Override
  void keep(JsonCursor cursor, int index, Where where, long before) {
    checkFrame(where);
    checkPixels(where, index);
    List<Asset> assets = new ArrayList<>();
    List<Where> places = new ArrayList<>();
    if (fileName != null) {
      AssetRows.checkBands(findings, where, numBands, channels);
      assets.add(
          new Asset(
              Asset.Source.IMAGE,
              fileName,
              null,
              spec,
              channels,
              width,
              height,
              numBands,
              Affine.IDENTITY,
              quantization));
      places.add(where);
    }
    add(Asset.Source.AUXILIARY, assets, places);
    add(Asset.Source.ASSETS, assets, places);
    checkChannels(assets, places);
    boolean good = findings.errors() == before;
    long imageId = good ? id() : 0;
    long frame = frameIndex == null ? 0 : frameIndex;
    Image image = new Image(imageId, name(), width, height, -1, frame, sensor, warp, assets);
    int length = (int) Math.min(Integer.MAX_VALUE, cursor.end() - start);
    drafts.add(new ImageDraft(image, videoId, places, index, good, start, length));
  }

  private void checkFrame(Where where) {
    if (videoId == null || frameIndex != null) {
      return;
    }
    if (badFrame != null) {
      findings.error(badFrame);
    } else {
      findings.error(
          IssueCode.FRAME_INDEX,
          where.key("frame_index"),
          "image belongs to video " + videoId + " but has no frame_index");
    }
  }

  private void checkPixels(Where where, int index) {
    if (fileName != null) {
      String repeated = files.repeated(fileName, index);
      if (repeated != null) {
        findings.warn(IssueCode.NAME_DUPLICATE, where.key("file_name"), repeated);
      }
    } else if (!badName && assetCount == 0) {
      boolean declared = had("file_name") || had("name") && (had("auxiliary") || had("assets"));
      String message = "image has neither file_name nor assets";
      if (declared) {
        findings.warn(IssueCode.NO_PIXELS, where, message);
      } else {
        findings.error(IssueCode.NO_PIXELS, where, message);
      }
    }
  }

  /** The lists may come in either order; auxiliary counts first. */
  private void add(Asset.Source source, List<Asset> assets, List<Where> places) {
    for (int i = 0; i < assetRows.assets().size(); i++) {
      if (assetRows.assets().get(i).source() == source) {
        assets.add(assetRows.assets().get(i));
        places.add(assetRows.places().get(i));
      }
    }
  }

  private void checkChannels(List<Asset> assets, List<Where> places) {
    if (assets.size() < 2) {
      return;
    }
    Map<String, Where> providers = new HashMap<>();
    for (int i = 0; i < assets.size(); i++) {
      List<String> codes = assets.get(i).channels();
      for (String code : codes == null ? List.<String>of() : codes) {
        Where earlier = providers.putIfAbsent(code, places.get(i));
        if (earlier != null) {
          findings.error(
              IssueCode.CHANNELS_DUPLICATE,
              places.get(i).key("channels"),
              "channel " + JsonCursor.quote(code) + " is already provided by " + earlier);
          break;
        }
      }
    }
  }
}
