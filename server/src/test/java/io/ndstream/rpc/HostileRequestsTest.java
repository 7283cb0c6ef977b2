package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.ndstream.Oracle;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.StitchServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent to any method, the answer is a result or a reason, soon, and nothing is kept.
 */
class HostileRequestsTest {
  private static final int TRIES = 40;
  private static final int MESSAGES_READ = 5;

  /** A fault of ours, a hang, or a server that is gone. */
  private static final Set<Status.Code> FAULTS =
      EnumSet.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNAVAILABLE,
          Status.Code.CANCELLED);

  @TempDir Path directory;

  @Test
  void everyMethodAnswersOrSaysWhyNot() throws Exception {
    Path manifest =
        copy(Oracle.manifest("vidshapes2").getParent(), directory.resolve("data"))
            .resolve("data.kwcoco.json");
    RunningServer server = new RunningServer(directory, 2, 4 << 20, manifest);
    ManagedChannel channel = server.connect();
    for (MethodDescriptor<?, ?> method : methods(server)) {
      for (int seed = 0; seed < TRIES; seed++) {
        send(channel, method, seed);
      }
    }
    channel.shutdownNow().awaitTermination(60, TimeUnit.SECONDS);
    Eventually.assertHolds("no bytes kept", () -> server.budget.used() == 0);
    Eventually.assertHolds("no handles lent", () -> server.handles.lentHandles() == 0);
    server.close();
  }

  @Test
  void numbersThatAnEnumDoesNotHaveAreRefused() throws Exception {
    RunningServer server = new RunningServer(directory, 1, 4 << 20, Oracle.manifest("vidshapes2"));
    ManagedChannel channel = server.connect();
    OpenRunRequest plain = OpenRunRequest.newBuilder().setChannels("a").build();
    List<OpenRunRequest> requests =
        List.of(
            plain.toBuilder().setSpaceValue(99).build(),
            plain.toBuilder().setNanPolicyValue(-1).build(),
            plain.toBuilder().setPlacementValue(99).build(),
            plain.toBuilder().setOutput(OutputOptions.newBuilder().setIfExistsValue(99)).build());
    for (OpenRunRequest request : requests) {
      assertThatThrownBy(() -> StitchServiceGrpc.newBlockingStub(channel).openRun(request))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e.getStatus().getCode())
                      .as("%s", request)
                      .isEqualTo(Status.Code.INVALID_ARGUMENT));
    }
    channel.shutdownNow();
    server.close();
  }

  /** Methods that take one request: the others are conversations. */
  private static List<MethodDescriptor<?, ?>> methods(RunningServer server) {
    return server.services.all().stream()
        .flatMap(service -> service.bindService().getMethods().stream())
        .<MethodDescriptor<?, ?>>map(ServerMethodDefinition::getMethodDescriptor)
        .filter(method -> method.getType().clientSendsOneMessage())
        .toList();
  }

  private static <Q> void send(ManagedChannel channel, MethodDescriptor<Q, ?> method, int seed) {
    PrototypeMarshaller<Q> marshaller = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
    Message request = new RandomMessages(seed).like((Message) marshaller.getMessagePrototype());
    MethodDescriptor<Q, byte[]> raw =
        method.toBuilder(method.getRequestMarshaller(), new Bytes()).build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
    Class<? extends Q> type =
        marshaller.getMessagePrototype().getClass().asSubclass(marshaller.getMessageClass());
    try {
      Iterator<byte[]> answers =
          ClientCalls.blockingServerStreamingCall(channel, raw, options, type.cast(request));
      for (int i = 0; i < MESSAGES_READ && answers.hasNext(); i++) {
        answers.next();
      }
    } catch (StatusRuntimeException e) {
      assertThat(FAULTS)
          .as("%s, seed %d: %s: %s", method.getFullMethodName(), seed, e, request)
          .doesNotContain(e.getStatus().getCode());
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  /** Answers are not looked into. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
