package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights, input and logits written by torchvision; see src/test/python/make_golden_resnet.py. */
class ResNetGoldenTest {

  private static final ConvCut CUT = new ConvCut(4, 2, 2, 2, ConvCut.Sharing.STAGE);

  enum Case {
    BASIC("resnet-basic", ResNet.small(16, 3, 5).withCut(CUT), "4x2-1-2"),
    BOTTLENECK("resnet-bottleneck", bottleneck(), "4x1-2-1-1"),
    WIDE("resnet-wide", bottleneck().withWidening(2), "4x1-1-1-1");

    private final String file;
    private final ResNet net;
    private final Size size;

    Case(String file, ResNet net, String size) {
      this.file = file;
      this.net = net;
      this.size = Size.parse(size);
    }

    private static ResNet bottleneck() {
      return new ResNet(32, 3, 5, ResNet.Stem.IMAGENET, ResNet.Block.BOTTLENECK, 4, 1, CUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheLogitsOfTorchvision(Case of) {
    compare(of, Pass.evaluation(), "logits");
  }

  @ParameterizedTest
  @EnumSource
  void givesTheLogitsOfTorchvisionNormalisedByTheBatch(Case of) {
    compare(of, Pass.measuring(BatchStatistics.ignored()), "training_logits");
  }

  @ParameterizedTest
  @EnumSource
  void hasTheParametersAndTheRunningStatisticsOfTorchvision(Case of) {
    List<WeightType> types = new ArrayList<>(of.net.weights(of.size));
    types.addAll(of.net.statistics(of.size));
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays weights = Golden.read(manager, of.file).under("weights/");
      assertThat(Golden.extents(types)).isEqualTo(Golden.extents(weights));
    }
  }

  private static void compare(Case of, Pass pass, String expected) {
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays golden = Golden.read(manager, of.file);
      NDArray logits = of.net.forward(golden.under("weights/"), of.size, golden.get("input"), pass);
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get(expected)), 1e-5);
    }
  }
}
