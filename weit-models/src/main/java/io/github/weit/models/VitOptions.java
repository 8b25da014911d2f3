package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Map;
import java.util.TreeMap;

/** A vision transformer's fixed properties as text and back, for artefacts. */
final class VitOptions {

  private VitOptions() {}

  static Map<String, String> write(Vit vit) {
    Map<String, String> options = new TreeMap<>();
    options.put("image_size", Integer.toString(vit.imageSize()));
    options.put("channels", Integer.toString(vit.channels()));
    options.put("patch", Integer.toString(vit.patch()));
    options.put("classes", Integer.toString(vit.classes()));
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
    return new Vit(
        number(options, "image_size"),
        number(options, "channels"),
        number(options, "patch"),
        number(options, "classes"),
        number(options, "head_size"),
        number(options, "mlp_ratio"),
        pooling(text(options, "pooling")),
        new TemplateCut(
            number(options, "template_width"),
            number(options, "attention_templates"),
            number(options, "mlp_templates"),
            number(options, "other_templates")));
  }

  private static Vit.Pooling pooling(String name) {
    for (Vit.Pooling pooling : Vit.Pooling.values()) {
      if (pooling.name().equals(name)) {
        return pooling;
      }
    }
    throw new WeitException("vit: unknown pooling '" + name + "'; expected CLASS_TOKEN or MEAN");
  }

  private static int number(Map<String, String> options, String key) {
    String value = text(options, key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new WeitException(
          "vit: option '%s' must be a whole number, found '%s'".formatted(key, value), e);
    }
  }

  private static String text(Map<String, String> options, String key) {
    String value = options.get(key);
    if (value == null) {
      throw new WeitException(
          "vit: option '" + key + "' is missing; there are " + options.keySet());
    }
    return value;
  }
}
