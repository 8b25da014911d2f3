package io.github.weit.cli.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model as timm publishes it, and as this library writes it for timm and torchvision: a folder of
 * {@code model.safetensors} and a {@code config.json}, which says what no tensor does. A file of
 * weights alone is one whose configuration says nothing.
 */
public final class CheckpointFolder {

  static final String CONFIG = "config.json";

  private static final long MOST_BYTES = 1 << 24;

  /** Their heads have 64 features where timm gives them no other number. */
  private static final Pattern TRANSFORMERS =
      Pattern.compile("(vit|deit)_(tiny|small|base|large)_patch[0-9]+_[0-9]+");

  private static final Pattern CONVOLUTIONS =
      Pattern.compile(
          "resnet|resnet(18|26|34|50|101|152)|wide_resnet(50|101)_2"
              + "|convnext_(atto|femto|pico|nano|tiny|tiny_hnf|small|base|large)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path weights;
  private final Path config;
  private final JsonNode root;

  private CheckpointFolder(Path weights, Path config, JsonNode root) {
    this.weights = weights;
    this.config = config;
    this.root = root;
  }

  /**
   * Reads the configuration.
   *
   * @param path the folder, or a file of weights alone
   * @throws WeitException if the folder has no file of weights, or its configuration cannot be read
   */
  public static CheckpointFolder of(Path path) {
    if (!Files.isDirectory(path)) {
      return new CheckpointFolder(path, path, JSON.missingNode());
    }
    Path weights = path.resolve(LibraryWeights.FILE);
    if (!Files.exists(weights)) {
      throw new WeitException(
          "the folder %s has no %s; give a file of weights, or the folder of a model with its %s"
              .formatted(path, LibraryWeights.FILE, CONFIG));
    }
    Path config = path.resolve(CONFIG);
    return new CheckpointFolder(
        weights, config, Files.exists(config) ? read(config) : JSON.missingNode());
  }

  private static JsonNode read(Path config) {
    try {
      if (Files.size(config) > MOST_BYTES) {
        throw new WeitException(
            "%s: expected at most %d bytes, found %d"
                .formatted(config, MOST_BYTES, Files.size(config)));
      }
      JsonNode root = JSON.readTree(config.toFile());
      if (!root.isObject()) {
        throw new WeitException(config + ": expected a JSON object");
      }
      return root;
    } catch (IOException e) {
      String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new WeitException("cannot read %s as JSON: %s".formatted(config, first), e);
    }
  }

  /** The file of weights. */
  public Path weights() {
    return weights;
  }

  /** All files that are read. */
  public List<Path> files() {
    return Stream.of(weights, config).distinct().toList();
  }

  /**
   * What timm calls its architecture, if that is not one that computes what ours of the same
   * tensors does: several differ in nothing else.
   */
  public Optional<String> strangeArchitecture() {
    return text("/architecture")
        .filter(name -> !TRANSFORMERS.matcher(name).matches())
        .filter(name -> !CONVOLUTIONS.matcher(name).matches());
  }

  /** Attention heads of a layer. */
  public Optional<Integer> heads() {
    return number("/model_args/num_heads");
  }

  /** Features per attention head, where they are the same in every size. */
  public Optional<Integer> headSize() {
    return text("/architecture")
        .filter(name -> heads().isEmpty() && TRANSFORMERS.matcher(name).matches())
        .map(name -> 64);
  }

  /**
   * Asserts that the configuration says nothing else of what no tensor's shape shows.
   *
   * @throws WeitException if it has other attention heads, or a head that reads something else
   */
  public void requireLike(Family family, Size size) {
    if (family instanceof Vit vit) {
      requireLike("features per attention head", vit.headSize(), headSize());
      requireLike("num_heads", size.width() / vit.headSize(), heads());
      requireLike(
          "global_pool",
          vit.pooling() == Vit.Pooling.CLASS_TOKEN ? "token" : "avg",
          text("/model_args/global_pool").or(() -> text("/global_pool")));
    }
  }

  private <T> void requireLike(String what, T ours, Optional<T> theirs) {
    if (theirs.isPresent() && !theirs.get().equals(ours)) {
      throw new WeitException(
          "%s is of a model with another %s than the one that is made: expected %s, found %s; %s alone can be imported without it"
              .formatted(config, what, ours, theirs.get(), weights.getFileName()));
    }
  }

  /** Side of its images, in pixels. */
  public Optional<Integer> imageSize() {
    return number("/pretrained_cfg/input_size/1").or(() -> number("/input_size/1"));
  }

  /** Classes that it tells apart. */
  public Optional<Integer> classes() {
    return number("/num_classes")
        .or(() -> number("/pretrained_cfg/num_classes"))
        .or(() -> number("/arguments/num_classes"));
  }

  /** Their names, in the order of the logits; empty if they are not known. */
  public List<String> classNames() {
    return list(JsonNode::isTextual, JsonNode::textValue, "label_names", "class_names");
  }

  /** Means that its images are normalised with, of pixels from 0 to 1; empty if not known. */
  public List<Double> mean() {
    return list(JsonNode::isNumber, JsonNode::doubleValue, "mean");
  }

  /** Their deviations; empty if not known. */
  public List<Double> deviation() {
    return list(JsonNode::isNumber, JsonNode::doubleValue, "std");
  }

  private Optional<String> text(String pointer) {
    return Optional.ofNullable(root.at(pointer).textValue());
  }

  private Optional<Integer> number(String pointer) {
    JsonNode node = root.at(pointer);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.canConvertToInt() || node.intValue() < 1) {
      throw new WeitException(
          "%s: %s: expected a number of at least 1, found %s"
              .formatted(config, pointer.substring(1), node));
    }
    return Optional.of(node.intValue());
  }

  /** timm has such lists in {@code pretrained_cfg}, folders for torchvision at the top. */
  private <T> List<T> list(
      Function<JsonNode, Boolean> fits, Function<JsonNode, T> value, String... names) {
    List<T> values = new ArrayList<>();
    Optional<JsonNode> found =
        Stream.of(names)
            .flatMap(name -> Stream.of("/pretrained_cfg/" + name, "/" + name))
            .map(root::at)
            .filter(JsonNode::isArray)
            .findFirst();
    for (JsonNode element : found.orElse(JSON.createArrayNode())) {
      if (!fits.apply(element)) {
        throw new WeitException(
            "%s: %s: found %s among them".formatted(config, String.join(" or ", names), element));
      }
      values.add(value.apply(element));
    }
    return values;
  }
}
