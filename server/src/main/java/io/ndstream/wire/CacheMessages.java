package io.ndstream.wire;

import io.ndstream.raster.CacheCounts;
import io.ndstream.raster.CacheOptions;
import io.ndstream.raster.Preparation;
import io.ndstream.v1.CogFinding;
import io.ndstream.v1.CogLevel;
import io.ndstream.v1.CogReport;
import io.ndstream.v1.GetCacheResponse;
import io.ndstream.v1.PrepareDatasetProgress;
import io.ndstream.v1.PrepareDatasetResult;
import io.ndstream.v1.PrepareFailure;
import io.ndstream.v1.SampleError;
import java.util.Locale;

/** Caches, preparations and reports of TIFFs as messages. */
public final class CacheMessages {
  private CacheMessages() {}

  public static GetCacheResponse cache(CacheOptions options, CacheCounts counts) {
    return GetCacheResponse.newBuilder()
        .setBackend(options.backend().name().toLowerCase(Locale.ROOT))
        .setTileSize(options.tileSize())
        .setBudgetBytes(options.budgetBytes())
        .setBytes(counts.bytes())
        .setBuilt(counts.built())
        .setDamaged(counts.damaged())
        .setEvicted(counts.evicted())
        .build();
  }

  public static PrepareDatasetProgress progress(Preparation.Progress p) {
    return PrepareDatasetProgress.newBuilder()
        .setFiles(p.files())
        .setFilesDone(p.filesDone())
        .setBytes(p.bytes())
        .setBytesDone(p.bytesDone())
        .setMade(p.made())
        .setFailed(p.failed())
        .setBytesPerSecond(p.bytesPerSecond())
        .setNanosLeft(p.nanosLeft())
        .build();
  }

  public static PrepareDatasetResult result(Preparation preparation) {
    PrepareDatasetResult.Builder result =
        PrepareDatasetResult.newBuilder().setProgress(progress(preparation.progress()));
    preparation
        .failures()
        .forEach(
            f ->
                result.addFailures(
                    PrepareFailure.newBuilder()
                        .setFile(f.location())
                        .setError(
                            SampleError.newBuilder()
                                .setReason(f.why().reason().name())
                                .setMessage(f.why().getMessage())
                                .putAllMetadata(f.why().facts()))));
    return result.build();
  }

  public static CogReport report(io.ndstream.raster.CogReport report) {
    CogReport.Builder message =
        CogReport.newBuilder().setFile(report.file()).setValid(report.isValid());
    report
        .findings()
        .forEach(
            f ->
                message.addFindings(
                    CogFinding.newBuilder()
                        .setSeverity(f.severity().name())
                        .setCode(f.code().name())
                        .setMessage(f.message())));
    report
        .levels()
        .forEach(
            l ->
                message.addLevels(
                    CogLevel.newBuilder()
                        .setWidth(l.width())
                        .setHeight(l.height())
                        .setTileWidth(l.tileWidth())
                        .setTileHeight(l.tileHeight())
                        .setDirectoryOffset(l.directoryOffset())
                        .setDataOffset(l.dataOffset())));
    return message.build();
  }
}
