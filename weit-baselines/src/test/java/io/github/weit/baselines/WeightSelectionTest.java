package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.WeightSelection.Head;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightSelectionTest {

  private NDManager manager;
  private SizedModel parent;

  @BeforeEach
  void train() {
    manager = Tiny.manager();
    parent = Tiny.model(Tiny.VIT, new Size(16, 3), manager, 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void entriesAreEvenlySpaced() {
    assertThat(WeightSelection.selected(8, 4)).containsExactly(0, 2, 4, 6);
    assertThat(WeightSelection.selected(9, 3)).containsExactly(0, 3, 6);
    assertThat(WeightSelection.selected(6, 4)).containsExactly(0, 2, 3, 5);
    assertThat(WeightSelection.selected(8, 5)).containsExactly(0, 2, 4, 5, 7); // 3.5 is tied
    assertThat(WeightSelection.selected(16, 7)).containsExactly(0, 2, 5, 8, 10, 12, 15); // 2.5 too
    assertThat(WeightSelection.selected(5, 1)).containsExactly(0);
  }

  @Test
  void takesEverySecondFeatureOfTheFirstLayersWhereTheWidthIsHalved() {
    compare(new Size(8, 2), new int[] {0, 2, 4, 6, 8, 10, 12, 14}, everySecond());
  }

  private static int[] everySecond() {
    int[] hidden = new int[16];
    for (int i = 0; i < 16; i++) {
      hidden[i] = 2 * i;
    }
    return hidden;
  }

  @Test
  void roundsEvenSpacesWhereTheWidthDoesNotDivide() {
    int[] width = {0, 1, 3, 4, 5, 7, 8, 10, 11, 12, 14, 15}; // round(i 15 / 11)
    int[] hidden = new int[24];
    for (int i = 0; i < 24; i++) {
      hidden[i] = (int) Math.round(i * 31.0 / 23);
    }
    compare(new Size(12, 3), width, hidden);
  }

  private void compare(Size size, int[] width, int[] hidden) {
    try (SizedModel found =
        new WeightSelection(parent, Head.SELECTED).initialise(size, manager, new Seed(1))) {
      assertThat(found.weights().names())
          .containsExactlyElementsOf(
              SizedModel.random(Tiny.VIT, size, manager, new Seed(1)).weights().names());
      found
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isEqualTo(NaivePick.vit(Tiny.VIT, parent, name, width, hidden)));
    }
  }

  @Test
  void aFreshHeadIsRandomAndAllElseSelected() {
    Size size = new Size(8, 1);
    try (SizedModel selected =
            new WeightSelection(parent, Head.SELECTED).initialise(size, manager, new Seed(1));
        SizedModel fresh =
            new WeightSelection(parent, Head.FRESH).initialise(size, manager, new Seed(1));
        SizedModel usual = SizedModel.random(Tiny.VIT, size, manager, new Seed(1))) {
      fresh
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isEqualTo(
                          (name.startsWith("head.") ? usual : selected)
                              .weights()
                              .get(name)
                              .toFloatArray()));
      assertThat(fresh.weights().get("head.weight").toFloatArray())
          .isNotEqualTo(selected.weights().get("head.weight").toFloatArray());
    }
  }

  @Test
  void takesTheFirstLayersOfEveryStageOfAResNet() {
    SizedModel wide = Tiny.model(Tiny.RES_NET, Size.parse("8x2-3"), manager, 2);
    try (SizedModel found =
        new WeightSelection(wide, Head.SELECTED)
            .initialise(Size.parse("4x1-2"), manager, new Seed(1))) {
      assertThat(found.weights().names())
          .contains("layer2.1.conv1.weight")
          .doesNotContain("layer2.2.conv1.weight", "layer1.1.conv1.weight");
      int[] four = {0, 2, 4, 6};
      int[] eight = {0, 2, 4, 6, 8, 10, 12, 14};
      int[] three = {0, 1, 2};
      picked(found, wide, "conv1.weight", four, new int[] {0}, three, three);
      picked(found, wide, "layer1.0.conv2.weight", four, four, three, three);
      picked(found, wide, "layer2.0.conv1.weight", eight, four, three, three);
      picked(
          found, wide, "layer2.0.downsample.0.weight", eight, four, new int[] {0}, new int[] {0});
      picked(found, wide, "layer2.1.conv1.weight", eight, eight, three, three);
      picked(found, wide, "layer2.1.bn2.bias", eight);
      picked(found, wide, "fc.weight", three, eight);
    }
  }

  private static void picked(SizedModel found, SizedModel parent, String name, int[]... picks) {
    var array = parent.weights().get(name);
    assertThat(found.weights().get(name).toFloatArray())
        .as(name)
        .isEqualTo(
            NaivePick.pick(array.toFloatArray(), array.getShape().getShape().clone(), picks));
  }

  @Test
  void leavesTheParentAloneAndOwnsItsWeights() {
    Map<String, float[]> before = Tiny.values(parent);
    int arrays = manager.getManagedArrays().size();
    try (SizedModel found =
        new WeightSelection(parent, Head.SELECTED)
            .initialise(parent.size(), manager, new Seed(1))) {
      assertThat(Tiny.values(found)).usingRecursiveComparison().isEqualTo(before);
      found.weights().forEach((name, array) -> array.addi(manager.ones(array.getShape())));
      assertThat(found.weights().get("head.bias").getManager()).isSameAs(manager);
    }
    assertThat(Tiny.values(parent)).usingRecursiveComparison().isEqualTo(before);
    assertThat(manager.getManagedArrays().size()).isGreaterThanOrEqualTo(arrays);
  }

  @Test
  void refusesWhatIsLarger() {
    WeightSelection selection = new WeightSelection(parent, Head.SELECTED);
    assertThat(selection.refusal(new Size(8, 3))).isEmpty();
    assertThat(selection.refusal(new Size(8, 4)).orElseThrow()).contains("16x3");
    assertThat(selection.refusal(new Size(20, 1))) // told once for all such sizes
        .isEqualTo(selection.refusal(new Size(8, 4)));
    assertThat(selection.refusal(new Size(9, 1)).orElseThrow()).contains("width 9");
    assertThatThrownBy(() -> selection.initialise(new Size(20, 1), manager, new Seed(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("weight-selection", "20x1");
  }
}
