package io.ndstream.rpc;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.v1.ServerServiceGrpc;

/**
 * Answers calls of methods that this server does not have: a client of a later version makes them.
 * gRPC's own answer would not say whose fault it is.
 */
final class UnknownMethods extends HandlerRegistry {
  private final String version;

  UnknownMethods(String version) {
    this.version = version;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
    return ServerMethodDefinition.create(
        ServerServiceGrpc.getGetServerInfoMethod().toBuilder() // no message of the call is read
            .setFullMethodName(name)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build(),
        (call, headers) -> refuse(call, name));
  }

  private <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, String method) {
    StatusRuntimeException refusal =
        Statuses.of(
            LoaderException.of(
                Reason.UNKNOWN_METHOD,
                "method",
                method,
                "server_version",
                version,
                "remedy",
                "a server of the client's version, or a client of the server's"));
    Metadata details = refusal.getTrailers();
    call.close(refusal.getStatus(), details == null ? new Metadata() : details);
    return new ServerCall.Listener<>() {};
  }
}
