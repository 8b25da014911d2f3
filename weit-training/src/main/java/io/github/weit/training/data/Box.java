package io.github.weit.training.data;

/** A rectangle of pixels, upper bounds exclusive; empty if {@code top == bottom}. */
record Box(int top, int left, int bottom, int right) {
  static final Box EMPTY = new Box(0, 0, 0, 0);

  int area() {
    return (bottom - top) * (right - left);
  }
}
