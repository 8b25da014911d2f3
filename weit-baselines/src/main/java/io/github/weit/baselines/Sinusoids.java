package io.github.weit.baselines;

import io.github.weit.models.Vit;

/**
 * A position embedding of sinusoids in two dimensions: with patch (row y, column x), width D and
 * frequencies f_i = 10000^(-i / (D/4 - 1)), i from 0 to D/4 - 1, the features are
 *
 * <pre>  sin(x f), cos(x f), sin(y f), cos(y f)</pre>
 *
 * <p>a quarter of D each. Source: "Better plain ViT baselines for ImageNet-1k" (arXiv 2205.01580),
 * for two dimensions, of "Attention Is All You Need" (arXiv 1706.03762).
 */
final class Sinusoids {

  private static final double TEMPERATURE = 10_000;

  private Sinusoids() {}

  /** {@code (tokens, D)} row-major; a class token comes first and has zeros. */
  static double[] of(Vit vit, int width) {
    int side = vit.imageSize() / vit.patch();
    int first = vit.tokens() - side * side;
    double[] values = new double[vit.tokens() * width];
    for (int patch = 0; patch < side * side; patch++) {
      int from = (first + patch) * width;
      write(values, from, width, patch % side);
      write(values, from + width / 2, width, patch / side);
    }
    return values;
  }

  private static void write(double[] values, int from, int width, int position) {
    int quarter = width / 4;
    for (int i = 0; i < quarter; i++) {
      double frequency = Math.pow(TEMPERATURE, -i / Math.max(1.0, quarter - 1.0));
      values[from + i] = Math.sin(position * frequency);
      values[from + quarter + i] = Math.cos(position * frequency);
    }
  }
}
