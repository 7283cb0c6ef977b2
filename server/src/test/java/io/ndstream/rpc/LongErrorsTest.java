package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.Oracle;
import io.ndstream.v1.Ids;
import io.ndstream.v1.LoadSampleRequest;
import io.ndstream.v1.SampleServiceGrpc;
import io.ndstream.v1.Target;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However long a mistake is, its reason arrives: trailers of more than 8 KiB would be refused by
 * clients.
 */
class LongErrorsTest {
  @TempDir Path directory;
  private RunningServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    server = new RunningServer(directory, 1, 4 << 20, Oracle.manifest("vidshapes2"));
    channel = server.connect();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.close();
  }

  private void refused(Target.Builder target, Consumer<Status> check) {
    LoadSampleRequest request = LoadSampleRequest.newBuilder().setTarget(target).build();
    assertThatThrownBy(() -> SampleServiceGrpc.newBlockingStub(channel).loadSample(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> check.accept(StatusProto.fromThrowable(e)));
  }

  private static <T extends com.google.protobuf.Message> T detail(Status status, Class<T> type) {
    return status.getDetailsList().stream()
        .filter(any -> any.is(type))
        .findFirst()
        .map(
            any -> {
              try {
                return any.unpack(type);
              } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            })
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "%", "\u00e9", "\ud83d\udef0"})
  void aLongTextIsCut(String letter) {
    refused(
        Target.newBuilder().setImageId(1).setChannels(letter.repeat(50_000) + ","),
        status -> {
          assertThat(detail(status, ErrorInfo.class).getReason()).isEqualTo("BAD_CHANNELS");
          assertThat(status.getMessage()).contains(letter.repeat(20)).endsWith("\u2026");
        });
  }

  @Test
  void ofManyMistakesTheFirstAreNamedAndAllCounted() {
    Ids.Builder ids = Ids.newBuilder();
    LongStream.range(1000, 6000).forEach(ids::addIds);
    refused(
        Target.newBuilder().setImageIds(ids),
        status -> {
          assertThat(detail(status, ErrorInfo.class).getReason()).isEqualTo("UNKNOWN_IMAGE");
          assertThat(detail(status, ErrorInfo.class).getMetadataMap())
              .containsEntry("violations", "5000");
          BadRequest bad = detail(status, BadRequest.class);
          assertThat(bad.getFieldViolationsCount()).isGreaterThan(4);
          assertThat(bad.getFieldViolations(4).getField()).isEqualTo("target.image_ids[4]");
        });
  }

  @Test
  void aFewMistakesArriveWhole() {
    refused(
        Target.newBuilder().setImageIds(Ids.newBuilder().addIds(77).addIds(78)),
        status -> {
          assertThat(detail(status, BadRequest.class).getFieldViolationsCount()).isEqualTo(2);
          assertThat(detail(status, ErrorInfo.class).getMetadataMap())
              .doesNotContainKey("violations");
          assertThat(status.getMessage()).doesNotContain("\u2026");
        });
  }
}
