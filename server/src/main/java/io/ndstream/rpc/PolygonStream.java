package io.ndstream.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.ndstream.coco.AnnotationEdit;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.raster.FrameReader;
import io.ndstream.stitch.RegionFinder;
import io.ndstream.stitch.RunSpec;
import io.ndstream.stitch.StitchRun;
import io.ndstream.v1.ExtractPolygonsRequest;
import io.ndstream.v1.ExtractPolygonsResponse;
import io.ndstream.wire.StitchMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Answers one call for polygons. They are found before the first is sent: a region may end on the
 * last row.
 */
final class PolygonStream {
  private final ExtractPolygonsRequest request;
  private final StitchRun run;
  private final FrameReader files;

  PolygonStream(ExtractPolygonsRequest request, StitchRun run, FrameReader files) {
    this.request = request;
    this.run = run;
    this.files = files;
  }

  void send(ServerCallStreamObserver<ExtractPolygonsResponse> to) {
    List<String> edits = new ArrayList<>();
    List<ExtractPolygonsResponse> answers = new ArrayList<>();
    finder()
        .find(
            run.averages(request.getImageId(), files),
            found -> {
              String name = run.spec().channels().get(found.band());
              answers.add(
                  ExtractPolygonsResponse.newBuilder()
                      .setRegion(StitchMessages.region(name, found))
                      .build());
              if (request.getAnnotate()) {
                edits.add(edit(name, found, edits.size()));
              }
            });
    run.note(edits);
    for (ExtractPolygonsResponse answer : answers) {
      if (to.isCancelled()) {
        return;
      }
      to.onNext(answer);
    }
    to.onCompleted();
  }

  private String edit(String name, RegionFinder.Found found, int number) {
    String run = request.getRun();
    String key =
        run
            + "/"
            + request.getImageId()
            + "/"
            + name
            + "/"
            + Integer.toHexString(decision())
            + "/"
            + number;
    return new AnnotationEdit(
            key, run, request.getImageId(), name, found.score(), found.box(), found.shape())
        .toJson();
  }

  /** The same request again gives the same annotations; another one adds its own. */
  private int decision() {
    CRC32 sum = new CRC32();
    sum.update(request.toByteArray());
    return (int) sum.getValue();
  }

  private RegionFinder finder() {
    boolean largest = request.getDecideCase() == ExtractPolygonsRequest.DecideCase.ARG_MAX_ABOVE;
    if (!largest && !request.hasThreshold()) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT, "decide", "absent", "expected", "threshold or arg_max_above");
    }
    double threshold = largest ? request.getArgMaxAbove() : request.getThreshold();
    return new RegionFinder(
        bands(), threshold, largest, request.getMinPixels(), request.getTolerance());
  }

  private List<Integer> bands() {
    RunSpec spec = run.spec();
    List<Integer> bands = new ArrayList<>();
    List<String> names =
        request.getClassesCount() == 0 ? spec.channels() : request.getClassesList();
    for (String name : names) {
      int band = spec.channels().indexOf(name);
      if (band < 0) {
        throw LoaderException.of(Reason.BAD_CHANNELS, "classes", name, "channels", spec.channels());
      }
      bands.add(band);
    }
    return bands;
  }
}
