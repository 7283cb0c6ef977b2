package io.ndstream.rpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.error.Kind;
import io.ndstream.error.LoaderException;
import io.ndstream.v1.SampleError;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where domain errors become gRPC statuses. */
public final class Statuses {
  private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);
  private static final String DOMAIN = "ndstream";
  private static final int RETRY_SECONDS = 1;
  private static final Map<Kind, Code> CODES =
      Map.of(
          Kind.INVALID, Code.INVALID_ARGUMENT,
          Kind.ABSENT, Code.NOT_FOUND,
          Kind.RANGE, Code.OUT_OF_RANGE,
          Kind.CONFLICT, Code.FAILED_PRECONDITION,
          Kind.EXISTS, Code.ALREADY_EXISTS,
          Kind.DATA, Code.DATA_LOSS,
          Kind.BUSY, Code.RESOURCE_EXHAUSTED,
          Kind.UNSUPPORTED, Code.UNIMPLEMENTED,
          Kind.FORBIDDEN, Code.PERMISSION_DENIED,
          Kind.GONE, Code.UNAVAILABLE);

  private Statuses() {}

  /** What a call ends with. Anything but a {@link LoaderException} is our bug: logged once, with an id the client sees too. */
  public static StatusRuntimeException of(Throwable failure) {
    if (failure instanceof StatusRuntimeException status) {
      return status;
    }
    return StatusProto.toStatusRuntimeException(proto(failure));
  }

  /** The same as a message, for errors that travel as values. */
  public static com.google.rpc.Status proto(Throwable failure) {
    if (failure instanceof LoaderException known) {
      return known(known);
    }
    String id = UUID.randomUUID().toString();
    LOG.error("Unexpected failure, error id {}", id, failure);
    return com.google.rpc.Status.newBuilder()
        .setCode(Code.INTERNAL_VALUE)
        .setMessage("Unexpected failure of the server; its log names it by error id " + id)
        .addDetails(
            Any.pack(
                ErrorInfo.newBuilder().setReason("INTERNAL").setDomain(DOMAIN).putMetadata("error_id", id).build()))
        .build();
  }

  /** A failure that is part of an answer. */
  public static SampleError sampleError(Throwable failure) {
    com.google.rpc.Status status = proto(failure);
    SampleError.Builder error = SampleError.newBuilder().setCode(status.getCode()).setMessage(status.getMessage());
    if (failure instanceof LoaderException known) {
      error.setReason(known.reason().name()).putAllMetadata(known.facts());
    } else {
      error.setReason("INTERNAL");
    }
    return error.build();
  }

  private static com.google.rpc.Status known(LoaderException e) {
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(CODES.get(e.reason().kind()).getNumber())
            .setMessage(e.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(e.reason().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(e.facts())
                        .build()));
    if (!e.violations().isEmpty()) {
      BadRequest.Builder bad = BadRequest.newBuilder();
      e.violations()
          .forEach(
              v ->
                  bad.addFieldViolationsBuilder()
                      .setField(v.field())
                      .setDescription(v.detail())
                      .setReason(v.reason().name()));
      status.addDetails(Any.pack(bad.build()));
    }
    if (e.reason().kind() == Kind.BUSY) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(RETRY_SECONDS))
                  .build()));
    }
    return status.build();
  }
}
