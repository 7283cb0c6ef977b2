package io.ndstream.app;

import static io.ndstream.error.Checks.require;

import io.ndstream.batch.BatchOptions;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.error.Reason;
import io.ndstream.raster.CacheOptions;
import io.ndstream.rpc.RpcOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything {@code ndstream serve} can be told.
 *
 * @param datasets manifests as written: FILE, NAME=FILE or toy:KEY
 * @param tileCacheBytes decoded tiles shared by all streams
 * @param stitchBytes canvas tiles in memory, over all stitching runs
 * @param handles files kept open
 * @param http where metrics and checks are served, or null
 * @param sharedMemory directory of a file system in memory, for batches to clients on this machine,
 *     or null
 * @param frameCache frames kept on disk
 * @param allowPaths directories whose files manifests may name
 * @param allowRemotes beginnings of remote names manifests may use
 * @param lenient leave out faulty rows
 * @param pixelIdentity what fingerprints are made of, beside the manifests
 */
record ServerOptions(
    List<String> datasets,
    RpcOptions rpc,
    BatchOptions batches,
    long tileCacheBytes,
    long stitchBytes,
    int handles,
    InetSocketAddress http,
    Path sharedMemory,
    Path workdir,
    CacheOptions frameCache,
    List<String> allowPaths,
    List<String> allowRemotes,
    boolean lenient,
    PixelIdentity pixelIdentity) {
  ServerOptions {
    datasets = List.copyOf(datasets);
    allowPaths = List.copyOf(allowPaths);
    allowRemotes = List.copyOf(allowRemotes);
    require(handles > 0, Reason.BAD_ARGUMENT, "handles", handles, "> 0");
    long heap = Runtime.getRuntime().maxMemory();
    long wanted = batches.budgetBytes() + tileCacheBytes + stitchBytes;
    require(
        wanted <= heap / 10 * 8,
        Reason.BAD_ARGUMENT,
        "memory-budget + tile-cache + stitch-memory",
        wanted + " bytes",
        "at most 80 % of the Java heap of "
            + heap
            + " bytes; set NDSTREAM_JAVA_OPTS=-Xmx… for a larger heap");
  }
}
