package io.ndstream.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several streams of channels in one sample. The three frames are of the sensors S2, L8 and S2; all
 * have red, pan and dem.
 */
class StreamsTest {
  private static final OpenSamples OPEN = new OpenSamples();

  private final SampleLoader loader = OPEN.loader("warps");

  @AfterAll
  static void close() {
    OPEN.close();
  }

  private static TargetSpec.Builder window() {
    return TargetSpec.builder().videoId(1L).spaceSlice(List.of(Slice.of(30, 62), Slice.of(40, 88)));
  }

  private ResolvedSample resolve(TargetSpec.Builder target) {
    return loader.resolve(target.build(), AnnotationRequest.NONE);
  }

  private ByteBuffer pixels(ResolvedSample sample) {
    ByteBuffer row = ByteBuffer.allocate((int) sample.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (SampleScratch scratch = new SampleScratch()) {
      loader.readInto(sample, row, scratch, new StageTimes());
    }
    return row;
  }

  /** One channel of one frame, as doubles; the sample is THWC. */
  private double[] plane(TargetSpec.Builder target, int t, int channel) {
    ResolvedSample sample = resolve(target.dtype("float64"));
    ByteBuffer row = pixels(sample);
    int channels = sample.channels().size();
    double[] plane = new double[sample.height() * sample.width()];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = row.getDouble(Double.BYTES * ((t * plane.length + i) * channels + channel));
    }
    return plane;
  }

  @Test
  void streamsOfAllImagesAreTheirChannelsOneAfterTheOther() {
    ResolvedSample streams = resolve(window().streams("red|green,(pan,dem)"));
    ResolvedSample fused = resolve(window().channels("red|green|pan|dem"));
    assertThat(pixels(streams)).isEqualTo(pixels(fused));
    assertThat(streams.channels()).containsExactly("red", "green", "pan", "dem");
    assertThat(streams.streams()).extracting(StreamRange::start).containsExactly(0, 2, 3);
    assertThat(streams.streams()).extracting(StreamRange::stop).containsExactly(2, 3, 4);
    assertThat(streams.streams())
        .allSatisfy(range -> assertThat(range.frames()).containsExactly(0, 1, 2));
    assertThat(streams.params().requestChanspec()).isEqualTo("red|green,(pan,dem)");
    assertThat(fused.streams()).isEmpty();
  }

  @Test
  void framesOfAnotherSensorLackTheChannelsOfAStream() {
    TargetSpec.Builder target = window().streams("S2:(red|green),L8:dem,*:red");
    ResolvedSample sample = resolve(target);
    assertThat(sample.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(sample.channels()).containsExactly("red", "green", "dem", "red");
    assertThat(sample.streams().stream().map(StreamRange::frames))
        .containsExactly(List.of(0, 2), List.of(1), List.of(0, 1, 2));
    boolean[][] has = {
      {true, true, false, true}, {false, false, true, true}, {true, true, false, true}
    };
    List<String> codes = sample.channels();
    for (int t = 0; t < has.length; t++) {
      for (int c = 0; c < codes.size(); c++) {
        double[] plane = plane(target, t, c);
        if (has[t][c]) {
          assertThat(plane)
              .as("frame %d channel %d", t, c)
              .isEqualTo(plane(window().channels(codes.get(c)), t, 0));
        } else {
          assertThat(plane).as("frame %d channel %d", t, c).containsOnly(Double.NaN);
        }
      }
    }
  }

  @Test
  void anImageSampleHasStreamsToo() {
    ResolvedSample sample = resolve(TargetSpec.builder().imageId(2L).streams("L8:red|blue,S2:nir"));
    assertThat(sample.axes()).isEqualTo("HWC");
    assertThat(sample.streams().stream().map(StreamRange::frames))
        .containsExactly(List.of(0), List.of());
    ByteBuffer both = pixels(sample);
    ByteBuffer own =
        pixels(resolve(TargetSpec.builder().imageId(2L).channels("red|blue").dtype("float64")));
    for (int i = 0; i < sample.height() * sample.width(); i++) {
      assertThat(both.getDouble(24 * i + 8)).isEqualTo(own.getDouble(16 * i + 8));
      assertThat(both.getDouble(24 * i + 16)).isNaN();
    }
  }

  @Test
  void nativePartsDoNotReachIntoTheNextStream() {
    ResolvedSample sample = resolve(window().streams("red,green|blue,S2:pan").useNativeScale(true));
    List<List<String>> channels =
        sample.nativeFrames().get(1).stream().map(NativePart::channels).toList();
    assertThat(channels).containsExactly(List.of("red"), List.of("green", "blue"), List.of("pan"));
    assertThat(sample.nativeFrames().get(0).get(2).width()).isGreaterThan(1);
    assertThat(sample.nativeFrames().get(1).get(2).width()).as("of another sensor").isEqualTo(1);
  }

  /** What kwcoco's own grammar makes of these. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "r,g; *:r *:g",
        "(r|g); *:r|g",
        "S2:(red|green),L8:nir; S2:red|green L8:nir",
        "(S2,L8):(r|g); S2:r|g L8:r|g",
        "(S2,L8):a,c; S2:a L8:a *:c",
        "*:rgb,S2:(a,b|c); *:r|g|b S2:a S2:b|c",
        "S2:a.0:4; S2:a.0|a.1|a.2|a.3",
        "S2:a:3|b; S2:a.0|a.1|a.2|b",
        "a.0:2; *:a.0|a.1",
        "Sentinel-2 A:r; 'Sentinel-2 A:r'"
      })
  void specsAreReadAsKwcocoReadsThem(String spec, String want) {
    Violations violations = new Violations();
    ChannelRequest request = ChannelRequest.parseStreams(spec, violations);
    assertThat(violations.isEmpty()).isTrue();
    assertThat(
            request.streams().stream()
                .map(
                    s ->
                        (s.sensor() == null ? "*" : s.sensor()) + ":" + String.join("|", s.codes()))
                .collect(Collectors.joining(" ")))
        .isEqualTo(want);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "r,",
        "S2:",
        "S2:()",
        "S2:(a",
        "S2:a)",
        "S2:((a))",
        "S2:red|L8:nir",
        "S2:(r|g):x",
        "(S2,):r",
        "(S2):",
        "r|S2:g",
        "S2:(r)|g",
        "<all>",
        "r,<all>",
        "a::",
        "a:1:2:3:4",
        "a:65536,b"
      })
  void malformedSpecsAreRefused(String spec) {
    assertThatThrownBy(() -> resolve(window().streams(spec)))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_CHANNELS);
              assertThat(e.getMessage()).contains("target.streams");
            });
  }

  @Test
  void streamsAndChannelsExcludeEachOther() {
    assertThatThrownBy(() -> resolve(window().streams("red").channels("red")))
        .isInstanceOfSatisfying(
            LoaderException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_CHANNELS));
  }
}
