package io.ndstream.sample;

import java.util.List;

/**
 * One region of space and time, as a caller asks for it: unchecked, and null where nothing was
 * said. Name a source (annotation, image, video or images) and, unless the whole canvas is wanted,
 * a window: slices, or a centre with a size.
 *
 * @param imageId an image sample of this image
 * @param videoId a video sample of this video
 * @param imageIds a video sample of exactly these images, repeats allowed
 * @param annotationId fills what is missing of image, centre, extent and category
 * @param slices (y, x), or (time, y, x) for a video sample
 * @param spaceSlice (y, x); wins over the space part of {@code slices}
 * @param timeSlice wins over the time part of {@code slices}
 * @param cx centre of the window in pixels of the canvas
 * @param cy see cx
 * @param width extent of the window in pixels of the canvas
 * @param height see width
 * @param windowDims size of the window round the centre
 * @param categoryId passed through
 * @param channels codes such as {@code r|g|b} or {@code feat.0:4}, or {@code <all>}
 * @param channelList a list of codes; image samples only
 * @param streams in place of channels: several streams, perhaps each of one sensor, such as {@code
 *     S2:(red|green),L8:nir}
 * @param scale one factor, or (sx, sy); above 1 enlarges
 * @param pad added round the window before {@code scale}
 * @param fill of cells outside the canvas
 * @param dtype NumPy name of the type to cast to at the end
 * @param nodata {@code float}, {@code nan} or {@code auto}: nodata becomes NaN
 * @param interpolation {@code linear} or {@code auto}, {@code nearest}, {@code cubic}, {@code
 *     lanczos}, {@code area}
 * @param antialias blur before shrinking; null is true unless nearest
 * @param useNativeScale every part at the resolution of its file
 * @param realignNative {@code largest}: native parts enlarged to the largest of them
 * @param axes {@code HWC} or {@code CHW}, with a leading T for video samples; null is channels last
 */
