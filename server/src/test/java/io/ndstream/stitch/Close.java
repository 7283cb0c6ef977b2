package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Compares as a recorded case allows: NaN equals NaN, infinity itself. */
record Close(double rtol, double atol) {
  static Close of(JsonNode c) {
    return new Close(c.at("/tol/rtol").asDouble(), c.at("/tol/atol").asDouble());
  }

  void assertClose(String what, double[] found, double[] wanted) {
    assertThat(found).as(what).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.length; i++) {
      boolean same = Double.compare(found[i], wanted[i]) == 0 || found[i] == wanted[i];
      assertThat(same || Math.abs(found[i] - wanted[i]) <= atol + rtol * Math.abs(wanted[i]))
          .as("%s[%d]: %s, wanted %s", what, i, found[i], wanted[i])
          .isTrue();
    }
  }
}
