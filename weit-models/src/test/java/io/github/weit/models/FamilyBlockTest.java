package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FamilyBlockTest {

  private static final Size SIZE = new Size(8, 2);

  private final Vit vit = new Vit(4, 1, 2, 3, 4, 2, Vit.Pooling.MEAN, new TemplateCut(4, 2, 2, 2));

  @Test
  void computesWhatTheFamilyComputes() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      List<WeightType> types = vit.weights(SIZE);
      NamedArrays weights =
          Values.create(manager, types, Values.randomWeights(types, new Seed(1)), DataType.FLOAT32);
      FamilyBlock block = new FamilyBlock(vit, SIZE, new Seed(2));
      block.set(manager, weights);
      NDArray images = Values.images(manager, vit, 2, new Seed(3), DataType.FLOAT32);
      NDArray found =
          block.forward(new ParameterStore(manager, false), new NDList(images), false).get(0);
      NDArray expected = vit.forward(weights, SIZE, images, Pass.evaluation());
      assertThat(found.toFloatArray()).isEqualTo(expected.toFloatArray());
      assertThat(block.getParameters().keys()).containsExactlyElementsOf(weights.names());
      assertThat(block.getOutputShapes(new Shape[] {images.getShape()}))
          .containsExactly(new Shape(2, 3));
    }
  }

  @Test
  void startsAtTheFamilysRandomWeightsIfItWasGivenNone() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      FamilyBlock block = new FamilyBlock(vit, SIZE, new Seed(4));
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 4, 4));
      NamedArrays expected = DenseWeights.initial(vit.weights(SIZE), manager, new Seed(4));
      for (String name : expected.names()) {
        assertThat(block.getParameters().get(name).getArray().toFloatArray())
            .as(name)
            .isEqualTo(expected.get(name).toFloatArray());
      }
    }
  }

  @Test
  void refusesWeightsOfAnotherSize() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      FamilyBlock block = new FamilyBlock(vit, SIZE, new Seed(4));
      Size wider = new Size(2 * SIZE.width(), SIZE.depth());
      NamedArrays others = DenseWeights.initial(vit.weights(wider), manager, new Seed(8));
      assertThatThrownBy(() -> block.set(manager, others))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll(SIZE.toString(), "must have shape", "found");
    }
  }

  @Test
  void takesOtherWeightsLater() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      FamilyBlock block = new FamilyBlock(vit, SIZE, new Seed(4));
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 4, 4));
      NamedArrays other = DenseWeights.initial(vit.weights(SIZE), manager, new Seed(8));
      block.set(manager, other);
      String name = "blocks.1.mlp.fc1.weight";
      NDArray array = block.getParameters().get(name).getArray();
      assertThat(array.toFloatArray()).isEqualTo(other.get(name).toFloatArray());
      other.close();
      assertThat(array.toFloatArray()).hasSize(8 * 16);
    }
  }

  @Test
  void aModelOfGivenWeightsIsSavedAndLoaded(@TempDir Path folder)
      throws IOException, MalformedModelException, TranslateException {
    float[] expected;
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel sized = SizedModel.random(vit, SIZE, manager, new Seed(9));
        Model model = sized.toDjl("vit")) {
      expected = predict(model);
      NDArray images = Values.images(manager, vit, 2, new Seed(7), DataType.FLOAT32);
      assertThat(sized.logits(images).toFloatArray()).isEqualTo(expected);
      model.save(folder, "vit");
    }
    try (Model model = Model.newInstance("vit", Device.cpu())) {
      model.setBlock(new FamilyBlock(vit, SIZE, new Seed(6)));
      model.load(folder, "vit");
      assertThat(predict(model)).isEqualTo(expected);
    }
  }

  @Test
  void isSavedAndLoadedByTheEnginesModel(@TempDir Path folder)
      throws IOException, MalformedModelException, TranslateException {
    float[] expected;
    try (Model model = Model.newInstance("vit", Device.cpu())) {
      FamilyBlock block = new FamilyBlock(vit, SIZE, new Seed(5));
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 1, 4, 4));
      model.setBlock(block);
      model.save(folder, "vit");
      expected = predict(model);
    }
    try (Model model = Model.newInstance("vit", Device.cpu())) {
      model.setBlock(new FamilyBlock(vit, SIZE, new Seed(6)));
      model.load(folder, "vit");
      assertThat(predict(model)).isEqualTo(expected);
    }
  }

  private float[] predict(Model model) throws TranslateException {
    try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
        NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NDArray images = Values.images(manager, vit, 2, new Seed(7), DataType.FLOAT32);
      return predictor.predict(new NDList(images)).singletonOrThrow().toFloatArray();
    }
  }
}
