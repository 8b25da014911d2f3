package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.WeitEngine;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sized model as an entry of DJL's model zoo: it has its translator with it. */
class ZooModelTest {

  private static final ImageFacts FACTS =
      new ImageFacts(
          List.of("a", "b", "c", "d", "e"), List.of(0.4, 0.5, 0.6), List.of(0.2, 0.25, 0.3));

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void predictsWhatTheModelComputesOfTheNormalisedPicture() throws TranslateException {
    SizedModel sized = resnet();
    try (ZooModel<Image, Classifications> model = sized.toZooModel("five", FACTS);
        Predictor<Image, Classifications> predictor = model.newPredictor()) {
      Classifications found = predictor.predict(picture());
      float[] expected = sized.logits(pixels()).softmax(-1).toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(FACTS.classes().get(i)).getProbability())
            .isCloseTo(expected[i], within(1e-6));
      }
      assertThat(model.getName()).isEqualTo("five");
    }
  }

  @Test
  void hasWeightsOfItsOwn() throws TranslateException {
    SizedModel sized = resnet();
    float expected = sized.logits(pixels()).softmax(-1).getFloat(0, 2);
    try (ZooModel<Image, Classifications> model = sized.toZooModel("five", FACTS);
        Predictor<Image, Classifications> predictor = model.newPredictor()) {
      sized.close();
      assertThat(predictor.predict(picture()).get("c").getProbability())
          .isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void aModelThatKnowsItsImagesIsEnough(@TempDir Path folder) throws TranslateException {
    Path file = folder.resolve("model.safetensors");
    SizedModel sized = resnet().withProvenance(FACTS.provenance());
    sized.save(file);
    try (SizedModel read = SizedModel.load(file, manager);
        ZooModel<Image, Classifications> model = read.toZooModel("five");
        ZooModel<Image, Classifications> expected = sized.toZooModel("five", FACTS);
        Predictor<Image, Classifications> found = model.newPredictor();
        Predictor<Image, Classifications> other = expected.newPredictor()) {
      assertThat(found.predict(picture()).toJson()).isEqualTo(other.predict(picture()).toJson());
    }
    assertThatThrownBy(() -> resnet().toZooModel("five"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("data.normalisation");
  }

  @Test
  void factsOfOtherClassesAreRefused() {
    ImageFacts three = new ImageFacts(List.of("a", "b", "c"), FACTS.mean(), FACTS.deviation());
    assertThatThrownBy(() -> resnet().toZooModel("five", three))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("5 classes", "names 3 classes");
  }

  @Test
  void aTranslatorIsThatOfDenseWeights(@TempDir Path folder) {
    Map<String, String> provenance =
        Map.of(
            ImageFacts.CLASSES,
            "a\nb\nc\nd\ne",
            ImageFacts.NORMALISATION,
            "mean=0.4,0.5,0.6;deviation=0.2,0.25,0.3");
    Path weights = folder.resolve("weights.safetensors");
    SizedModel sized = resnet();
    sized.save(weights, provenance);
    assertThat(ImageTranslator.load(weights)).isNotNull();
    Constraint rule = new KroneckerConstraint();
    List<WeightType> types = sized.family().weights(sized.size());
    TemplateBank bank = TemplateBank.create(rule, types, manager, new Seed(3));
    ScalerSet scalers = ScalerSet.create(rule, types, manager, new Seed(4));
    Path templates = folder.resolve("templates.safetensors");
    new Templates(sized.family(), sized.size(), bank, scalers, provenance).save(templates);
    assertThatThrownBy(() -> ImageTranslator.load(templates))
        .isInstanceOf(WeitException.class)
        .hasMessage(templates + ": expected dense weights, found an artefact of kind TEMPLATES");
  }

  @Test
  void picturesHaveOneChannelOrThree() {
    ImageFacts four =
        new ImageFacts(List.of("a", "b"), List.of(0., 0., 0., 0.), List.of(1., 1., 1., 1.));
    assertThatThrownBy(() -> new ImageTranslator(Vit.small(8, 4, 2), four))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("three colours", "4 channels");
  }

  @Test
  void aModelWhoseStatisticsWereNotMeasuredIsRefused() {
    SizedModel sized = resnet();
    SizedModel unmeasured = new SizedModel(sized.family(), sized.size(), sized.weights());
    assertThatThrownBy(() -> unmeasured.toZooModel("five", FACTS))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("running statistics", "calibrate");
  }

  private SizedModel resnet() {
    ResNet net = ResNet.small(16, 3, 5).withCut(new ConvCut(4, 2, 2, 2, ConvCut.Sharing.STAGE));
    SizedModel random = SizedModel.random(net, new Size(4, List.of(1, 2, 1)), manager, new Seed(1));
    NDArray images = Values.images(manager, net, 4, new Seed(2), DataType.FLOAT32);
    return random.calibrate(List.of(images));
  }

  /** A picture of 16x16 in which every pixel and channel differs from its neighbours. */
  private static Image picture() {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        picture.setRGB(x, y, level(0, y, x) << 16 | level(1, y, x) << 8 | level(2, y, x));
      }
    }
    return ImageFactory.getInstance().fromImage(picture);
  }

  private static int level(int channel, int y, int x) {
    return (37 * channel + 11 * y + 5 * x * (channel + 1)) % 256;
  }

  private NDArray pixels() {
    float[] values = new float[3 * 16 * 16];
    for (int i = 0; i < values.length; i++) {
      int c = i / 256;
      double level = level(c, i / 16 % 16, i % 16) / 255.0;
      values[i] = (float) ((level - FACTS.mean().get(c)) / FACTS.deviation().get(c));
    }
    return manager.create(values, new Shape(1, 3, 16, 16));
  }
}
