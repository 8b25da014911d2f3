package io.github.weit.cli.interop;

import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The {@code config.json} from which timm makes a model and its preprocessing: an architecture that
 * timm has registered, and arguments that give it our size.
 */
final class TimmConfig {

  private static final int RESNET_WIDTH = 64;
  private static final int STAGES = 4;

  private TimmConfig() {}

  /**
   * The file's text.
   *
   * @param facts class names and normalisation, if they are known
   * @throws WeitException if timm has no such architecture, or not in this size
   */
  static String of(SizedModel model, Optional<ImageFacts> facts) {
    if (model.family() instanceof Vit vit) {
      return JsonText.of(vit(vit, model.size().width(), model.size().depth(), facts));
    }
    if (model.family() instanceof ResNet net) {
      return JsonText.of(resnet(net, model.size(), facts));
    }
    if (model.family() instanceof ConvNext net) {
      return JsonText.of(convnext(net, model.size(), facts));
    }
    throw new WeitException(
        "a configuration from which timm makes the model is written for vit, resnet and convnext so far, found family '%s'; the file of weights itself has the names of the library that the family is known from"
            .formatted(model.family().id()));
  }

  private static Map<String, Object> vit(
      Vit vit, int width, int depth, Optional<ImageFacts> facts) {
    boolean token = vit.pooling() == Vit.Pooling.CLASS_TOKEN;
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("img_size", vit.imageSize());
    arguments.put("patch_size", vit.patch());
    arguments.put("in_chans", vit.channels());
    arguments.put("embed_dim", width);
    arguments.put("depth", depth);
    arguments.put("num_heads", width / vit.headSize());
    arguments.put("mlp_ratio", vit.mlpRatio());
    arguments.put("class_token", token);
    arguments.put("global_pool", token ? "token" : "avg");

    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architecture", "vit_tiny_patch16_224"); // the arguments replace all of its sizes
    config.put("num_classes", vit.classes());
    config.put("num_features", width);
    config.put("global_pool", token ? "token" : "avg");
    config.put("model_args", arguments);
    config.put("pretrained_cfg", pretrained(vit, facts, "patch_embed.proj", "head"));
    return config;
  }

  /** timm's residual networks start with 64 features behind a 7x7 stem, whatever they are given. */
  private static Map<String, Object> resnet(ResNet net, Size size, Optional<ImageFacts> facts) {
    if (net.stem() != ResNet.Stem.IMAGENET
        || net.stages() != STAGES
        || size.width() != RESNET_WIDTH) {
      throw new WeitException(
          "timm makes residual networks with the imagenet stem, four stages and width %d only, found %s at %s; use --format torchvision"
              .formatted(RESNET_WIDTH, net, size));
    }
    boolean basic = net.block() == ResNet.Block.BASIC;
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("layers", size.depths());
    arguments.put("in_chans", net.channels());
    if (!basic) {
      arguments.put("base_width", RESNET_WIDTH * net.widening());
    }

    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architecture", basic ? "resnet18" : "resnet50"); // decides the kind of block alone
    config.put("num_classes", net.classes());
    config.put("num_features", 8 * size.width() * (basic ? 1 : 4));
    config.put("global_pool", "avg");
    config.put("model_args", arguments);
    config.put("pretrained_cfg", pretrained(net, facts, "conv1", "fc"));
    return config;
  }

  private static Map<String, Object> convnext(ConvNext net, Size size, Optional<ImageFacts> facts) {
    if (net.stages() != STAGES) {
      throw new WeitException(
          "timm makes networks of this family with four stages only, found %s".formatted(net));
    }
    List<Integer> widths =
        IntStream.range(0, STAGES).mapToObj(stage -> size.width() << stage).toList();
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("in_chans", net.channels());
    arguments.put("patch_size", net.patch());
    arguments.put("depths", size.depths());
    arguments.put("dims", widths);

    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architecture", "convnext_tiny"); // the arguments replace all of its sizes
    config.put("num_classes", net.classes());
    config.put("num_features", widths.get(STAGES - 1));
    config.put("global_pool", "avg");
    config.put("model_args", arguments);
    config.put("pretrained_cfg", pretrained(net, facts, "stem.0", "head.fc"));
    return config;
  }

  /**
   * @param firstConvolution what timm adapts when another number of channels is asked for; it can
   *     from three only
   * @param classifier what it replaces when another number of classes is asked for
   */
  private static Map<String, Object> pretrained(
      Family family, Optional<ImageFacts> facts, String firstConvolution, String classifier) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("tag", "weit");
    config.put("num_classes", family.classes());
    config.put("input_size", family.inputShape().getShape());
    config.put("fixed_input_size", family instanceof Vit);
    config.put("crop_pct", 1.0);
    config.put("crop_mode", "squash"); // images are resized as a whole
    config.put("interpolation", "bilinear");
    facts.ifPresent(
        known -> {
          config.put("mean", known.mean());
          config.put("std", known.deviation());
          config.put("label_names", known.classes());
        });
    if (family.inputShape().get(0) == 3) {
      config.put("first_conv", firstConvolution);
    }
    config.put("classifier", classifier);
    return config;
  }
}
