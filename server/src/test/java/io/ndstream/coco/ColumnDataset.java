package io.ndstream.coco;

import io.ndstream.geom.Affine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set typed in by a test: no file, no parser. Videos take their frames from the images that
 * name them.
 */
public final class ColumnDataset implements Dataset {
  private final List<Category> categories = new ArrayList<>();
  private final List<Image> images = new ArrayList<>();
  private final List<Video> videos = new ArrayList<>();
  private final Map<Long, Integer> imageRows = new HashMap<>();
  private final List<double[]> boxes = new ArrayList<>();
  private final List<long[]> keys = new ArrayList<>();
  private int[][] ofImage;

  public ColumnDataset category(long id, String name) {
    categories.add(new Category(id, name, null, List.of()));
    return this;
  }

  public ColumnDataset image(long id, int width, int height) {
    return frame(id, width, height, -1, 0, Affine.IDENTITY);
  }

  public ColumnDataset frame(
      long id, int width, int height, int video, long frameIndex, Affine videoFromImage) {
    imageRows.put(id, images.size());
    images.add(
        new Image(
            id, "img" + id, width, height, video, frameIndex, null, videoFromImage, List.of()));
    return this;
  }

  /** Call after the frames of all videos. */
  public ColumnDataset video(long id, int width, int height) {
    int row = videos.size();
    List<Integer> frames = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (images.get(i).video() == row) {
        frames.add(i);
      }
    }
    frames.sort(Comparator.comparing(i -> images.get(i).frameIndex()));
    videos.add(new Video(id, "video" + id, width, height, frames));
    return this;
  }

  /** A negative category id stands for none, no box for an annotation without one. */
  public ColumnDataset annotation(long id, long imageId, long categoryId, double... xywh) {
    keys.add(new long[] {id, imageRows.get(imageId), categoryId});
    boxes.add(xywh);
    ofImage = null;
    return this;
  }

  @Override
  public Path path() {
    return Path.of("columns.kwcoco.json");
  }

  @Override
  public Path bundle() {
    return Path.of(".");
  }

  @Override
  public String fingerprint() {
    return "columns" + images.size() + "x" + boxes.size();
  }

  @Override
  public List<Category> categories() {
    return categories;
  }

  @Override
  public List<KeypointCategory> keypointCategories() {
    return List.of();
  }

  @Override
  public List<Video> videos() {
    return videos;
  }

  @Override
  public List<Image> images() {
    return images;
  }

  @Override
  public long tracks() {
    return 0;
  }

  @Override
  public int imageRowOfId(long id) {
    return imageRows.getOrDefault(id, -1);
  }

  @Override
  public int videoRowOfId(long id) {
    for (int i = 0; i < videos.size(); i++) {
      if (videos.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public Category categoryOfId(long id) {
    return categories.stream().filter(c -> c.id() == id).findFirst().orElse(null);
  }

  @Override
  public String imageJson(int imageRow) {
    return "{}";
  }

  @Override
  public void close() {}

  @Override
  public Annotations annotations() {
    if (ofImage == null) {
      List<List<Integer>> rows = new ArrayList<>();
      images.forEach(i -> rows.add(new ArrayList<>()));
      for (int row = 0; row < keys.size(); row++) {
        rows.get((int) keys.get(row)[1]).add(row);
      }
      rows.forEach(list -> list.sort(Comparator.comparing(row -> keys.get(row)[0])));
      ofImage = rows.stream().map(l -> l.stream().mapToInt(i -> i).toArray()).toArray(int[][]::new);
    }
    return new Columns(keys.toArray(long[][]::new), boxes.toArray(double[][]::new), ofImage);
  }

  private record Columns(long[][] keys, double[][] boxes, int[][] images) implements Annotations {
    @Override
    public int size() {
      return keys.length;
    }

    @Override
    public long id(int row) {
      return keys[row][0];
    }

    @Override
    public int rowOfId(long id) {
      return Arrays.stream(keys).map(k -> k[0]).toList().indexOf(id);
    }

    @Override
    public int image(int row) {
      return (int) keys[row][1];
    }

    @Override
    public boolean hasCategory(int row) {
      return keys[row][2] >= 0;
    }

    @Override
    public long categoryId(int row) {
      return keys[row][2];
    }

    @Override
    public boolean hasBox(int row) {
      return boxes[row].length == 4;
    }

    @Override
    public double x(int row) {
      return hasBox(row) ? boxes[row][0] : Double.NaN;
    }

    @Override
    public double y(int row) {
      return hasBox(row) ? boxes[row][1] : Double.NaN;
    }

    @Override
    public double width(int row) {
      return hasBox(row) ? boxes[row][2] : Double.NaN;
    }

    @Override
    public double height(int row) {
      return hasBox(row) ? boxes[row][3] : Double.NaN;
    }

    @Override
    public int[] ofImage(int imageRow) {
      return images[imageRow];
    }

    @Override
    public Segmentation segmentation(int row) {
      return null;
    }

    @Override
    public Keypoints keypoints(int row) {
      return null;
    }

    @Override
    public String trackId(int row) {
      return null;
    }

    @Override
    public String json(int row) {
      return "{}";
    }
  }
}
