package io.github.weit.models;

import java.util.Arrays;
import java.util.Map;

/**
 * A vision transformer for one image, written from the papers (arXiv 2010.11929, 1706.03762) as
 * loops over double arrays, and sharing nothing with the engine's. It counts the multiplications of
 * its matrix products as it makes them.
 */
final class NaiveVit {

  private static final double EPSILON = 1e-6;

  private final Vit vit;
  private final Size size;
  private final Map<String, double[]> weights;
  private long macs;

  /** Weights are row-major, under timm's parameter paths. */
  NaiveVit(Vit vit, Size size, Map<String, double[]> weights) {
    this.vit = vit;
    this.size = size;
    this.weights = weights;
  }

  /** Multiply-accumulate operations of everything computed so far. */
  long macs() {
    return macs;
  }

  /** Logits of one image {@code (channels, height, width)}, row-major. */
  double[] logits(double[] image) {
    double[][] x = embed(image);
    for (int layer = 0; layer < size.depth(); layer++) {
      String block = "blocks." + layer + ".";
      add(x, attention(eachNormed(x, block + "norm1"), block + "attn."));
      double[][] hidden = eachDense(eachNormed(x, block + "norm2"), block + "mlp.fc1");
      for (double[] token : hidden) {
        Arrays.setAll(token, i -> gelu(token[i]));
      }
      add(x, eachDense(hidden, block + "mlp.fc2"));
    }
    double[] pooled;
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      pooled = normed(x[0], "norm");
    } else {
      double[] mean = new double[size.width()];
      for (double[] token : x) {
        Arrays.setAll(mean, i -> mean[i] + token[i] / x.length);
      }
      pooled = normed(mean, "fc_norm");
    }
    return dense(pooled, "head");
  }

  private double[][] embed(double[] image) {
    int side = vit.imageSize() / vit.patch();
    int first = vit.pooling() == Vit.Pooling.CLASS_TOKEN ? 1 : 0;
    double[][] x = new double[side * side + first][];
    if (first == 1) {
      x[0] = weights.get("cls_token").clone();
    }
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        x[first + row * side + column] = dense(patch(image, row, column), "patch_embed.proj");
      }
    }
    double[] positions = weights.get("pos_embed");
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < size.width(); i++) {
        x[token][i] += positions[token * size.width() + i];
      }
    }
    return x;
  }

  /** A patch's pixels in the order of a kernel's: channel, row, column. */
  private double[] patch(double[] image, int row, int column) {
    int p = vit.patch();
    int n = vit.imageSize();
    double[] pixels = new double[vit.channels() * p * p];
    int next = 0;
    for (int channel = 0; channel < vit.channels(); channel++) {
      for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++) {
          pixels[next++] = image[(channel * n + row * p + i) * n + column * p + j];
        }
      }
    }
    return pixels;
  }

  private double[][] attention(double[][] x, String path) {
    int width = size.width();
    int d = vit.headSize();
    double[][] qkv = eachDense(x, path + "qkv"); // q of all heads, then k, then v
    double[][] mixed = new double[x.length][width];
    for (int head = 0; head < width / d; head++) {
      for (int from = 0; from < x.length; from++) {
        double[] scores = new double[x.length];
        for (int to = 0; to < x.length; to++) {
          for (int i = 0; i < d; i++) {
            scores[to] += qkv[from][head * d + i] * qkv[to][width + head * d + i];
            macs++;
          }
          scores[to] /= Math.sqrt(d);
        }
        double[] shares = softmax(scores);
        for (int to = 0; to < x.length; to++) {
          for (int i = 0; i < d; i++) {
            mixed[from][head * d + i] += shares[to] * qkv[to][2 * width + head * d + i];
            macs++;
          }
        }
      }
    }
    return eachDense(mixed, path + "proj");
  }

  private double[][] eachDense(double[][] x, String path) {
    return Arrays.stream(x).map(token -> dense(token, path)).toArray(double[][]::new);
  }

  private double[][] eachNormed(double[][] x, String path) {
    return Arrays.stream(x).map(token -> normed(token, path)).toArray(double[][]::new);
  }

  private double[] dense(double[] x, String path) {
    double[] y = weights.get(path + ".bias").clone();
    double[] w = weights.get(path + ".weight");
    for (int out = 0; out < y.length; out++) {
      for (int in = 0; in < x.length; in++) {
        y[out] += w[out * x.length + in] * x[in];
        macs++;
      }
    }
    return y;
  }

  private double[] normed(double[] x, String path) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] gain = weights.get(path + ".weight");
    double[] bias = weights.get(path + ".bias");
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> (x[i] - mean) / Math.sqrt(variance + EPSILON) * gain[i] + bias[i]);
    return y;
  }

  private static double[] softmax(double[] scores) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double[] shares = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private static void add(double[][] x, double[][] branch) {
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < x[token].length; i++) {
        x[token][i] += branch[token][i];
      }
    }
  }

  /** x Phi(x), Phi by the series whose terms are all positive, so that nothing cancels. */
  static double gelu(double x) {
    if (Math.abs(x) > 12) {
      return Math.max(x, 0);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 300; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return x * (0.5 + Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum);
  }
}
