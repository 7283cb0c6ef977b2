package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.ndstream.v1.GetServerInfoRequest;
import io.ndstream.v1.GetServerInfoResponse;
import io.ndstream.v1.ServerServiceGrpc;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownMethodsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"ndstream.v1.ServerService/Later, UNARY", "ndstream.v2.Any/Thing, SERVER_STREAMING"})
  void aCallNamesTheServersVersionAndTheRemedy(String name, MethodType type) throws Exception {
    MethodDescriptor<GetServerInfoRequest, GetServerInfoResponse> method =
        ServerServiceGrpc.getGetServerInfoMethod().toBuilder()
            .setFullMethodName(name)
            .setType(type)
            .build();
    try (RunningServer server = new RunningServer(directory, 1, 1 << 20)) {
      ManagedChannel channel = server.connect();
      StatusRuntimeException refused = refused(channel, method);
      channel.shutdownNow();
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      ErrorInfo info = StatusProto.fromThrowable(refused).getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getReason()).isEqualTo("UNKNOWN_METHOD");
      assertThat(info.getMetadataMap())
          .containsEntry("method", name)
          .containsEntry("server_version", "test")
          .containsKey("remedy");
    }
  }

  private static <A> StatusRuntimeException refused(
      ManagedChannel channel, MethodDescriptor<GetServerInfoRequest, A> method) {
    try {
      ClientCalls.blockingServerStreamingCall(
              channel, method, CallOptions.DEFAULT, GetServerInfoRequest.getDefaultInstance())
          .forEachRemaining(answer -> {});
      throw new AssertionError("answered");
    } catch (StatusRuntimeException e) {
      return e;
    }
  }
}
