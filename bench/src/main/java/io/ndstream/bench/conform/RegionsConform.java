package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recorded region selection: {@code cases.jsonl} with a call each, manifests without pixels in
 * {@code datasets}.
 */
final class RegionsConform implements CaseFormat {
  private static final String ENDING = ".kwcoco.json";

  /**
   * One call of the reference, made through the server; gives what {@code expect} holds, as far as
   * it is compared.
   */
  @FunctionalInterface
  interface Call {
    JsonNode make(JsonNode recorded);
  }

  @Override
  public boolean recognises(Path candidate) throws IOException {
    return Cases.have(candidate, "id", "group", "call", "args", "level");
  }

  @Override
  public void run(Path dir, ServerUnderTest server, Outcome outcome) throws Exception {
    List<JsonNode> cases = Cases.read(dir);
    Map<String, Path> manifests = new TreeMap<>();
    for (JsonNode c : cases) {
      if (c.path("dataset").isTextual()) {
        String name = c.get("dataset").asText();
        manifests.put(name, dir.resolve("datasets").resolve(name + ENDING));
      }
    }
    manifests.values().removeIf(path -> !Files.exists(path));
    Channel channel = server.serve(manifests, ToyCalls.datasets(cases).toArray(String[]::new));
    Map<String, Call> calls = new HashMap<>();
    new RegionCalls(channel).addTo(calls);
    new NegativeCalls(channel).addTo(calls);
    new GridCalls(channel).addTo(calls);
    new TreeCalls(channel).addTo(calls);
    new SplitCalls(channel).addTo(calls);
    new ToyCalls(channel).addTo(calls);
    ScriptCall script = new ScriptCall(channel);
    calls.put("regions.script", script::make);
    for (JsonNode c : cases) {
      Call call = calls.get(c.get("call").asText());
      if (call == null) {
        outcome.fail(c.get("id").asText(), "no such call: " + c.get("call").asText());
      } else {
        outcome.check(c.get("id").asText(), () -> check(c, call));
      }
    }
  }

  private static void check(JsonNode c, Call call) {
    JsonNode got;
    try {
      got = call.make(c);
    } catch (StatusRuntimeException e) {
      Status.Code code = e.getStatus().getCode();
      boolean ours =
          code == Status.Code.INTERNAL
              || code == Status.Code.UNKNOWN
              || code == Status.Code.UNAVAILABLE;
      if (c.has("expect_error") && !ours) {
        return;
      }
      throw e;
    }
    if (c.has("expect_error")) {
      throw new AssertionError("answered, but should fail with " + c.get("expect_error").asText());
    }
    List<String> problems = new ArrayList<>();
    compare("", c.get("expect"), got, c.path("tol").asDouble(0), problems);
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.size() + " differences, the first: " + problems.get(0));
    }
  }

  /** Everything in {@code got} must be as in {@code want}; NaN was recorded as null. */
  private static void compare(
      String where, JsonNode want, JsonNode got, double tolerance, List<String> problems) {
    if (want == null) {
      problems.add(where + " is not in the recording");
    } else if (got.isObject() && want.isObject()) {
      got.properties()
          .forEach(
              f ->
                  compare(
                      where + "." + f.getKey(),
                      want.get(f.getKey()),
                      f.getValue(),
                      tolerance,
                      problems));
    } else if (got.isArray() && want.isArray() && got.size() == want.size()) {
      for (int i = 0; i < got.size(); i++) {
        compare(where + "[" + i + "]", want.get(i), got.get(i), tolerance, problems);
      }
    } else if (got.isNumber() && want.isNumber()) {
      if (!(Math.abs(got.asDouble() - want.asDouble())
          <= tolerance * Math.max(1, Math.abs(want.asDouble())))) {
        problems.add(where + ": " + got + " (expected " + want + ")");
      }
    } else {
      boolean nan = got.isNumber() && Double.isNaN(got.asDouble()) && want.isNull();
      if (!nan && !got.equals(want)) {
        problems.add(where + ": " + got + " (expected " + want + ")");
      }
    }
  }
}
