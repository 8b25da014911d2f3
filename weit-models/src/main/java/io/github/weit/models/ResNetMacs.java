package io.github.weit.models;

/** Counts a residual network's multiplications, those of convolutions and of the head. */
final class ResNetMacs {

  private final ResNet net;
  private final Size size;
  private long side;
  private long macs;

  private ResNetMacs(ResNet net, Size size) {
    this.net = net;
    this.size = size;
    this.side = net.imageSize();
  }

  static long of(ResNet net, Size size) {
    ResNetMacs count = new ResNetMacs(net, size);
    count.convolution(size.width(), net.channels(), net.stem().kernel, net.stem().stride);
    if (net.stem().pooled) {
      count.side = halved(count.side);
    }
    for (int stage = 0; stage < net.stages(); stage++) {
      for (int i = 0; i < size.depths().get(stage); i++) {
        count.block(stage, i == 0);
      }
    }
    return count.macs + net.features(size, net.stages() - 1) * net.classes();
  }

  private void block(int stage, boolean first) {
    long in = first ? net.incoming(size, stage) : net.features(size, stage);
    long planes = net.planes(size, stage);
    long inner = planes * net.widening();
    long features = net.features(size, stage);
    int stride = first && stage > 0 ? 2 : 1;
    long before = side;
    switch (net.block()) {
      case BASIC -> {
        convolution(planes, in, 3, stride);
        convolution(features, planes, 3, 1);
      }
      case BOTTLENECK -> {
        convolution(inner, in, 1, 1);
        convolution(inner, inner, 3, stride);
        convolution(features, inner, 1, 1);
      }
    }
    if (first && net.changesShape(stage)) {
      side = before;
      convolution(features, in, 1, stride);
    }
  }

  /** A convolution whose padding keeps the side, but for the stride. */
  private void convolution(long out, long in, long kernel, int stride) {
    side = stride == 1 ? side : halved(side);
    macs += side * side * out * in * kernel * kernel;
  }

  private static long halved(long side) {
    return (side + 1) / 2;
  }
}
