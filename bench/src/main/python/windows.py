"""Random 256 x 256 windows of a raster through GDAL's Python binding or rasterio, for `bench frames`.

windows.py FILE CACHE_MIB SECONDS WARM prints windows per second of one thread, or nothing if neither can be imported.
"""

import random
import sys
import time

SIDE = 256


def opener(path, cache_mib):
    try:
        from osgeo import gdal

        gdal.SetCacheMax(cache_mib << 20)
        dataset = gdal.Open(path)
        read = lambda x, y, w, h: dataset.ReadAsArray(x, y, w, h)
        return dataset.RasterXSize, dataset.RasterYSize, read
    except ImportError:
        pass
    try:
        import rasterio
        from rasterio.windows import Window

        environment = rasterio.Env(GDAL_CACHEMAX=cache_mib << 20)
        environment.__enter__()
        dataset = rasterio.open(path)
        read = lambda x, y, w, h: dataset.read(window=Window(x, y, w, h))
        return dataset.width, dataset.height, read
    except ImportError:
        return None


def main(path, cache_mib, seconds, warm):
    opened = opener(path, cache_mib)
    if opened is None:
        return
    width, height, read = opened
    if warm:
        for y in range(0, height - SIDE + 1, SIDE):
            read(0, y, width, SIDE)
    pick = random.Random(17)
    start = time.perf_counter()
    count = 0
    while time.perf_counter() - start < seconds:
        read(pick.randrange(width - SIDE + 1), pick.randrange(height - SIDE + 1), SIDE, SIDE)
        count += 1
    print(count / (time.perf_counter() - start))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4] == "1")
