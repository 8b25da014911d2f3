package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ImageTranslator;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that several threads ask at once. */
class ServeModelTest {

  private static final int PICTURES = 24;

  @TempDir private Path folder;
  private Path weights;

  @BeforeEach
  void save() {
    weights = folder.resolve("weights.safetensors");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model =
            SizedModel.random(Vit.small(16, 3, 4), new Size(64, 3), manager, new Seed(1))) {
      model.save(
          weights,
          Map.of(
              "data.classes",
              "a\nb\nc\nd",
              "data.normalisation",
              "mean=0.5,0.5,0.5;deviation=0.25,0.25,0.25"));
    }
  }

  /** Of different sizes, which a batch has to bring to one. */
  private static List<Image> pictures() {
    RandomGenerator random = new Seed(2).generator();
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      BufferedImage picture = new BufferedImage(12 + i, 30 - i, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < picture.getHeight(); y++) {
        for (int x = 0; x < picture.getWidth(); x++) {
          picture.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      pictures.add(ImageFactory.getInstance().fromImage(picture));
    }
    return pictures;
  }

  @Test
  void manyThreadsGetTheAnswersOfOne()
      throws InterruptedException, TranslateException, ExecutionException {
    List<Image> pictures = pictures();
    List<Classifications> alone = new ArrayList<>();
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel sized = SizedModel.load(weights, manager);
        Model model = sized.toDjl("alone");
        Predictor<Image, Classifications> predictor =
            model.newPredictor(ImageTranslator.load(weights))) {
      for (Image picture : pictures) {
        alone.add(predictor.predict(picture));
      }
    }
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try (ServeModel service = new ServeModel(weights, 2)) {
      List<Future<List<Classifications>>> answers =
          IntStream.range(0, 40)
              .mapToObj(i -> callers.submit(() -> service.classify(part(pictures, i))))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        List<Classifications> found = answers.get(i).get();
        assertThat(found).hasSize(part(pictures, i).size());
        for (int j = 0; j < found.size(); j++) {
          assertSame(found.get(j), alone.get(start(i) + j));
        }
      }
    } finally {
      callers.shutdown();
    }
  }

  private static int start(int request) {
    return request * 5 % (PICTURES - 6);
  }

  private static List<Image> part(List<Image> pictures, int request) {
    int start = start(request);
    return pictures.subList(start, start + 1 + request % 6);
  }

  /** Batches of another size may round the last bits otherwise. */
  private static void assertSame(Classifications found, Classifications expected) {
    assertThat(found.getClassNames()).isEqualTo(expected.getClassNames());
    for (int c = 0; c < 4; c++) {
      assertThat(found.getProbabilities().get(c))
          .isCloseTo(expected.getProbabilities().get(c), within(1e-5));
    }
  }

  @Test
  void closingWaitsForWhatIsBeingAnsweredAndRefusesTheRest()
      throws InterruptedException, TranslateException, ExecutionException {
    List<Image> pictures = pictures();
    ServeModel service = new ServeModel(weights, 1);
    ExecutorService callers = Executors.newFixedThreadPool(1);
    try {
      service.classify(pictures.subList(0, 1));
      Future<List<Classifications>> last = callers.submit(() -> service.classify(pictures));
      while (!last.isDone() && service.isIdle()) {
        Thread.onSpinWait(); // until it has begun
      }
      service.close();
      service.close();
      assertThat(last.get()).hasSize(PICTURES);
      assertThatThrownBy(() -> service.classify(pictures))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    } finally {
      callers.shutdown();
    }
  }
}
