package io.github.weit.onnx;

import io.github.weit.core.WeitException;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.onnx.OnnxGraph.Value;

/** The forward pass of a family at evaluation, as operators: what {@code Family.forward} does. */
sealed interface FamilyGraph permits VitGraph, ResNetGraph, ConvNextGraph {

  /**
   * Appends the network.
   *
   * @param graph holds the weights under their parameter paths
   * @param images {@code (batch, ...inputShape)}
   * @return logits {@code (batch, classes)}
   */
  Value logits(OnnxGraph graph, Size size, Value images);

  /**
   * The graph of {@code family}.
   *
   * @throws WeitException if it has none
   */
  static FamilyGraph of(Family family) {
    if (family instanceof Vit vit) {
      return new VitGraph(vit);
    }
    if (family instanceof ResNet net) {
      return new ResNetGraph(net);
    }
    if (family instanceof ConvNext net) {
      return new ConvNextGraph(net);
    }
    throw new WeitException(
        "family '%s' cannot be written as ONNX yet; vit, resnet and convnext can"
            .formatted(family.id()));
  }
}
