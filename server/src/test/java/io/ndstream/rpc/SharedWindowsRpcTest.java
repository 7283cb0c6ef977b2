package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.ndstream.toy.ToyDatasets;
import io.ndstream.v1.AccumulateRequest;
import io.ndstream.v1.AccumulateResponse;
import io.ndstream.v1.DType;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.ReadCanvasRequest;
import io.ndstream.v1.SharedElements;
import io.ndstream.v1.StitchServiceGrpc;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowSegment;
import io.ndstream.v1.WindowState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions in shared memory: they count as those in messages, and nothing is left of them. */
class SharedWindowsRpcTest {
  private static final int SIDE = 16;
  private static final int BYTES = 4 * SIDE * SIDE;
  private static final long BUDGET = 8 << 20;

  @TempDir private Path directory;
  private RunningServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    Path manifest = ToyDatasets.materialise("vidshapes1-frames2-gsize64", directory);
    server = new RunningServer(directory, 1, BUDGET, manifest);
    channel = server.connect();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Eventually.assertHolds("no bytes claimed", () -> server.budget.used() == 0);
    Eventually.assertHolds("no bytes of segments", () -> server.segments.bytes() == 0);
    Eventually.assertHolds("no files", () -> segments() == 0);
    channel.shutdownNow();
    server.close();
    assertThat(server.segments.path()).doesNotExist();
  }

  /** Files of the server's directory beside its lock. */
  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(server.segments.path())) {
      return files.count() - 1;
    }
  }

  private void open(String run) {
    StitchServiceGrpc.newBlockingStub(channel)
        .openRun(
            OpenRunRequest.newBuilder()
                .setRun(run)
                .setChannels(run)
                .setSpace(StitchSpace.STITCH_SPACE_IMAGE)
                .build());
  }

  private Tensor canvas(String run) {
    return StitchServiceGrpc.newBlockingStub(channel)
        .readCanvas(ReadCanvasRequest.newBuilder().setRun(run).setImageId(1).build())
        .getAverage();
  }

  /** One stream of windows; every message waits for its answer. */
  private final class Sender implements StreamObserver<AccumulateResponse>, AutoCloseable {
    private final BlockingQueue<AccumulateResponse> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<AccumulateRequest> to;
    private final String run;

    Sender(String run) {
      this(channel, run);
    }

    Sender(ManagedChannel over, String run) {
      this.run = run;
      this.to = StitchServiceGrpc.newStub(over).accumulate(this);
    }

    AccumulateResponse send(AccumulateRequest.Builder request) throws InterruptedException {
      to.onNext(request.setRun(run).build());
      AccumulateResponse answer = answers.poll(60, TimeUnit.SECONDS);
      assertThat(answer).as("answer to %s", request).isNotNull();
      return answer;
    }

    WindowAck send(StitchWindow.Builder window) throws InterruptedException {
      return send(AccumulateRequest.newBuilder().addWindows(window)).getAcks(0);
    }

    WindowSegment ask(long bytes) throws InterruptedException {
      AccumulateResponse answer = send(AccumulateRequest.newBuilder().setSegmentBytes(bytes));
      return answer.hasSegment() ? answer.getSegment() : null;
    }

    @Override
    public void onNext(AccumulateResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}

    @Override
    public void close() {
      to.onCompleted();
    }
  }

  private static byte[] pixels(int seed) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.putFloat((float) Math.sin(seed * 1000 + i));
    }
    return bytes.array();
  }

  private static void write(WindowSegment segment, long offset, byte[] bytes) {
    try (FileChannel file = FileChannel.open(path(segment), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes), offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(WindowSegment segment) {
    return Path.of(segment.getDirectory(), segment.getName());
  }

  /** A window without its pixels; the next overlaps the one before by half. */
  private static StitchWindow.Builder window(int i) {
    int left = SIDE / 2 * (i % 4);
    StitchWindow.Builder window = StitchWindow.newBuilder().setImageId(1).setWindowId("w" + i);
    window.getBoxBuilder().setLeft(left).setRight(left + SIDE).setBottom(SIDE);
    return window;
  }

  private static Tensor.Builder tensor() {
    return Tensor.newBuilder()
        .setDtype(DType.DTYPE_FLOAT32)
        .addAllShape(List.of((long) SIDE, (long) SIDE));
  }

  private static StitchWindow.Builder inMessage(int i) {
    return window(i).setPixels(tensor().setData(ByteString.copyFrom(pixels(i))));
  }

  private static Tensor.Builder at(String segment, long offset, long length) {
    return tensor()
        .setShared(
            SharedElements.newBuilder().setSegment(segment).setOffset(offset).setLength(length));
  }

  private static StitchWindow.Builder inSegment(int i, WindowSegment segment, long offset) {
    write(segment, offset, pixels(i));
    return window(i).setPixels(at(segment.getName(), offset, BYTES));
  }

  @Test
  void bothWaysGiveTheSameCanvas() throws Exception {
    open("sent");
    open("shared");
    try (Sender sent = new Sender("sent");
        Sender shared = new Sender("shared")) {
      WindowSegment segment = shared.ask(3 * BYTES);
      assertThat(segment.getLength()).isGreaterThanOrEqualTo(3 * BYTES);
      for (int i = 0; i < 6; i++) {
        assertThat(shared.send(inSegment(i, segment, i % 3 * BYTES)))
            .isEqualTo(sent.send(inMessage(i)));
      }
      byte[] weights = pixels(7);
      for (int i = 3; i < weights.length; i += 4) {
        weights[i] &= 0x7f; // no signs
      }
      write(segment, 2 * BYTES, weights);
      assertThat(
              shared.send(
                  inSegment(8, segment, 0).setWeights(at(segment.getName(), 2 * BYTES, BYTES))))
          .isEqualTo(
              sent.send(inMessage(8).setWeights(tensor().setData(ByteString.copyFrom(weights)))));
    }
    assertThat(canvas("shared")).isEqualTo(canvas("sent"));
  }

  @Test
  void oneMessageNamesManyPlacesAndSomeOfItsWindowsComeWithTheirPixels() throws Exception {
    open("sent");
    open("mixed");
    try (Sender sent = new Sender("sent");
        Sender mixed = new Sender("mixed")) {
      WindowSegment segment = mixed.ask(8 * BYTES);
      AccumulateRequest.Builder request = AccumulateRequest.newBuilder();
      for (int i = 0; i < 7; i++) {
        sent.send(inMessage(i));
        int unaligned = (6 - i) * BYTES + 3;
        request.addWindows(i % 3 == 1 ? inMessage(i) : inSegment(i, segment, unaligned));
      }
      assertThat(mixed.send(request).getAcksList())
          .hasSize(7)
          .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_ACCEPTED);
    }
    assertThat(canvas("mixed")).isEqualTo(canvas("sent"));
  }

  @Test
  void whatIsWrittenAfterTheAnswerChangesNothing() throws Exception {
    open("run");
    try (Sender sender = new Sender("run")) {
      WindowSegment segment = sender.ask(BYTES);
      sender.send(inSegment(0, segment, 0));
      Tensor before = canvas("run");
      write(segment, 0, pixels(1));
      assertThat(canvas("run")).isEqualTo(before);
    }
  }

  @Test
  void placesThatAreNoneAreRefusedAndLeaveTheOthersAlone() throws Exception {
    open("run");
    open("other");
    try (Sender sender = new Sender("run");
        Sender other = new Sender("other")) {
      WindowSegment segment = sender.ask(BYTES);
      WindowSegment foreign = other.ask(BYTES);
      String own = segment.getName();
      long length = segment.getLength();
      List<Tensor.Builder> wrong =
          List.of(
              at(own, -1, BYTES),
              at(own, length - BYTES + 1, BYTES),
              at(own, Long.MAX_VALUE, BYTES),
              at(own, Long.MAX_VALUE - BYTES, BYTES),
              at(own, 0, Long.MAX_VALUE),
              at(own, Long.MIN_VALUE, Long.MIN_VALUE),
              at(own, 0, -BYTES),
              at(foreign.getName(), 0, BYTES),
              at("../" + server.segments.path().getFileName() + "/" + own, 0, BYTES),
              at("lock", 0, 0),
              at("", 0, BYTES));
      for (Tensor.Builder place : wrong) {
        AccumulateResponse answer =
            sender.send(
                AccumulateRequest.newBuilder()
                    .addWindows(window(1).setPixels(place))
                    .addWindows(inSegment(2, segment, 0)));
        assertThat(answer.getAcks(0).getError().getReason())
            .as("%s", place)
            .isEqualTo("BAD_ARGUMENT");
        assertThat(answer.getAcks(1).getState())
            .as("%s", place)
            .isNotEqualTo(WindowState.WINDOW_STATE_REFUSED);
      }
      assertThat(sender.send(window(3).setPixels(at(own, 0, BYTES - 4))).getError().getReason())
          .isEqualTo("BAD_SHAPE");
    }
  }

  @Test
  void aFileThatIsCutOffIsNoticed() throws Exception {
    open("run");
    try (Sender sender = new Sender("run")) {
      WindowSegment segment = sender.ask(64 * BYTES);
      try (FileChannel file = FileChannel.open(path(segment), StandardOpenOption.WRITE)) {
        file.truncate(BYTES + 10);
      }
      AccumulateResponse answer =
          sender.send(
              AccumulateRequest.newBuilder()
                  .addWindows(window(0).setPixels(at(segment.getName(), BYTES, BYTES)))
                  .addWindows(window(1).setPixels(at(segment.getName(), 0, BYTES)))
                  .addWindows(window(2).setPixels(at(segment.getName(), 40 * BYTES, BYTES))));
      assertThat(answer.getAcks(0).getError().getReason()).isEqualTo("BAD_ARGUMENT");
      assertThat(answer.getAcks(1).getState()).isEqualTo(WindowState.WINDOW_STATE_ACCEPTED);
      assertThat(answer.getAcks(2).getError().getReason()).isEqualTo("BAD_ARGUMENT");
      Files.delete(path(segment));
      assertThat(sender.send(window(3).setPixels(at(segment.getName(), 0, BYTES))).getState())
          .as("the name is for the client alone")
          .isEqualTo(WindowState.WINDOW_STATE_ACCEPTED);
    }
  }

  @Test
  void aLargerSegmentTakesThePlaceOfTheOneBefore() throws Exception {
    open("run");
    try (Sender sender = new Sender("run")) {
      WindowSegment small = sender.ask(1);
      WindowSegment large = sender.ask(2 * BYTES + 5000);
      assertThat(path(small)).doesNotExist();
      assertThat(Files.size(path(large))).isEqualTo(large.getLength());
      assertThat(segments()).isEqualTo(1);
      assertThat(sender.send(inSegment(0, large, 2 * BYTES)).getState())
          .isEqualTo(WindowState.WINDOW_STATE_ACCEPTED);
      assertThat(sender.send(window(1).setPixels(at(small.getName(), 0, 0))).getError().getReason())
          .isEqualTo("BAD_ARGUMENT");
      assertThat(sender.ask(Long.MAX_VALUE).getLength())
          .as("at most the look-ahead")
          .isEqualTo(BUDGET / 4);
    }
  }

  @Test
  void whereTheBudgetIsUsedUpThereIsNone() throws Exception {
    open("run");
    try (var all = server.budget.tryAcquire(BUDGET - 10_000);
        Sender sender = new Sender("run")) {
      assertThat(all).isNotNull();
      assertThat(sender.ask(BYTES)).as("file and copy").isNotNull();
      assertThat(sender.ask(8192)).isNull();
      assertThat(segments()).isZero();
      assertThat(sender.send(inMessage(0)).getState()).isEqualTo(WindowState.WINDOW_STATE_ACCEPTED);
      assertThat(sender.send(window(1).setPixels(at("anything", 0, BYTES))).getError().getReason())
          .isEqualTo("BAD_ARGUMENT");
    }
  }

  @Test
  void clientsThatVanishLeaveNothing() throws Exception {
    open("run");
    for (int i = 0; i < 100; i++) {
      ManagedChannel doomed = i % 2 == 0 ? server.connect() : server.connectOverTcp();
      Sender sender = new Sender(doomed, "run");
      WindowSegment segment = sender.ask(64 << 10);
      assertThat(segment).isNotNull();
      write(segment, 0, pixels(i));
      sender.to.onNext(
          AccumulateRequest.newBuilder()
              .setRun("run")
              .addWindows(window(i).setPixels(at(segment.getName(), 0, BYTES)))
              .build());
      doomed.shutdownNow();
      assertThat(doomed.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
