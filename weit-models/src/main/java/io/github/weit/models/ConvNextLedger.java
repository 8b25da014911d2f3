package io.github.weit.models;

import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a ConvNeXt: what {@link ConvNext#forward} does, line by line. */
final class ConvNextLedger {

  private final ConvNext net;
  private final List<Part> parts = new ArrayList<>();
  private long places;
  private long side;

  private ConvNextLedger(ConvNext net) {
    this.net = net;
    this.side = net.imageSize();
  }

  static Ledger of(ConvNext net, Size size) {
    ConvNextLedger ledger = new ConvNextLedger(net);
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

  private void stem(long width) {
    shrink(net.patch());
    long pixels = (long) net.channels() * net.patch() * net.patch();
    long x = places * width;
    part(
        "stem",
        1,
        new Line("stem.0", (pixels + 1) * width, x * pixels, x, 0, 3 * x),
        new Line("stem.1", 2 * width, 0, x + 2 * places, 0, 3 * x)); // reads channels first: a copy
  }

  private void downsample(int stage, long in, long out) {
    long before = places * in;
    Line norm = new Line("0", 2 * in, 0, before + 2 * places, 0, 2 * before);
    shrink(2);
    long x = places * out;
    Line convolution = new Line("1", (4 * in + 1) * out, 4 * in * x, x, 0, x + before);
    part("stages." + stage + ".downsample", 1, norm, convolution);
  }

  private void blocks(int stage, long depth, long width) {
    long x = places * width;
    long hidden = ConvNextWeights.MLP_RATIO * x;
    long mlp = ConvNextWeights.MLP_RATIO * width * width;
    long kernel = (long) ConvNext.KERNEL * ConvNext.KERNEL;
    part(
        "stages." + stage + ".blocks",
        depth,
        new Line("conv_dw", (kernel + 1) * width, kernel * x, x, 0, 3 * x),
        new Line("norm", 2 * width, 0, x + 2 * places, 0, 3 * x),
        new Line(
            "mlp.fc1",
            mlp + ConvNextWeights.MLP_RATIO * width,
            places * mlp,
            hidden,
            0,
            hidden + 2 * x),
        new Line("mlp: gelu", 0, 0, hidden, 0, 2 * hidden + x),
        new Line("mlp.fc2", mlp + width, places * mlp, x, 0, hidden + 2 * x),
        new Line("gamma", width, 0, 0, x, 3 * x),
        new Line("sum", 0, 0, x, 0, x));
  }

  private void head(long width) {
    long classes = net.classes();
    part(
        "head",
        1,
        new Line("mean", 0, 0, width, 0, places * width),
        new Line("head.norm", 2 * width, 0, width + 2, 0, 2 * width),
        new Line("head.fc", classes * (width + 1), classes * width, 0, classes, width + classes));
  }

  private void part(String name, long times, Line... lines) {
    parts.add(new Part(name, times, List.of(lines)));
  }
}
