package io.github.weit.models;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.SafeTensorsReader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model that a safetensors file of timm or torchvision holds the weights of, as far as names
 * and shapes of its tensors say it. {@link DenseImport#read} then holds every tensor against it.
 *
 * @param family cut into templates as is usual for its kind
 * @param size its size
 */
public record RecognisedModel(Family family, Size size) {

  /**
   * What no tensor's shape says.
   *
   * @param imageSize side of the images of a network of convolutions; 32 or 224 by its stem if it
   *     is not known. That of a vision transformer follows from its position embedding
   * @param headSize features per attention head of a vision transformer
   * @param heads how many heads there are, instead of their size
   */
  public record Unsaid(
      Optional<Integer> imageSize, Optional<Integer> headSize, Optional<Integer> heads) {

    /** Nothing more is known. */
    public static final Unsaid NOTHING =
        new Unsaid(Optional.empty(), Optional.empty(), Optional.empty());
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
      String first = reader.tensors().keySet().stream().findFirst().orElse("none");
      throw shapes.unlike(
          "timm's vision transformers have %s, its ConvNeXts %s, torchvision's residual networks %s; the first tensor here is %s"
              .formatted(VitWeights.PATCHES, ConvNextWeights.STEM, ResNetWeights.STEM, first));
    }
  }
}
