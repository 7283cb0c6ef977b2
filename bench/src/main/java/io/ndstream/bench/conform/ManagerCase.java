package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.v1.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One recorded run of the manager up to its canvases. */
final class ManagerCase {
  private final JsonNode c;
  private final JsonNode in;
  private final JsonNode answer;
  private final Path dir;
  private final StitchSession session;

  ManagerCase(JsonNode c, Path dir, StitchSession session) {
    this.c = c;
    this.in = c.get("inputs");
    this.answer = StitchConform.answer(c);
    this.dir = dir;
    this.session = session;
  }

  void run() throws Exception {
    session.open(new ManagerRequest(session.id(), in, dir).of(true));
    StitchSteps steps = new StitchSteps(c, dir, session);
    boolean traced =
        c.get("status").asText().equals("match")
            && !c.path("note").asText().contains("trace is informative");
    int step = 0;
    for (JsonNode op : in.get("ops")) {
      if (steps.perform(op, step)) {
        return;
      }
      JsonNode trace = c.at("/expected/trace").path(step++);
      Run run = session.status();
      if (traced && !trace.isMissingNode()) {
        StitchTolerance.same("ready", run.getReadyImageIdsList(), longs(trace.get("ready")));
        StitchTolerance.same("managed", run.getOpenImageIdsList(), longs(trace.get("managed")));
        StitchTolerance.same("seen", run.getFinalizedImageIdsList(), longs(trace.get("seen")));
      }
      for (long finalized : run.getFinalizedImageIdsList()) {
        StitchTolerance.same(
            "a finalized image is ready", run.getReadyImageIdsList().contains(finalized), false);
      }
    }
    if (answer.has("error")) {
      throw new AssertionError("no step was refused");
    }
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      if (field.getKey().startsWith("gid")) {
        JsonNode canvas = c.path("server").has("sums") ? c.get("server") : field.getValue();
        steps.checkCanvas(Long.parseLong(field.getKey().substring(3)), canvas, null);
      }
    }
  }

  private static List<Long> longs(JsonNode ids) {
    List<Long> longs = new ArrayList<>();
    ids.forEach(one -> longs.add(one.asLong()));
    return longs;
  }
}
