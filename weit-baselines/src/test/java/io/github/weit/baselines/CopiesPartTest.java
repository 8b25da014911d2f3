package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Features that are copies when a model is widened become features of their own in training. AdamW
 * divides a gradient by its size, so it is not enough that one copy's is a multiple of the other's.
 */
class CopiesPartTest {

  private static final Seed SEED = new Seed(13);
  private static final Size SMALL = new Size(8, 2);
  private static final Size WIDE = new Size(16, 2);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Tiny.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void ofASupernet() {
    try (Templates supernet =
        SupernetCutTest.learnt(Tiny.VIT, SMALL, new DenseConstraint(), manager)) {
      assertThat(parting(new SupernetCut(supernet, 0.5))).isGreaterThan(0.1);
      assertThat(parting(new SupernetCut(supernet, 0))).isLessThan(1e-3);
    }
  }

  @Test
  void ofComposedModels() {
    try (Templates templates =
        SupernetCutTest.learnt(Tiny.VIT, SMALL, new KroneckerConstraint(), manager)) {
      assertThat(parting(new ComposedTemplates("weit", templates, 0.5))).isGreaterThan(0.1);
    }
  }

  @Test
  void ofStackedModels() {
    SizedModel parent = Tiny.model(Tiny.VIT, SMALL, manager, 1);
    assertThat(parting(new Stacking(parent, 0.5))).isGreaterThan(0.1);
  }

  /**
   * How far hidden units of the first MLP that start as copies are from each other after one step,
   * over how far they have moved. Of a unit's weights those of copied inputs are summed. With
   * shares that all consumers have in common it is below 0.002.
   */
  private double parting(Initialiser start) {
    try (SizedModel before = start.initialise(WIDE, manager, SEED);
        SizedModel after =
            new FittedWeights("trained", start, WIDE, Tiny.fitting(1), Optional.empty())
                .initialise(WIDE, manager, SEED)) {
      double[][] from = units(before);
      double[][] to = units(after);
      double apart = 0;
      double moved = 0;
      for (int unit = 0; unit < 16; unit++) {
        apart += distance(to[unit], to[unit + 16]);
        moved += distance(from[unit], to[unit]);
        assertThat(distance(from[unit], from[unit + 16])).isLessThan(1e-5);
      }
      return apart / moved;
    }
  }

  private static double[][] units(SizedModel model) {
    float[] weights = model.weights().get("blocks.0.mlp.fc1.weight").toFloatArray(); // (32, 16)
    double[][] units = new double[32][8];
    for (int i = 0; i < weights.length; i++) {
      units[i / 16][i % 8] += weights[i];
    }
    return units;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
