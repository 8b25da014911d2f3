package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

/** Puts a learnt class token before the patches and adds a learnt position to each. */
final class DjlTokens extends AbstractBlock {

  private final Parameter token;
  private final Parameter position;

  DjlTokens() {
    token = addParameter(parameter("token"));
    position = addParameter(parameter("position"));
  }

  private static Parameter parameter(String name) {
    return Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.OTHER)
        .optInitializer(Initializer.ZEROS)
        .build();
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    long width = inputShapes[0].get(2);
    token.setShape(new Shape(1, 1, width));
    position.setShape(new Shape(1, inputShapes[0].get(1) + 1, width));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape in = inputShapes[0];
    return new Shape[] {new Shape(in.get(0), in.get(1) + 1, in.get(2))};
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> options) {
    NDArray x = inputs.singletonOrThrow(); // (batch, patches, D)
    NDArray first =
        parameters
            .getValue(token, x.getDevice(), training)
            .broadcast(x.getShape().get(0), 1, x.getShape().get(2));
    first.attach(x.getManager()); // the batch's, which ends with the step
    NDArray places = parameters.getValue(position, x.getDevice(), training);
    return new NDList(first.concat(x, 1).add(places));
  }
}
