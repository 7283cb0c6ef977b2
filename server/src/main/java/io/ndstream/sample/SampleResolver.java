package io.ndstream.sample;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Affine;
import io.ndstream.raster.FrameReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Turns one target into a resolved sample. One use. */
final class SampleResolver {
  private static final Set<String> PARTS = Set.of("boxes", "segmentation", "keypoints");

  private final Dataset dataset;
  private final FrameReader reader;
  private final ParsedChannels parsed;
  private final TargetSpec target;
  private final boolean video;
  private final Violations violations = new Violations();

  SampleResolver(Dataset dataset, FrameReader reader, ParsedChannels parsed, TargetSpec target) {
    this.dataset = dataset;
    this.reader = reader;
    this.parsed = parsed;
    this.target = target;
    this.video = SpaceResolver.isVideo(target);
  }

  ResolvedSample resolve(AnnotationRequest annotations) {
    Violations inSpace = new Violations();
    SampleOptions options = SampleOptions.check(target, video, violations);
    Space space = new SpaceResolver(dataset, target, inSpace).resolve(options.fill());
    // Where a target lies is what its author looks at first.
    inSpace.addAll(violations);
    ChannelRequest request = channels(inSpace);
    check(annotations, inSpace);
    inSpace.throwIfAny();
    return resolve(space, options, request, annotations);
  }

  private ChannelRequest channels(Violations v) {
    if (target.streams() != null) {
      v.check(
          target.channels() == null && target.channelList() == null,
          Reason.BAD_CHANNELS,
          "target.streams",
          target.streams(),
          "either streams or channels");
      return ChannelRequest.parseStreams(target.streams(), v);
    }
    if (target.channelList() != null) {
      v.check(
          !video,
          Reason.BAD_CHANNELS,
          "target.channel_list",
          target.channelList(),
          "a string for a video sample");
      return ChannelRequest.parse(target.channelList(), v);
    }
    boolean all = target.channels() == null || target.channels().equals(ChannelRequest.ALL);
    return all ? null : parsed.parse(target.channels(), v);
  }

  private void check(AnnotationRequest annotations, Violations v) {
    for (String part : annotations.parts()) {
      v.check(
          PARTS.contains(part),
          Reason.BAD_WITH_ANNOTS,
          "annotations.parts",
          part,
          "boxes, segmentation, keypoints");
    }
    v.check(
        !Double.isNaN(annotations.visibleThresh()),
        Reason.BAD_ARGUMENT,
        "annotations.visible_thresh",
        annotations.visibleThresh(),
        "a number");
    for (long id : annotations.ids() == null ? List.<Long>of() : annotations.ids()) {
      v.check(
          dataset.annotations().rowOfId(id) >= 0,
          Reason.UNKNOWN_ANNOTATION,
          "annotations.annotation_ids",
          id,
          "an annotation of the data set");
    }
  }

  private ResolvedSample resolve(
      Space space, SampleOptions options, ChannelRequest asked, AnnotationRequest annotations) {
    if (space.isBlank()) {
      throw LoaderException.of(
          Reason.BAD_SLICE, "field", "target.time_slice", "detail", "no frame of the video");
    }
    ChannelRequest request = asked != null || !video ? asked : requestOfAll(space);
    FramePlanner planner = new FramePlanner(dataset, reader, space, options);
    List<FramePlan> frames = new ArrayList<>(space.frames().size());
    FramePlan first = null;
    for (int row : space.frames()) {
      FramePlan frame =
          row == Space.BLANK ? null : planner.plan(row, runs(dataset.images().get(row), request));
      first = first == null ? frame : first;
      frames.add(frame);
    }
    FramePlan like = first;
    frames.replaceAll(frame -> frame == null ? FramePlan.blank(like) : frame);
    PixelLayout layout =
        options.isJagged()
            ? PixelLayout.jagged(frames)
            : PixelLayout.of(frames, space, options, request == null ? null : request.codes());
    return new ResolvedSample(
        space,
        options,
        layout,
        streams(space, request),
        params(space, options, request, frames),
        frames,
        annotations);
  }

  private ChannelRequest requestOfAll(Space space) {
    List<Image> images =
        space.frames().stream()
            .filter(row -> row != Space.BLANK)
            .distinct()
            .map(dataset.images()::get)
            .toList();
    String spec = ChannelSelection.requestOfAll(images);
    if (spec == null) {
      return null;
    }
    Violations v = new Violations();
    ChannelRequest request = parsed.parse(spec, v);
    v.throwIfAny();
    return request;
  }

  private List<Run> runs(Image image, ChannelRequest request) {
    if (request != null) {
      return ChannelSelection.select(image, request.streams());
    }
    return video || target.channels() != null
        ? ChannelSelection.everything(image)
        : ChannelSelection.defaultOfImage(image);
  }

  /** Where the streams lie; empty if none were named. */
  private List<StreamRange> streams(Space space, ChannelRequest request) {
    if (target.streams() == null) {
      return List.of();
    }
    List<StreamRange> ranges = new ArrayList<>();
    int start = 0;
    for (ChannelStream stream : request.streams()) {
      int stop = start + stream.codes().size();
      List<Integer> frames =
          IntStream.range(0, space.frames().size())
              .filter(
                  t ->
                      space.frames().get(t) != Space.BLANK
                          && stream.isOf(dataset.images().get(space.frames().get(t))))
              .boxed()
              .toList();
      ranges.add(new StreamRange(stream, start, stop, frames));
      start = stop;
    }
    return ranges;
  }

  private SampleParams params(
      Space space, SampleOptions options, ChannelRequest request, List<FramePlan> frames) {
    Affine back = Affine.translate(space.padded().x(), space.padded().y());
    boolean plain = options.isJagged() || !video && options.scale() == null;
    return new SampleParams(
        space.padded(),
        plain ? back : frames.get(0).sampleFromCanvas().inverse(),
        space.dataDims(),
        space.spaceDims(),
        video ? space.pad() : axesPad(space.pad()),
        video && request != null ? request.spec() : null,
        video && !options.isJagged()
            ? frames.stream().map(FramePlan::sampleFromCanvas).toList()
            : List.of());
  }

  /** Both axes of an image sample, also where one number or none was given. */
  private static Pad axesPad(Pad pad) {
    if (pad == null) {
      return new Pad(List.of(Pad.Axis.NONE, Pad.Axis.NONE), false);
    }
    return pad.uniform() ? new Pad(List.of(pad.axes().get(0), pad.axes().get(0)), false) : pad;
  }
}
