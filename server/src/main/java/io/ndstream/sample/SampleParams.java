package io.ndstream.sample;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.List;

/**
 * Where a sample lies. The canvas is the image, or for a video sample the video.
 *
 * @param window the padded window on the canvas
 * @param canvasFromSample maps sample coordinates to the canvas (the first frame's)
 * @param dataDims (H, W), or (T, H, W) of the video; empty for several loose images
 * @param spaceDims (H, W) of the canvas; empty for several loose images
 * @param pad as asked for, one entry an axis; null if none was given
 * @param requestChanspec the request after inference; null for image samples, and where no file
 *     names its channels
 * @param sampleFromCanvas video samples: for every frame the map from the canvas to the sample;
 *     empty for native scale
 */
public record SampleParams(
    Window window,
    Affine canvasFromSample,
    List<Long> dataDims,
    List<Long> spaceDims,
    Pad pad,
    String requestChanspec,
    List<Affine> sampleFromCanvas) {
  public SampleParams {
    dataDims = List.copyOf(dataDims);
    spaceDims = List.copyOf(spaceDims);
    sampleFromCanvas = List.copyOf(sampleFromCanvas);
  }
}
