package io.github.weit.models;

import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import io.github.weit.models.Ledger.Widths;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a residual network: what {@link ResNet#forward} does, line by line. */
final class ResNetLedger {

  private final ResNet net;
  private final Size size;
  private final Widths widths;
  private final List<Part> parts = new ArrayList<>();
  private List<Line> lines = new ArrayList<>();
  private long side;

  private ResNetLedger(ResNet net, Size size, Widths widths) {
    this.net = net;
    this.size = size;
    this.widths = widths;
    this.side = net.imageSize();
  }

  static Ledger of(ResNet net, Size size, Widths widths) {
    ResNetLedger ledger = new ResNetLedger(net, size, widths);
    ledger.stem();
    for (int stage = 0; stage < net.stages(); stage++) {
      int depth = size.depths().get(stage);
      ledger.block(stage, true, 1);
      if (depth > 1) {
        ledger.block(stage, false, depth - 1);
      }
    }
    ledger.head();
    return new Ledger(ledger.parts);
  }

  private void stem() {
    ResNet.Stem stem = net.stem();
    long images = side * side * net.channels();
    normed("conv1", size.width(), net.channels(), stem.kernel, stem.stride, 0);
    relu("relu", size.width(), 0);
    lines.add(new Line("channels last", 0, 0, 0, widths.inner(images), widths.beside(images), 0));
    if (stem.pooled) {
      long before = widths.inner(side * side * size.width());
      side = halved(side);
      long places = side * side * size.width();
      long saved = widths.inner(places) + Long.BYTES * places; // and where the largest ones were
      lines.add(new Line("max pooling", 0, 0, 0, saved, 0, before + widths.inner(places)));
    }
    end("stem", 1);
  }

  /** A stage's first block, or {@code times} of those that follow it. */
  private void block(int stage, boolean first, long times) {
    long in = first ? net.incoming(size, stage) : net.features(size, stage);
    long planes = net.planes(size, stage);
    long inner = planes * net.widening();
    long out = net.features(size, stage);
    int stride = first && stage > 0 ? 2 : 1;
    long before = side;
    long after = stride == 1 ? side : halved(side);
    if (first && net.changesShape(stage)) {
      normed("downsample", out, in, 1, stride, widths.inner(before * before * in));
      side = before;
    }
    long shortcut = widths.inner(after * after * out);
    switch (net.block()) {
      case BASIC -> {
        normed("conv1", planes, in, 3, stride, shortcut);
        relu("relu1", planes, shortcut);
        normed("conv2", out, planes, 3, 1, shortcut);
      }
      case BOTTLENECK -> {
        normed("conv1", inner, in, 1, 1, shortcut);
        relu("relu1", inner, shortcut);
        normed("conv2", inner, inner, 3, stride, shortcut);
        relu("relu2", inner, shortcut);
        normed("conv3", out, inner, 1, 1, shortcut);
      }
    }
    lines.add(new Line("sum", 0, 0, 0, 0, shortcut, shortcut));
    relu("relu", out, 0);
    end("layer" + (stage + 1) + (first ? ", first block" : ", other blocks"), times);
  }

  /**
   * A convolution whose padding keeps the side, but for the stride, and its norm.
   *
   * @param beside bytes of the gradient that waits for the other of shortcut and branch
   */
  private void normed(String name, long out, long in, long kernel, int stride, long beside) {
    long input = widths.inner(side * side * in);
    side = stride == 1 ? side : halved(side);
    long places = side * side;
    long output = widths.inner(places * out);
    long weights = out * in * kernel * kernel;
    long copied = widths.copied(weights);
    lines.add(
        new Line(name, weights, copied, places * weights, output, 0, input + output + beside));
    lines.add(new Line(name + ": norm", 2 * out, 0, 0, 0, output, 2 * output + beside));
  }

  private void relu(String name, long features, long beside) {
    long output = widths.inner(side * side * features);
    lines.add(new Line(name, 0, 0, 0, output, 0, 2 * output + beside));
  }

  private void head() {
    long features = net.features(size, net.stages() - 1);
    long classes = net.classes();
    long x = side * side * features;
    long pooled = widths.wide(features);
    long logits = widths.wide(classes);
    lines.add(
        new Line("mean", 0, 0, 0, pooled, widths.beside(x) + pooled * side, 2 * widths.wide(x)));
    lines.add(new Line("fc", classes * (features + 1), 0, classes * features, 0, logits, pooled));
    end("head", 1);
  }

  private void end(String name, long times) {
    parts.add(new Part(name, times, lines));
    lines = new ArrayList<>();
  }

  private static long halved(long side) {
    return (side + 1) / 2;
  }
}
