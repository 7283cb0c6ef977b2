package io.ndstream.error;

/**
 * What sort of trouble a {@link Reason} is. The rpc package alone maps kinds to gRPC status codes.
 */
public enum Kind {
  /** The caller's request is wrong, whatever the state of the server: INVALID_ARGUMENT. */
  INVALID,
  /** The named thing does not exist: NOT_FOUND. */
  ABSENT,
  /** An index or position past the end: OUT_OF_RANGE. */
  RANGE,
  /** The request does not fit the present state: FAILED_PRECONDITION. */
  CONFLICT,
  /** The thing to be made exists already: ALREADY_EXISTS. */
  EXISTS,
  /** Stored data cannot be read or is damaged: DATA_LOSS. */
  DATA,
  /** A limit is reached; trying again later, or with less, may work: RESOURCE_EXHAUSTED. */
  BUSY,
  /** The request is understood and deliberately not offered: UNIMPLEMENTED. */
  UNSUPPORTED,
  /** Not allowed by the operator's settings: PERMISSION_DENIED. */
  FORBIDDEN,
  /** The server is going down: UNAVAILABLE. */
  GONE
}
