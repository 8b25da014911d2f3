package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights, input and logits written by timm; see src/test/python/make_golden_convnext.py. */
class ConvNextGoldenTest {

  /** Images of odd sides lose a line where they are halved. */
  @ParameterizedTest
  @CsvSource({
    "convnext, 35, 4, 4x1-2-1-1",
    "convnext-halved, 17, 2, 4x2-1-3",
    "convnext-undivided, 8, 1, 4x1-1-2"
  })
  void hasTheParametersAndGivesTheLogitsOfTimm(String file, int side, int patch, String text) {
    Size size = Size.parse(text);
    ConvCut cut = new ConvCut(4, 2, 2, 2, ConvCut.Sharing.STAGE);
    ConvNext net = new ConvNext(side, 3, 5, patch, size.depths().size(), cut);
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays golden = Golden.read(manager, file);
      NamedArrays weights = golden.under("weights/");
      assertThat(Golden.extents(net.weights(size))).isEqualTo(Golden.extents(weights));
      NDArray logits = net.forward(weights, size, golden.get("input"), Pass.evaluation());
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
  }
}
