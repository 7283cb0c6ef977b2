package io.ndstream.coco;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns image rows into images: files located, videos looked up, frames put in order. */
final class ImageTable {
  private final Findings findings;
  private final VideoRows videoRows;
  private final ImageRows imageRows;
  private final FileNames names;
  private final boolean videosKnown;
  private final List<Image> images = new ArrayList<>();
  private final LongColumn starts = new LongColumn();
  private final IntColumn lengths = new IntColumn();
  private final Map<Long, Integer> videoOf = new HashMap<>();
  private final List<Video> videos = new ArrayList<>();
  private final List<List<Integer>> frames = new ArrayList<>();

  ImageTable(ManifestParser parsed, FileNames names) {
    this.findings = parsed.findings;
    this.videoRows = parsed.videos;
    this.imageRows = parsed.images;
    this.names = names;
    this.videosKnown = parsed.isUsable("videos");
  }

  List<Image> images() {
    return images;
  }

  /** Declared videos first, then those only images name. */
  List<Video> videos() {
    return videos;
  }

  LongColumn starts() {
    return starts;
  }

  IntColumn lengths() {
    return lengths;
  }

  void build() {
    for (Video video : videoRows.finish()) {
      addVideo(video);
    }
    for (ImageDraft draft : imageRows.drafts()) {
      long before = findings.errors();
      List<Asset> assets = locate(draft);
      if (draft.good() && findings.errors() == before) {
        keep(draft, assets);
      } else if (draft.good()) {
        imageRows.refuseLater();
      }
      checkVideo(draft);
    }
    for (int video = 0; video < videos.size(); video++) {
      Comparator<Integer> order =
          Comparator.<Integer>comparingLong(row -> images.get(row).frameIndex())
              .thenComparingLong(row -> images.get(row).id());
      frames.get(video).sort(order);
      Video bare = videos.get(video);
      videos.set(
          video, new Video(bare.id(), bare.name(), bare.width(), bare.height(), frames.get(video)));
    }
  }

  private List<Asset> locate(ImageDraft draft) {
    List<Asset> located = new ArrayList<>(draft.image().assets().size());
    for (int i = 0; i < draft.image().assets().size(); i++) {
      Asset asset = draft.image().assets().get(i);
      try {
        String location = names.locate(asset.fileName(), draft.places().get(i).key("file_name"));
        located.add(asset.at(location));
      } catch (BadValue bad) {
        findings.error(bad);
      }
    }
    return located;
  }

  private void checkVideo(ImageDraft draft) {
    Long id = draft.videoId();
    if (id != null && videosKnown && !videoRows.ids().has(id)) {
      findings.warn(
          IssueCode.REF_VIDEO,
          Where.ROOT.key("images").item(draft.fileRow()).key("video_id"),
          "video " + id + " does not exist");
    }
  }

  private void keep(ImageDraft draft, List<Asset> assets) {
    Image image = draft.image();
    int row = images.size();
    int video = draft.videoId() == null ? -1 : videoRow(draft.videoId());
    if (video >= 0) {
      frames.get(video).add(row);
    }
    imageRows.ids().keep(image.id(), row);
    images.add(image.in(video, assets));
    starts.add(draft.start());
    lengths.add(draft.length());
  }

  private int videoRow(long id) {
    Integer known = videoOf.get(id);
    return known != null ? known : addVideo(new Video(id, null, 0, 0, List.of()));
  }

  private int addVideo(Video video) {
    videoOf.put(video.id(), videos.size());
    videos.add(video);
    frames.add(new ArrayList<>());
    return videos.size() - 1;
  }
}