public record TargetSpec(
    Long imageId,
    Long videoId,
    List<Long> imageIds,
    Long annotationId,
    List<Slice> slices,
    List<Slice> spaceSlice,
    Slice timeSlice,
    Double cx,
    Double cy,
    Double width,
    Double height,
    WindowDims windowDims,
    Long categoryId,
    String channels,
    List<String> channelList,
    String streams,
    List<Double> scale,
    Pad pad,
    Fill fill,
    String dtype,
    String nodata,
    String interpolation,
    Boolean antialias,
    Boolean useNativeScale,
    String realignNative,
    String axes) {
  public TargetSpec {
    imageIds = imageIds == null ? null : List.copyOf(imageIds);
    slices = slices == null ? null : List.copyOf(slices);
    spaceSlice = spaceSlice == null ? null : List.copyOf(spaceSlice);
    channelList = channelList == null ? null : List.copyOf(channelList);
    scale = scale == null ? null : List.copyOf(scale);
  }

  /** A target that says nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from this target. */
  public Builder toBuilder() {
    return new Builder().over(this);
  }

  /** This target with everything that {@code wins} says put over it. */
  public TargetSpec with(TargetSpec wins) {
    return toBuilder().over(wins).build();
  }

  /** Collects the parts of a target. One thread, one target. */
  public static final class Builder {
    private Long imageId;
    private Long videoId;
    private List<Long> imageIds;
    private Long annotationId;
    private List<Slice> slices;
    private List<Slice> spaceSlice;
    private Slice timeSlice;
    private Double cx;
    private Double cy;
    private Double width;
    private Double height;
    private WindowDims windowDims;
    private Long categoryId;
    private String channels;
    private List<String> channelList;
    private String streams;
    private List<Double> scale;
    private Pad pad;
    private Fill fill;
    private String dtype;
    private String nodata;
    private String interpolation;
    private Boolean antialias;
    private Boolean useNativeScale;
    private String realignNative;
    private String axes;

    private Builder() {}

    private Builder over(TargetSpec t) {
      imageId = t.imageId == null ? imageId : t.imageId;
      videoId = t.videoId == null ? videoId : t.videoId;
      imageIds = t.imageIds == null ? imageIds : t.imageIds;
      annotationId = t.annotationId == null ? annotationId : t.annotationId;
      slices = t.slices == null ? slices : t.slices;
      spaceSlice = t.spaceSlice == null ? spaceSlice : t.spaceSlice;
      timeSlice = t.timeSlice == null ? timeSlice : t.timeSlice;
      cx = t.cx == null ? cx : t.cx;
      cy = t.cy == null ? cy : t.cy;
      width = t.width == null ? width : t.width;
      height = t.height == null ? height : t.height;
      windowDims = t.windowDims == null ? windowDims : t.windowDims;
      categoryId = t.categoryId == null ? categoryId : t.categoryId;
      channels = t.channels == null ? channels : t.channels;
      channelList = t.channelList == null ? channelList : t.channelList;
      streams = t.streams == null ? streams : t.streams;
      scale = t.scale == null ? scale : t.scale;
      pad = t.pad == null ? pad : t.pad;
      fill = t.fill == null ? fill : t.fill;
      dtype = t.dtype == null ? dtype : t.dtype;
      nodata = t.nodata == null ? nodata : t.nodata;
      interpolation = t.interpolation == null ? interpolation : t.interpolation;
      antialias = t.antialias == null ? antialias : t.antialias;
      useNativeScale = t.useNativeScale == null ? useNativeScale : t.useNativeScale;
      realignNative = t.realignNative == null ? realignNative : t.realignNative;
      axes = t.axes == null ? axes : t.axes;
      return this;
    }

    public Builder imageId(Long value) {
      imageId = value;
      return this;
    }

    public Builder videoId(Long value) {
      videoId = value;
      return this;
    }

    public Builder imageIds(List<Long> value) {
      imageIds = value;
      return this;
    }

    public Builder annotationId(Long value) {
      annotationId = value;
      return this;
    }

    public Builder slices(List<Slice> value) {
      slices = value;
      return this;
    }

    public Builder spaceSlice(List<Slice> value) {
      spaceSlice = value;
      return this;
    }

    public Builder timeSlice(Slice value) {
      timeSlice = value;
      return this;
    }

    public Builder cx(Double value) {
      cx = value;
      return this;
    }

    public Builder cy(Double value) {
      cy = value;
      return this;
    }

    public Builder width(Double value) {
      width = value;
      return this;
    }

    public Builder height(Double value) {
      height = value;
      return this;
    }

    public Builder windowDims(WindowDims value) {
      windowDims = value;
      return this;
    }

    public Builder categoryId(Long value) {
      categoryId = value;
      return this;
    }

    public Builder channels(String value) {
      channels = value;
      return this;
    }

    public Builder channelList(List<String> value) {
      channelList = value;
      return this;
    }

    public Builder streams(String value) {
      streams = value;
      return this;
    }

    public Builder scale(List<Double> value) {
      scale = value;
      return this;
    }

    public Builder pad(Pad value) {
      pad = value;
      return this;
    }

    public Builder fill(Fill value) {
      fill = value;
      return this;
    }

    public Builder dtype(String value) {
      dtype = value;
      return this;
    }

    public Builder nodata(String value) {
      nodata = value;
      return this;
    }

    public Builder interpolation(String value) {
      interpolation = value;
      return this;
    }

    public Builder antialias(Boolean value) {
      antialias = value;
      return this;
    }

    public Builder useNativeScale(Boolean value) {
      useNativeScale = value;
      return this;
    }

    public Builder realignNative(String value) {
      realignNative = value;
      return this;
    }

    public Builder axes(String value) {
      axes = value;
      return this;
    }

    public TargetSpec build() {
      return new TargetSpec(
          imageId,
          videoId,
          imageIds,
          annotationId,
          slices,
          spaceSlice,
          timeSlice,
          cx,
          cy,
          width,
          height,
          windowDims,
          categoryId,
          channels,
          channelList,
          streams,
          scale,
          pad,
          fill,
          dtype,
          nodata,
          interpolation,
          antialias,
          useNativeScale,
          realignNative,
          axes);
    }
  }
}
