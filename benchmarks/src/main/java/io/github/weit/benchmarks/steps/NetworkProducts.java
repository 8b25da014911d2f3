package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.models.Vit;
import java.util.List;

/** Which products a network's step consists of. */
final class NetworkProducts {

  private final Arm arm;
  private final Products products;

  private NetworkProducts(Arm arm, Products products) {
    this.arm = arm;
    this.products = products;
  }

  /** Every product of an arm's network, or those that are read, in the order of a forward pass. */
  static List<Product> of(Arm arm, NDManager manager, Seed seed) {
    NetworkProducts network =
        new NetworkProducts(arm, new Products(manager, arm.precision(), seed));
    switch (arm.network()) {
      case VIT -> network.vit((Vit) arm.family());
      case RESNET18, RESNET20 -> network.resNet();
    }
    return network.products.list();
  }

  private void vit(Vit vit) {
    long width = arm.size().width();
    products.convolution(vit.inputShape(arm.batch()), width, vit.patch(), vit.patch(), 0, false);
    boolean read = arm.who() == Who.PRODUCTS_READ;
    int full = arm.size().depth() - (read ? 1 : 0);
    for (int layer = 0; layer < full; layer++) {
      Shape tokens = new Shape(arm.batch(), vit.tokens(), width);
      products.dense(tokens, 3 * width);
      products.attention(
          arm.batch(), width / vit.headSize(), vit.tokens(), vit.tokens(), vit.headSize());
      projectionAndMlp(tokens, vit.mlpRatio());
    }
    if (read) {
      readBlock(vit);
    }
    products.dense(new Shape(arm.batch(), width), vit.classes());
  }

  /** Keys and values of all tokens, everything else of the class token alone. */
  private void readBlock(Vit vit) {
    long width = arm.size().width();
    Shape token = new Shape(1, arm.batch(), width); // one image of many tokens is the fast form
    products.dense(new Shape(arm.batch(), vit.tokens(), width), 2 * width);
    products.dense(token, width);
    products.attention(arm.batch(), width / vit.headSize(), 1, vit.tokens(), vit.headSize());
    projectionAndMlp(token, vit.mlpRatio());
  }

  private void projectionAndMlp(Shape tokens, int mlpRatio) {
    long width = tokens.get(2);
    long hidden = mlpRatio * width;
    products.dense(tokens, width);
    products.dense(tokens, hidden);
    products.dense(new Shape(tokens.get(0), tokens.get(1), hidden), width);
  }

  private void resNet() {
    Shape x = arm.family().inputShape(arm.batch());
    products.convolution(x, arm.size().width(), 3, 1, false);
    long in = arm.size().width();
    long side = x.get(2);
    List<Integer> depths = arm.size().depths();
    for (int stage = 0; stage < depths.size(); stage++) {
      long out = (long) arm.size().width() << stage;
      for (int i = 0; i < depths.get(stage); i++) {
        boolean halves = i == 0 && stage > 0;
        Shape before = new Shape(arm.batch(), in, side, side);
        side = halves ? (side + 1) / 2 : side;
        products.convolution(before, out, 3, halves ? 2 : 1, true);
        products.convolution(new Shape(arm.batch(), out, side, side), out, 3, 1, true);
        if (halves) {
          products.convolution(before, out, 1, 2, true);
        }
        in = out;
      }
    }
    products.dense(new Shape(arm.batch(), in), arm.family().classes());
  }
}
