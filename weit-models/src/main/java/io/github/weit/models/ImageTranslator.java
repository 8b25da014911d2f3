package io.github.weit.models;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.util.NDImageUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import java.nio.file.Path;
import java.util.List;

/**
 * From pictures to class names with probabilities, for a DJL {@code Predictor}: a picture is
 * resized if it has another size than the model's inputs, and normalised as the training images
 * were, y = (x / 255 - mean) / deviation.
 *
 * <pre>{@code
 * try (Model model = SizedModel.load(file, manager).toDjl("flowers");
 *     Predictor<Image, Classifications> predictor =
 *         model.newPredictor(ImageTranslator.load(file))) {
 *   Classifications found = predictor.predict(ImageFactory.getInstance().fromFile(picture));
 * }
 * }</pre>
 */
public final class ImageTranslator implements Translator<Image, Classifications> {

  private final Shape input;
  private final ImageFacts facts;

  /**
   * @param family decides the size of images and the number of classes
   * @param facts class names and normalisation
   * @throws WeitException if the two do not fit
   */
  public ImageTranslator(Family family, ImageFacts facts) {
    this.input = family.inputShape();
    this.facts = facts;
    if (facts.classes().size() != family.classes() || facts.mean().size() != input.get(0)) {
      throw new WeitException(
          "the model has %d classes and images of %d channels, its provenance names %d classes and %d channels"
              .formatted(
                  family.classes(), input.get(0), facts.classes().size(), facts.mean().size()));
    }
  }

  /**
   * The translator that an artefact of dense weights asks for; its arrays are not read.
   *
   * @throws WeitException if the file is no such artefact, or was not trained on images
   */
  public static ImageTranslator load(Path file) {
    ArtefactHeader header = Artefact.inspect(file);
    try {
      Family family = Families.of(header.model().family(), header.model().options());
      return new ImageTranslator(family, ImageFacts.of(header.provenance()));
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public NDList processInput(TranslatorContext context, Image image) {
    NDManager manager = context.getNDManager();
    boolean grey = input.get(0) == 1;
    NDArray pixels =
        image.toNDArray(manager, grey ? Image.Flag.GRAYSCALE : Image.Flag.COLOR); // (H, W, C)
    int height = Math.toIntExact(input.get(1));
    int width = Math.toIntExact(input.get(2));
    if (image.getHeight() != height || image.getWidth() != width) {
      pixels = NDImageUtils.resize(pixels, width, height, Image.Interpolation.BILINEAR);
    }
    NDArray planes = pixels.transpose(2, 0, 1).toType(DataType.FLOAT32, false); // (C, H, W)
    return new NDList(planes.mul(perChannel(manager, true)).add(perChannel(manager, false)));
  }

  /** 1 / (255 deviation) of each channel, or -mean / deviation. */
  private NDArray perChannel(NDManager manager, boolean gain) {
    float[] values = new float[facts.mean().size()];
    for (int c = 0; c < values.length; c++) {
      double deviation = facts.deviation().get(c);
      values[c] = (float) (gain ? 1 / (255 * deviation) : -facts.mean().get(c) / deviation);
    }
    return manager.create(values, new Shape(values.length, 1, 1));
  }

  @Override
  public Classifications processOutput(TranslatorContext context, NDList logits) {
    List<String> names = facts.classes();
    return new Classifications(names, logits.singletonOrThrow().softmax(0));
  }
}
