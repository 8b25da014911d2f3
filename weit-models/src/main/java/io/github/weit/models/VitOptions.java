package io.github.weit.models;

import java.util.Map;
import java.util.TreeMap;

/** A vision transformer's fixed properties as text and back, for artefacts. */
final class VitOptions {

  private VitOptions() {}

  static Map<String, String> write(Vit vit) {
    Map<String, String> options = new TreeMap<>();
    options.put(Family.IMAGE_SIZE, Integer.toString(vit.imageSize()));
    options.put(Family.CHANNELS, Integer.toString(vit.channels()));
    options.put("patch", Integer.toString(vit.patch()));
    options.put(Family.CLASSES, Integer.toString(vit.classes()));
    options.put("head_size", Integer.toString(vit.headSize()));
    options.put("mlp_ratio", Integer.toString(vit.mlpRatio()));
    options.put("pooling", vit.pooling().name());
    options.put("template_width", Integer.toString(vit.cut().width()));
    options.put("attention_templates", Integer.toString(vit.cut().attentionTerms()));
    options.put("mlp_templates", Integer.toString(vit.cut().mlpTerms()));
    options.put("other_templates", Integer.toString(vit.cut().otherTerms()));
    return options;
  }

  static Vit read(Map<String, String> options) {
    OptionText text = new OptionText(Vit.ID, options);
    return new Vit(
        text.number(Family.IMAGE_SIZE),
        text.number(Family.CHANNELS),
        text.number("patch"),
        text.number(Family.CLASSES),
        text.number("head_size"),
        text.number("mlp_ratio"),
        text.constant("pooling", Vit.Pooling.class),
        new TemplateCut(
            text.number("template_width"),
            text.number("attention_templates"),
            text.number("mlp_templates"),
            text.number("other_templates")));
  }
}
