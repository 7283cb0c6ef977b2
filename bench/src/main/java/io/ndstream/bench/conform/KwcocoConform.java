package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Channel;
import io.ndstream.v1.DatasetServiceGrpc;
import io.ndstream.v1.DatasetServiceGrpc.DatasetServiceBlockingStub;
import io.ndstream.v1.InspectDatasetRequest;
import io.ndstream.v1.InspectDatasetResponse;
import io.ndstream.v1.PathPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Manifests valid and invalid, with what they come to in {@code expected.json} and what is wrong
 * with them in {@code expected_invalid.json}. Read by a server that serves nothing but may read the
 * directory.
 */
final class KwcocoConform implements CaseFormat {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String VALID = "expected.json";
  private static final String INVALID = "expected_invalid.json";
  private static final int ALL = 10_000;

  @Override
  public boolean recognises(Path dir) throws Exception {
    return first(dir.resolve(VALID)).has("expected") || first(dir.resolve(INVALID)).has("issues");
  }

  /** What is recorded of the first file; an empty object if nothing is. */
  private static JsonNode first(Path document) throws Exception {
    if (!Files.isRegularFile(document)) {
      return MAPPER.createObjectNode();
    }
    JsonNode root = MAPPER.readTree(document.toFile());
    return root.isObject() && !root.isEmpty() ? root.elements().next() : MAPPER.createObjectNode();
  }

  @Override
  public void run(Path dir, ServerUnderTest server, Outcome outcome) throws Exception {
    Channel channel =
        server.serve(Map.of(), "--allow-path", dir.toAbsolutePath().normalize().toString());
    DatasetServiceBlockingStub stub = DatasetServiceGrpc.newBlockingStub(channel);
    for (Map.Entry<String, JsonNode> file : entries(dir.resolve(VALID))) {
      Path manifest = dir.resolve("valid").resolve(file.getKey()).toAbsolutePath().normalize();
      outcome.check(file.getKey(), () -> valid(stub, manifest, file.getValue().get("expected")));
    }
    for (Map.Entry<String, JsonNode> file : entries(dir.resolve(INVALID))) {
      Path manifest = dir.resolve("invalid").resolve(file.getKey()).toAbsolutePath().normalize();
      outcome.check(file.getKey(), () -> invalid(stub, manifest, file.getValue().get("issues")));
    }
  }

  private static Iterable<Map.Entry<String, JsonNode>> entries(Path document) throws Exception {
    return Files.isRegularFile(document)
        ? MAPPER.readTree(document.toFile()).properties()
        : List.of();
  }

  private static void valid(DatasetServiceBlockingStub stub, Path manifest, JsonNode expected) {
    InspectDatasetRequest.Builder request =
        InspectDatasetRequest.newBuilder()
            .setPathPolicy(PathPolicy.PATH_POLICY_RESOLVE_ONLY)
            .setMaxRows(ALL);
    InspectDatasetResponse answer =
        stub.inspectDataset(request.setManifest(manifest.toString()).build());
    if (!answer.getOpens()) {
      throw new AssertionError("does not open: " + issues(answer));
    }
    new KwcocoExpected(expected, manifest.getParent().toString()).compare(answer);
  }

  private static void invalid(DatasetServiceBlockingStub stub, Path manifest, JsonNode expected) {
    InspectDatasetRequest.Builder request = InspectDatasetRequest.newBuilder().setMaxIssues(ALL);
    InspectDatasetResponse answer =
        stub.inspectDataset(request.setManifest(manifest.toString()).build());
    TreeSet<String> wanted = new TreeSet<>();
    boolean opens = true;
    for (JsonNode issue : expected) {
      String severity = issue.get("severity").asText();
      opens &= severity.equals("warning");
      wanted.add(issue.get("code").asText() + " " + issue.get("where").asText() + " " + severity);
    }
    KwcocoExpected.same("issues", issues(answer), wanted);
    KwcocoExpected.same("number of issues", answer.getIssuesCount(), expected.size());
    KwcocoExpected.same("opens", answer.getOpens(), opens);
  }

  private static TreeSet<String> issues(InspectDatasetResponse answer) {
    return answer.getIssuesList().stream()
        .map(
            issue ->
                issue.getCode()
                    + " "
                    + issue.getWhere()
                    + " "
                    + severity(issue.getSeverity().name()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String severity(String name) {
    return name.substring("SEVERITY_".length()).toLowerCase(Locale.ROOT);
  }
}
