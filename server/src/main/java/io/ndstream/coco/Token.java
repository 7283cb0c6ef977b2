package io.ndstream.coco;

/** What a {@link JsonScanner} stands on. */
enum Token {
  START_OBJECT,
  END_OBJECT,
  START_ARRAY,
  END_ARRAY,
  FIELD_NAME,
  VALUE_STRING,
  VALUE_NUMBER_INT,
  VALUE_NUMBER_FLOAT,
  VALUE_TRUE,
  VALUE_FALSE,
  VALUE_NULL;

  boolean isStructStart() {
    return this == START_OBJECT || this == START_ARRAY;
  }

  boolean isScalarValue() {
    return ordinal() >= VALUE_STRING.ordinal();
  }
}
