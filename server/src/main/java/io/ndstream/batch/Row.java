package io.ndstream.batch;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.error.LoaderException;
import io.ndstream.pixels.StageTimes;
import io.ndstream.sample.ResolvedSample;

/**
 * One sample of a batch.
 *
 * @param sampleId position in the plan's selection
 * @param sample null if it is a hole
 * @param offset where its pixels start in the slot
 * @param hole why it could not be read, or null
 */
public record Row(
    int sampleId,
    ResolvedSample sample,
    int offset,
    AnnotationColumns annotations,
    LoaderException hole,
    StageTimes times) {}
