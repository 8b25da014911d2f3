package io.github.weit.models;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.SafeTensorsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The model that a safetensors file of timm or torchvision holds the weights of, as far as names
 * and shapes of its tensors say it. {@link DenseImport#read} then holds every tensor against it.
 *
 * @param family cut into templates as is usual for its kind
 * @param size its size
 */
public record RecognisedModel(Family family, Size size) {

  private static final int SHOWN = 3;

  /** Names that no part of another known one ends in. */
  private static final List<String> MARKS =
      List.of(VitWeights.PATCHES, "layer1.0.conv1.weight", "stages.0.blocks.0.conv_dw.weight");

  private static final Pattern TRANSFORMERS =
      Pattern.compile("(^|\\.)(embeddings|embedder|encoder\\.layer)\\.");

  /**
   * What no tensor's shape says.
   *
   * @param imageSize side of the images of a network of convolutions; 32 or 224 by its stem if it
   *     is not known. That of a vision transformer follows from its position embedding
   * @param headSize features per attention head of a vision transformer
   * @param heads how many heads there are, instead of their size
   * @param classes of a file without a head's weights
   */
  public record Unsaid(
      Optional<Integer> imageSize,
      Optional<Integer> headSize,
      Optional<Integer> heads,
      Optional<Integer> classes) {

    /** Nothing more is known. */
    public static final Unsaid NOTHING =
        new Unsaid(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Reads the header of {@code file}, none of its weights.
   *
   * @throws WeitException if the file is missing or broken, its tensors are named like those of no
   *     family of this library, or {@code unsaid} would have to say more
   */
  public static RecognisedModel of(Path file, Unsaid unsaid) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      TensorShapes shapes = new TensorShapes(file, reader.tensors());
      if (shapes.has(VitWeights.PATCHES)) {
        return VitWeights.recognise(shapes, unsaid);
      }
      if (shapes.has(ResNetWeights.STEM)) {
        return ResNetWeights.recognise(shapes, unsaid);
      }
      if (shapes.has(ConvNextWeights.STEM)) {
        return ConvNextWeights.recognise(shapes, unsaid);
      }
      throw shapes.unlike(foreign(reader.tensors().keySet()));
    }
  }

  /** What other names than ours say of where they are from. */
  private static String foreign(Set<String> names) {
    Optional<String> before =
        names.stream()
            .flatMap(name -> MARKS.stream().flatMap(mark -> prefix(name, "." + mark).stream()))
            .findFirst();
    if (before.isPresent()) {
      return "their names start with '%s.'; save it with names that do not".formatted(before.get());
    }
    if (names.stream().anyMatch(name -> TRANSFORMERS.matcher(name).find())) {
      return "they have the names of Hugging Face's transformers; the same model as timm has it can be taken";
    }
    if (names.contains("conv_proj.weight") || names.contains("features.0.0.weight")) {
      return "they have torchvision's names, which are known here for residual networks alone; the same model as timm has it can be taken";
    }
    return "timm's vision transformers have %s, its ConvNeXts %s, torchvision's residual networks %s; found %s"
        .formatted(
            VitWeights.PATCHES,
            ConvNextWeights.STEM,
            ResNetWeights.STEM,
            names.isEmpty()
                ? "none"
                : names.stream()
                    .filter(name -> !name.endsWith("num_batches_tracked"))
                    .limit(SHOWN)
                    .collect(Collectors.joining(", ")));
  }

  private static Optional<String> prefix(String name, String end) {
    return name.endsWith(end)
        ? Optional.of(name.substring(0, name.length() - end.length()))
        : Optional.empty();
  }
}
