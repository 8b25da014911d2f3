package io.github.weit.cli.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model as timm publishes it, and as this library writes it for timm and torchvision: a folder of
 * {@code model.safetensors} and a {@code config.json}, which says what no tensor does. A file of
 * weights alone is one whose configuration says nothing.
 */
public final class CheckpointFolder {

  static final String CONFIG = "config.json";

  private static final long MOST_BYTES = 1 << 24;

  private static final Pattern TRANSFORMERS =
      Pattern.compile("(?:vit|deit)_(tiny|small|base|large)_patch[0-9]+_[0-9]+");

  /** timm's attention heads of those, whatever width they are given. */
  private static final Map<String, Integer> HEADS =
      Map.of("tiny", 3, "small", 6, "base", 12, "large", 16);

  private static final Pattern CONVOLUTIONS =
      Pattern.compile(
          "resnet|resnet(18|26|34|50|101|152)|wide_resnet(50|101)_2"
              + "|convnext_(atto|femto|pico|nano|tiny|tiny_hnf|small|base|large)");

  /** What our folders for torchvision say. */
  private static final String OWN_RESNET = "resnet";

  /** Arguments that tensors show, that are asked for below, or that only training reads. */
  private static final Set<String> KNOWN_ARGUMENTS =
      Set.of(
          "img_size",
          "patch_size",
          "in_chans",
          "num_classes",
          "embed_dim",
          "depth",
          "num_heads",
          "mlp_ratio",
          "class_token",
          "global_pool",
          "layers",
          "base_width",
          "depths",
          "dims",
          "conv_mlp",
          "drop_rate",
          "drop_path_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate");

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
   * What the configuration says that nobody has compared with ours: several of timm's models differ
   * in nothing that their tensors show.
   *
   * @param family that is made of it
   * @return the name of an architecture, or arguments; empty if all was compared
   */
  public List<String> notCompared(Family family) {
    Stream<String> name =
        text("/architecture").filter(known -> !isCompared(known, family)).stream();
    Stream<String> arguments =
        Stream.of(root.at("/model_args"))
            .flatMap(node -> node.properties().stream())
            .filter(argument -> !argument.getValue().isNull())
            .filter(argument -> !KNOWN_ARGUMENTS.contains(argument.getKey()))
            .map(argument -> argument.getKey() + " " + argument.getValue());
    return Stream.concat(name, arguments).toList();
  }

  /** Who gives a network of timm's another stem changes what follows it too, or does not. */
  private static boolean isCompared(String architecture, Family family) {
    boolean changed = family instanceof ResNet net && net.stem() != ResNet.Stem.IMAGENET;
    return TRANSFORMERS.matcher(architecture).matches()
        || architecture.equals(OWN_RESNET)
        || CONVOLUTIONS.matcher(architecture).matches() && !changed;
  }

  /** Attention heads of a layer: those it says, or those that its name implies. */
  public Optional<Integer> heads() {
    return statedHeads()
        .or(
            () ->
                text("/architecture")
                    .map(TRANSFORMERS::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> HEADS.get(matcher.group(1))));
  }

  private Optional<Integer> statedHeads() {
    return number("/model_args/num_heads");
  }

  /**
   * Asserts that the configuration says nothing else of what no tensor's shape shows.
   *
   * @throws WeitException if it has other attention heads, or a head that reads something else
   */
  public void requireLike(Family family, Size size) {
    String pooling = "avg";
    if (family instanceof Vit vit) {
      requireLike("num_heads", size.width() / vit.headSize(), statedHeads());
      pooling = vit.pooling() == Vit.Pooling.CLASS_TOKEN ? "token" : "avg";
    }
    requireLike(
        "global_pool", pooling, text("/model_args/global_pool").or(() -> text("/global_pool")));
  }

  private <T> void requireLike(String what, T ours, Optional<T> theirs) {
    if (theirs.isPresent() && !theirs.get().equals(ours)) {
      throw new WeitException(
          "%s is of a model with another %s than the one that is made: expected %s, found %s"
              .formatted(config, what, ours, theirs.get()));
    }
  }

  /**
   * Side of its images, in pixels.
   *
   * @throws WeitException if they are not square
   */
  public Optional<Integer> imageSize() {
    requireSquare("/model_args/img_size/0", "/model_args/img_size/1");
    Stream<String> places = Stream.of("/pretrained_cfg/input_size/", "/input_size/");
    return places
        .filter(place -> !root.at(place + 1).isMissingNode())
        .findFirst()
        .flatMap(place -> requireSquare(place + 1, place + 2));
  }

  private Optional<Integer> requireSquare(String height, String width) {
    Optional<Integer> high = number(height);
    Optional<Integer> wide = number(width);
    if (!high.equals(wide)) {
      throw new WeitException(
          "%s: %s: models here take square images, found %s by %s"
              .formatted(
                  config,
                  height.substring(1, height.lastIndexOf('/')),
                  high.map(String::valueOf).orElse("nothing"),
                  wide.map(String::valueOf).orElse("nothing")));
    }
    return high;
  }

  /** Classes that it tells apart; timm's 0 stands for a model without a head. */
  public Optional<Integer> classes() {
    return Stream.of("/num_classes", "/pretrained_cfg/num_classes", "/arguments/num_classes")
        .filter(place -> !root.at(place).isMissingNode())
        .findFirst()
        .filter(place -> !root.at(place).asText().equals("0"))
        .flatMap(this::number);
  }

  /**
   * Their names, in the order of the logits, as far as the configuration has them: timm's may leave
   * numbers out.
   */
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
            .filter(JsonNode::isContainerNode)
            .findFirst();
    for (JsonNode element : found.map(CheckpointFolder::elements).orElse(List.of())) {
      if (!fits.apply(element)) {
        throw new WeitException(
            "%s: %s: found %s among them".formatted(config, String.join(" or ", names), element));
      }
      values.add(value.apply(element));
    }
    return values;
  }

  /** Those of a list, or of an object whose keys are 0, 1, ...; none of an object with others. */
  private static List<JsonNode> elements(JsonNode list) {
    return IntStream.range(0, list.size())
        .mapToObj(i -> list.isArray() ? list.path(i) : list.path(Integer.toString(i)))
        .takeWhile(node -> !node.isMissingNode())
        .toList();
  }
}
