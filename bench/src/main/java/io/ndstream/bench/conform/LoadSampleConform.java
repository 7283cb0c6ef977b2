package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.v1.Annotation;
import io.ndstream.v1.Category;
import io.ndstream.v1.Dataset;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.GetDatasetRequest;
import io.ndstream.v1.Image;
import io.ndstream.v1.ListAnnotationsRequest;
import io.ndstream.v1.ListCategoriesRequest;
import io.ndstream.v1.ListImagesRequest;
import io.ndstream.v1.LoadImageRequest;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.Sample;
import io.ndstream.v1.SampleServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recorded samples: {@code cases.jsonl} with a target each, data sets in the sibling directory
 * {@code datasets}.
 */
final class LoadSampleConform implements CaseFormat {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private SampleServiceGrpc.SampleServiceBlockingStub samples;
  private DatasetServiceGrpc.DatasetServiceBlockingStub datasets;
  private Path dir;

  @Override
  public boolean recognises(Path candidate) throws IOException {
    return Cases.have(candidate, "id", "dataset", "target", "kwargs", "expect");
  }

  @Override
  public void run(Path cases, ServerUnderTest server, Outcome outcome) throws Exception {
    dir = cases;
    List<SampleCase> all = Cases.read(cases).stream().map(SampleCase::new).toList();
    Map<String, Path> manifests = new TreeMap<>();
    for (SampleCase c : all) {
      manifests.put(
          c.dataset(),
          cases.resolveSibling("datasets").resolve(c.dataset()).resolve("data.kwcoco.json"));
    }
    Channel channel = server.serve(manifests);
    samples = SampleServiceGrpc.newBlockingStub(channel);
    datasets = DatasetServiceGrpc.newBlockingStub(channel);
    all.forEach(c -> outcome.check(c.id(), () -> check(c)));
  }

  private void check(SampleCase c) throws IOException {
    List<String> problems = new ArrayList<>();
    try {
      switch (c.method()) {
        case "load_image" -> image(c, problems);
        case "load_annotations" -> annotations(c, problems);
        case "summary" ->
            Closeness.compare("summary", c.expected().get("summary"), summary(c), problems);
        default -> sample(c, problems);
      }
      if (!c.error().isEmpty()) {
        problems.add("answered, but should fail with " + c.error());
      }
      if (c.repairsTheWindow()) {
        sample(c.ofReferenceWindow(), problems);
      }
    } catch (StatusRuntimeException e) {
      refused(c, e, problems);
    }
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("; ", problems));
    }
  }

  /** Where the reference fails by accident, any reason of ours will do. */
  private static void refused(SampleCase c, StatusRuntimeException e, List<String> problems)
      throws InvalidProtocolBufferException {
    String reason = reason(e);
    boolean expected = c.error().equals("CRASH") ? !reason.isEmpty() : reason.equals(c.error());
    if (c.error().isEmpty() || !expected) {
      problems.add(
          reason
              + " "
              + e.getMessage()
              + " (expected "
              + (c.error().isEmpty() ? "an answer" : c.error())
              + ")");
    }
  }

  private static String reason(StatusRuntimeException e) throws InvalidProtocolBufferException {
    for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return detail.unpack(ErrorInfo.class).getReason();
      }
    }
    return "";
  }

  private void sample(SampleCase c, List<String> problems) throws IOException {
    LoadSampleRequest.Builder request =
        LoadSampleRequest.newBuilder()
            .setDataset(c.dataset())
            .setTarget(TargetMessage.of(c.target()))
            .setAnnotations(TargetMessage.options(c.kwargs()));
    if (c.method().equals("load_positive")) {
      request.setPositive(c.call().get("index").asLong());
    } else if (c.method().equals("load_item")) {
      request.setIndex(c.call().get("index").asLong());
    }
    Sample sample = samples.loadSample(request.build()).getSample();
    JsonNode expect = c.expected();
    SampleAnswer answer = new SampleAnswer(sample);
    pixels(c, sample, problems);
    Closeness.compare("params", expect.path("params"), answer.params(), problems);
    Closeness.compare("target", expect.path("target_resolved"), answer.target(), problems);
    if (expect.has("annots")) {
      Closeness.compare("annots", expect.get("annots"), answer.annotations(), problems);
    }
  }

  private void pixels(SampleCase c, Sample sample, List<String> problems) throws IOException {
    PixelComparison comparison = new PixelComparison(dir, c.tolerance(), problems);
    if (c.expected().has("array")) {
      comparison.add("pixels", c.expected(), NdArray.of(sample.getPixels()));
    }
    JsonNode frames = c.expected().path("frames");
    for (int t = 0; t < frames.size(); t++) {
      var parts =
          sample.getNativeFramesCount() > t
              ? sample.getNativeFrames(t).getPartsList()
              : List.<io.ndstream.v1.NativePart>of();
      if (parts.size() != frames.get(t).size()) {
        problems.add(
            "frame " + t + ": " + parts.size() + " parts (expected " + frames.get(t).size() + ")");
        continue;
      }
      for (int p = 0; p < parts.size(); p++) {
        JsonNode want = frames.get(t).get(p);
        comparison.add("frame " + t + " part " + p, want, NdArray.of(parts.get(p).getPixels()));
        String channels = String.join("|", parts.get(p).getChannelsList());
        if (!channels.equals(want.get("channels").asText())) {
          problems.add("channels " + channels + " (expected " + want.get("channels") + ")");
        }
      }
    }
    comparison.checkMean();
  }

  private void image(SampleCase c, List<String> problems) throws IOException {
    LoadImageRequest request =
        LoadImageRequest.newBuilder()
            .setDataset(c.dataset())
            .setImageId(c.call().get("image_id").asLong())
            .build();
    NdArray got = NdArray.of(samples.loadImage(request).getPixels());
    PixelComparison comparison = new PixelComparison(dir, c.tolerance(), problems);
    comparison.add("pixels", c.expected(), got);
    comparison.checkMean();
  }

  private void annotations(SampleCase c, List<String> problems) {
    ListAnnotationsRequest request =
        ListAnnotationsRequest.newBuilder()
            .setDataset(c.dataset())
            .setImageId(c.call().get("image_id").asLong())
            .build();
    List<Long> ids =
        datasets.listAnnotations(request).getAnnotationsList().stream()
            .map(Annotation::getId)
            .toList();
    if (!ids.equals(TargetMessage.longs(c.expected().get("aids")))) {
      problems.add("ids " + ids + " (expected " + c.expected().get("aids") + ")");
    }
  }

  private JsonNode summary(SampleCase c) {
    Dataset d =
        datasets
            .getDataset(GetDatasetRequest.newBuilder().setDataset(c.dataset()).build())
            .getDataset();
    List<Long> categories =
        datasets
            .listCategories(ListCategoriesRequest.newBuilder().setDataset(c.dataset()).build())
            .getCategoriesList()
            .stream()
            .map(Category::getId)
            .sorted()
            .toList();
    List<Long> images =
        datasets
            .listImages(ListImagesRequest.newBuilder().setDataset(c.dataset()).build())
            .getImagesList()
            .stream()
            .map(Image::getId)
            .toList();
    return MAPPER.valueToTree(
        Map.of(
            "len", d.getPositives(),
            "n_positives", d.getPositives(),
            "n_samples", d.getPositives(),
            "n_annots", d.getAnnotations(),
            "n_images", d.getImages(),
            "n_categories", d.getCategories(),
            "class_ids", categories,
            "image_ids", images,
            "classes", d.getClassesList(),
            "kp_classes", d.getKeypointCategoriesList()));
  }
}
