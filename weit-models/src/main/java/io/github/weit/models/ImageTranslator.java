package io.github.weit.models;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
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
import io.github.weit.core.images.Planes;
import io.github.weit.core.images.Resampling;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * From pictures to class names with probabilities, for a DJL {@code Predictor}: a picture is turned
 * to grey or resized where the model's inputs ask for it, and normalised, all as images are that a
 * model is trained on: {@link Resampling}, y = (x / 255 - mean) / deviation.
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
   * @throws WeitException if the two do not fit, or images are neither grey nor of three colours
   */
  public ImageTranslator(Family family, ImageFacts facts) {
    this.input = family.inputShape();
    Planes.requireChannels(input.get(0));
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
      if (header.kind() != ArtefactHeader.Kind.WEIGHTS) {
        throw new WeitException(
            "expected dense weights, found an artefact of kind " + header.kind());
      }
      Family family = Families.of(header.model().family(), header.model().options());
      return new ImageTranslator(family, ImageFacts.of(header.provenance()));
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public NDList processInput(TranslatorContext context, Image image) {
    NDManager manager = context.getNDManager();
    int channels = Math.toIntExact(input.get(0));
    byte[] planes =
        Resampling.bilinear(
            planes(image, channels, manager),
            channels,
            image.getHeight(),
            image.getWidth(),
            Math.toIntExact(input.get(1)),
            Math.toIntExact(input.get(2)));
    NDArray resized =
        manager
            .create(ByteBuffer.wrap(planes), input, DataType.UINT8) // (C, H, W)
            .toType(DataType.FLOAT32, false);
    return new NDList(resized.mul(perChannel(manager, true)).add(perChannel(manager, false)));
  }

  /** {@code (channels, height, width)}, as training reads them where DJL's image is the JDK's. */
  private static byte[] planes(Image image, int channels, NDManager manager) {
    if (image.getWrappedImage() instanceof BufferedImage picture) {
      return Planes.of(picture, channels);
    }
    byte[] rgb = image.toNDArray(manager, Image.Flag.COLOR).toByteArray(); // (H, W, 3)
    int plane = rgb.length / 3;
    byte[] planes = new byte[channels * plane];
    for (int i = 0; i < plane; i++) {
      if (channels == 1) {
        planes[i] = Planes.grey(rgb[3 * i] & 0xFF, rgb[3 * i + 1] & 0xFF, rgb[3 * i + 2] & 0xFF);
      } else {
        for (int c = 0; c < channels; c++) {
          planes[c * plane + i] = rgb[3 * i + c];
        }
      }
    }
    return planes;
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
