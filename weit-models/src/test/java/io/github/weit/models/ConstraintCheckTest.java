package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.CompositionCost;
import io.github.weit.core.Constraint;
import io.github.weit.core.ConstraintCheck;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.Factor;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.Resize;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConstraintCheckTest {

  private static final Vit VIT = Vit.small(8, 1, 3);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static List<Constraint> ours() {
    return List.of(
        new KroneckerConstraint(),
        new KroneckerConstraint(KroneckerConstraint.Order.INTERLEAVED),
        new MatricesOnlyConstraint(new KroneckerConstraint()),
        new DenseConstraint());
  }

  @ParameterizedTest
  @MethodSource("ours")
  void oursKeepTheRules(Constraint constraint) {
    Map<Family, List<String>> families =
        Map.of(
            VIT,
            List.of("64x2", "96x3"),
            ResNet.small(8, 1, 3),
            List.of("16x2-2-2", "8x3-2-1"),
            ConvNext.small(16, 1, 3),
            List.of("32x2-2-2", "64x3-2-1"));
    families.forEach(
        (family, sizes) ->
            assertThatCode(
                    () ->
                        ConstraintCheck.require(
                            constraint,
                            family.weights(Size.parse(sizes.get(0))),
                            family.weights(Size.parse(sizes.get(1))),
                            manager))
                .as(family + "")
                .doesNotThrowAnyException());
  }

  @Test
  void mixedLayersKeepTheRulesInDepth() {
    for (LayerMixConstraint.Rule rule : LayerMixConstraint.Rule.values()) {
      ConstraintCheck.require(
          new LayerMixConstraint(rule),
          VIT.weights(new Size(32, 6)),
          VIT.weights(new Size(32, 8)),
          manager);
    }
  }

  /** The Kronecker rule, with one thing done wrong. */
  private static class Broken implements Constraint {
    private final Constraint right;

    private Broken() {
      this(new KroneckerConstraint());
    }

    private Broken(Constraint right) {
      this.right = right;
    }

    @Override
    public String id() {
      return right.id();
    }

    @Override
    public Map<String, String> options() {
      return right.options();
    }

    @Override
    public List<Factor> templates(WeightType type) {
      return right.templates(type);
    }

    @Override
    public List<Factor> scalers(WeightType type) {
      return right.scalers(type);
    }

    @Override
    public NDArray compose(WeightType type, NDList templates, NDList scalers) {
      return right.compose(type, templates, scalers);
    }

    @Override
    public CompositionCost cost(WeightType type) {
      return right.cost(type);
    }

    @Override
    public NDList layer(WeightType type, NDList scalers, long layer) {
      return right.layer(type, scalers, layer);
    }

    @Override
    public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
      return right.resize(from, to, scalers, rule);
    }

    /** So that it is found again. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Broken || right.equals(other);
    }

    @Override
    public int hashCode() {
      return right.hashCode();
    }
  }

  private void refused(Constraint broken, String... words) {
    assertThatThrownBy(
            () ->
                ConstraintCheck.require(
                    broken, VIT.weights(new Size(64, 2)), VIT.weights(new Size(32, 3)), manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theWrongLayerIsNoticed() {
    refused(
        new Broken() {
          @Override
          public NDList layer(WeightType type, NDList scalers, long layer) {
            return super.layer(type, scalers, type.depth() - 1 - layer);
          }
        },
        "blocks.{}",
        "compose of layer(0) is not layer 0 of compose");
  }

  @Test
  void modelsThatShareMemoryWithScalersAreNoticed() {
    refused(
        new Broken(new DenseConstraint()) {
          @Override
          public NDList layer(WeightType type, NDList scalers, long layer) {
            NDArray all = scalers.singletonOrThrow();
            return new NDList(
                type.layered() ? all.get(new NDIndex("{}:{}", layer, layer + 1)) : all);
          }
        },
        "what is composed of layer(0) changes with the templates or scalers");
  }

  @Test
  void templatesThatDependOnTheSizeAreNoticed() {
    refused(
        new Broken() {
          @Override
          public List<Factor> templates(WeightType type) {
            long size = type.stackedShape().size();
            List<Factor> factors = new ArrayList<>(super.templates(type));
            factors.add(new Factor("more", new Shape(size), seed -> new float[(int) size]));
            return factors;
          }

          @Override
          public NDArray compose(WeightType type, NDList templates, NDList scalers) {
            return super.compose(type, templates.subNDList(0, templates.size() - 1), scalers);
          }
        },
        "templates belong to no size",
        "'more'");
  }

  @Test
  void whatNeverLearnsIsNoticed() {
    refused(
        new Broken() {
          @Override
          public NDArray compose(WeightType type, NDList templates, NDList scalers) {
            NDList still = new NDList();
            templates.forEach(array -> still.add(array.stopGradient()));
            return super.compose(type, still, scalers);
          }
        },
        "templates '' would never learn");
    refused(
        new Broken() {
          @Override
          public NDArray compose(WeightType type, NDList templates, NDList scalers) {
            return super.compose(type, templates, scalers).stopGradient();
          }
        },
        "compose must be differentiable");
  }

  @Test
  void factorsThatCannotBeToldApartOrMadeAreNoticed() {
    refused(
        new Broken() {
          @Override
          public List<Factor> scalers(WeightType type) {
            return List.of(super.scalers(type).get(0), super.scalers(type).get(0));
          }
        },
        "scalers must have a suffix each, found [, ]");
    refused(
        new Broken() {
          @Override
          public List<Factor> scalers(WeightType type) {
            Shape shape = super.scalers(type).get(0).shape();
            return List.of(new Factor("", shape, seed -> new float[3]));
          }
        },
        "initial values, found 3");
    refused(
        new Broken() {
          @Override
          public List<Factor> scalers(WeightType type) {
            Shape shape = super.scalers(type).get(0).shape();
            int size = Math.toIntExact(shape.size());
            AtomicInteger calls = new AtomicInteger();
            return List.of(
                new Factor(
                    "",
                    shape,
                    seed -> {
                      float[] values = new float[size];
                      values[0] = calls.incrementAndGet();
                      return values;
                    }));
          }
        },
        "must depend on the seed alone");
  }

  @Test
  void wrongShapesAreNoticed() {
    refused(
        new Broken() {
          @Override
          public NDArray compose(WeightType type, NDList templates, NDList scalers) {
            return super.compose(type, templates, scalers).expandDims(0);
          }
        },
        "compose must give");
    refused(
        new Broken() {
          @Override
          public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
            return scalers;
          }
        },
        "resize must give");
    refused(
        new Broken() {
          @Override
          public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
            NDList resized = new NDList();
            super.resize(from, to, scalers, rule).forEach(array -> resized.add(array.neg()));
            return resized;
          }
        },
        "change where they are resized to their own size");
  }

  @Test
  void whatNoFileCouldNameIsNoticed() {
    refused(
        new Broken() {
          @Override
          public String id() {
            return "nobody";
          }
        },
        "'nobody'",
        "META-INF/services");
    refused(
        new Broken() {
          @Override
          public boolean equals(Object other) {
            return this == other;
          }

          @Override
          public int hashCode() {
            return 1;
          }
        },
        "options() must have all that decides the weights");
  }
}
