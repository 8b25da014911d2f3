package io.github.weit.models;

import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import io.github.weit.models.Ledger.Widths;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a ConvNeXt: what {@link ConvNext#forward} does, line by line. */
final class ConvNextLedger {

  private final ConvNext net;
  private final Widths widths;
  private final List<Part> parts = new ArrayList<>();
  private long places;
  private long side;

  private ConvNextLedger(ConvNext net, Widths widths) {
    this.net = net;
    this.widths = widths;
    this.side = net.imageSize();
  }

  static Ledger of(ConvNext net, Size size, Widths widths) {
    ConvNextLedger ledger = new ConvNextLedger(net, widths);
    long width = size.width();
    ledger.stem(width);
    for (int stage = 0; stage < net.stages(); stage++) {
      if (net.downsamples(stage)) {
        ledger.downsample(stage, stage == 0 ? width : width << (stage - 1), width << stage);
      }
      ledger.blocks(stage, size.depths().get(stage), width << stage);
    }
    ledger.head(width << (net.stages() - 1));
    return new Ledger(ledger.parts);
  }

  private void shrink(int stride) {
    side /= stride;
    places = side * side;
  }

  /** Its convolution leaves channels first, which its norm copies in either direction. */
  private void stem(long width) {
    shrink(net.patch());
    long pixels = (long) net.channels() * net.patch() * net.patch();
    long weights = width * pixels;
    long x = widths.wide(places * width);
    part(
        "stem",
        1,
        new Line("stem.0", weights + width, 0, places * weights, x, 0, 3 * x),
        new Line("stem.1", 2 * width, 0, 0, x + widths.wide(2 * places), 0, 3 * x));
  }

  private void downsample(int stage, long in, long out) {
    long before = widths.wide(places * in);
    long saved = before + widths.wide(2 * places);
    shrink(2);
    long x = widths.wide(places * out);
    long weights = 4 * in * out;
    part(
        "stages." + stage + ".downsample",
        1,
        new Line("0", 2 * in, 0, 0, saved, 0, 2 * before),
        new Line("1", weights + out, 0, places * weights, x, 0, x + before));
  }

  private void blocks(int stage, long depth, long width) {
    long ratio = ConvNextWeights.MLP_RATIO;
    long kernel = (long) ConvNext.KERNEL * ConvNext.KERNEL * width;
    long weights = ratio * width * width;
    long copied = widths.copied(weights);
    long macs = places * weights;
    long numbers = places * width;
    long x = widths.wide(numbers);
    long hidden = widths.inner(ratio * numbers);
    long normed = widths.inner(numbers) + widths.wide(2 * places);
    long idle = widths.narrow() ? widths.inner(numbers) : 0; // beside its float32
    part(
        "stages." + stage + ".blocks",
        depth,
        new Line("conv_dw", kernel + width, 0, places * kernel, x, 0, 3 * x),
        new Line("norm", 2 * width, 0, 0, normed, widths.beside(numbers), 3 * x),
        new Line("mlp.fc1", weights + ratio * width, copied, macs, hidden, 0, hidden + 2 * x),
        new Line("mlp: gelu", 0, 0, 0, hidden, 0, 2 * hidden + x),
        new Line("mlp.fc2", weights + width, copied, macs, x, idle, hidden + 2 * x),
        new Line("gamma", width, 0, 0, 0, x, 3 * x),
        new Line("sum", 0, 0, 0, x, 0, x));
  }

  private void head(long width) {
    long classes = net.classes();
    long pooled = widths.wide(width);
    long logits = widths.wide(classes);
    long back = widths.wide(places * width);
    part(
        "head",
        1,
        new Line("mean", 0, 0, 0, pooled, 0, back),
        new Line("head.norm", 2 * width, 0, 0, pooled, 0, 2 * pooled),
        new Line("head.fc", classes * (width + 1), 0, classes * width, 0, logits, logits + pooled));
  }

  private void part(String name, long times, Line... lines) {
    parts.add(new Part(name, times, List.of(lines)));
  }
}
