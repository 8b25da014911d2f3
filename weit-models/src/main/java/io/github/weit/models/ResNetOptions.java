package io.github.weit.models;

import java.util.Map;
import java.util.TreeMap;

/** A residual network's fixed properties as text and back, for artefacts. */
final class ResNetOptions {

  private ResNetOptions() {}

  static Map<String, String> write(ResNet net) {
    Map<String, String> options = new TreeMap<>();
    options.put(Family.IMAGE_SIZE, Integer.toString(net.imageSize()));
    options.put(Family.CHANNELS, Integer.toString(net.channels()));
    options.put(Family.CLASSES, Integer.toString(net.classes()));
    options.put("stem", net.stem().name());
    options.put("block", net.block().name());
    options.put("stages", Integer.toString(net.stages()));
    options.put("widening", Integer.toString(net.widening()));
    net.cut().write(options);
    return options;
  }

  static ResNet read(Map<String, String> options) {
    OptionText text = new OptionText(ResNet.ID, options);
    return new ResNet(
        text.number(Family.IMAGE_SIZE),
        text.number(Family.CHANNELS),
        text.number(Family.CLASSES),
        text.constant("stem", ResNet.Stem.class),
        text.constant("block", ResNet.Block.class),
        text.number("stages"),
        text.number("widening"),
        ConvCut.read(text));
  }
}
