package io.ndstream.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.v1.SampleError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A failed call. Branch on {@link #reason}, never on the text. */
public final class NdstreamException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final String reason;
  private final transient Map<String, String> metadata;
  private final transient List<Violation> violations;

  /**
   * One mistake of a request.
   *
   * @param field as the request calls it
   * @param detail the value, and what was expected
   */
  public record Violation(String reason, String field, String detail) {}

  NdstreamException(
      Code code,
      String reason,
      String message,
      Map<String, String> metadata,
      List<Violation> violations,
      Throwable cause) {
    super(reason.isEmpty() ? code + ": " + message : reason + ": " + message, cause);
    this.code = code;
    this.reason = reason;
    this.metadata = Map.copyOf(metadata);
    this.violations = List.copyOf(violations);
  }

  static NdstreamException local(Code code, String reason, String message) {
    return new NdstreamException(code, reason, message, Map.of(), List.of(), null);
  }

  /** An error that came as a value. */
  static NdstreamException of(SampleError error) {
    Code code = io.grpc.Status.fromCodeValue(error.getCode()).getCode();
    return new NdstreamException(
        code, error.getReason(), error.getMessage(), error.getMetadataMap(), List.of(), null);
  }

  static NdstreamException of(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<Violation> violations = new ArrayList<>();
    for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata = info.getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          for (BadRequest.FieldViolation v :
              detail.unpack(BadRequest.class).getFieldViolationsList()) {
            violations.add(new Violation(v.getReason(), v.getField(), v.getDescription()));
          }
        }
      } catch (InvalidProtocolBufferException e) {
        failure.addSuppressed(e);
      }
    }
    String text = Objects.toString(failure.getStatus().getDescription(), "");
    if (reason.equals("UNKNOWN_METHOD")) {
      metadata = new HashMap<>(metadata);
      metadata.put("client_version", version());
      text += " (client_version: " + version() + ")";
    }
    return new NdstreamException(
        failure.getStatus().getCode(), reason, text, metadata, violations, failure);
  }

  /** Of this client, as the jar's manifest says. */
  private static String version() {
    String version = NdstreamException.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  public Code code() {
    return code;
  }

  /**
   * A name of the server's closed list, such as {@code UNKNOWN_IMAGE}; empty if the failure is not
   * the server's.
   */
  public String reason() {
    return reason;
  }

  /** The facts, by name. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Every mistake of the request; empty if the failure is of another sort. */
  public List<Violation> violations() {
    return violations;
  }

  /** Whether the same call may succeed later. */
  public boolean retryable() {
    return code == Code.UNAVAILABLE || code == Code.RESOURCE_EXHAUSTED;
  }
}
