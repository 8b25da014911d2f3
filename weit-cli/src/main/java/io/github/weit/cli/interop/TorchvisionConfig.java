package io.github.weit.cli.interop;

import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.ResNet;
import io.github.weit.models.SizedModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a program in Python needs to know of a residual network to build torchvision's of its size.
 * torchvision itself reads no such file; docs/interop.md has the class that does.
 */
final class TorchvisionConfig {

  private TorchvisionConfig() {}

  /**
   * The file's text.
   *
   * @param facts class names and normalisation, if they are known
   * @throws WeitException if torchvision has no such architecture under our names
   */
  static String of(SizedModel model, Optional<ImageFacts> facts) {
    if (!(model.family() instanceof ResNet net)) {
      throw new WeitException(
          "models of family '%s' do not have torchvision's names, residual networks do; use --format timm"
              .formatted(model.family().id()));
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("block", lower(net.block()));
    arguments.put("layers", model.size().depths());
    arguments.put("width", model.size().width());
    arguments.put("stem", lower(net.stem()));
    arguments.put("widening", net.widening());
    arguments.put("channels", net.channels());
    arguments.put("num_classes", net.classes());

    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architecture", "resnet");
    config.put("arguments", arguments);
    config.put("input_size", net.inputShape().getShape());
    facts.ifPresent(
        known -> {
          config.put("mean", known.mean());
          config.put("std", known.deviation());
          config.put("class_names", known.classes());
        });
    return JsonText.of(config);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
