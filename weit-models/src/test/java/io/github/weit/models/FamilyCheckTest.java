package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FamilyCheckTest {

  private static final Vit VIT =
      new Vit(8, 1, 4, 3, 8, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 2, 2, 2));
  private static final ConvCut CUT = new ConvCut(4, 2, 2, 2, ConvCut.Sharing.NETWORK);
  private static final ResNet RES_NET =
      new ResNet(8, 3, 3, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 2, 1, CUT);
  private static final List<Size> SIZES = List.of(new Size(16, 2), new Size(24, 3));
  private static final String PATCHES = "patch_embed.proj.weight";

  private Seed hidden = new Seed(0);
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> ours() {
    List<Size> stages = List.of(Size.parse("8x2-2"), Size.parse("12x3-2"));
    return Stream.of(
        Arguments.of(VIT, SIZES),
        Arguments.of(VIT.withPooling(Vit.Pooling.MEAN), SIZES),
        Arguments.of(RES_NET, stages),
        Arguments.of(
            new ResNet(16, 1, 3, ResNet.Stem.IMAGENET, ResNet.Block.BOTTLENECK, 2, 2, CUT), stages),
        Arguments.of(new ConvNext(8, 3, 3, 2, 2, CUT), stages));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void oursKeepTheRules(Family family, List<Size> sizes) {
    FamilyCheck.require(family, sizes, manager);
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  private void refused(Family broken, String... words) {
    List<Size> sizes =
        broken.stages() == 1 ? SIZES : List.of(Size.parse("8x2-2"), Size.parse("12x3-2"));
    assertThatThrownBy(() -> FamilyCheck.require(broken, sizes, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("family '%s'", broken.id())
        .hasMessageContainingAll(words);
  }

  @Test
  void oneSizeSaysTooLittle() {
    assertThatThrownBy(() -> FamilyCheck.require(VIT, List.of(new Size(16, 2)), manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("two sizes");
    List<Size> illegal = List.of(new Size(16, 2), new Size(17, 2));
    assertThatThrownBy(() -> FamilyCheck.require(VIT, illegal, manager))
        .hasMessageContaining("width 17");
  }

  @Test
  void whatNoFileCouldNameIsNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public String id() {
            return "nobody";
          }
        },
        "could not be read again",
        "'nobody'",
        "META-INF/services");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Map<String, String> options() {
            return VIT.withPatch(2).options();
          }
        },
        "a file would be read as",
        "patch 2",
        "patch 4");
  }

  @Test
  void whatIsNoValueIsNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public boolean equals(Object other) {
            return this == other;
          }

          @Override
          public int hashCode() {
            return 1;
          }
        },
        "equals() compare it");
    refused(
        new FamilyLike(VIT) {
          @Override
          public boolean equals(Object other) {
            return super.equals(other);
          }

          @Override
          public int hashCode() {
            return 1;
          }
        },
        "hashCode() must be the same");
    refused(
        new FamilyLike(VIT) {
          @Override
          public String toString() {
            return "mine";
          }
        },
        "toString() must be the same",
        "'mine'");
    refused(
        new FamilyLike(VIT) {
          @Override
          public boolean equals(Object other) {
            return other instanceof Vit;
          }

          @Override
          public int hashCode() {
            return VIT.hashCode();
          }
        },
        "equals() must tell what withClasses(4) gives");
  }

  @Test
  void sizesThatShouldBeRefusedAreNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public void requireLegal(Size size) {}
        },
        "requireLegal(16x2-1) must throw a WeitException, found none");
    refused(
        new FamilyLike(VIT) {
          @Override
          public void requireLegal(Size size) {
            if (size.depths().size() != 1) {
              throw new IllegalStateException("no");
            }
          }
        },
        "requireLegal(16x2-1) must throw",
        "IllegalStateException: no");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Cost cost(Size size) {
            return super.cost(new Size(size.width() / 8 * 8, size.depth()));
          }
        },
        "cost(16x2-1) must throw");
    refused(
        new FamilyLike(VIT) {
          @Override
          public int widthStep() {
            return 4;
          }
        },
        "widthStep() is 4, and 20x2 is refused");
    refused(
        new FamilyLike(VIT) {
          @Override
          public int widthStep() {
            return 16;
          }
        },
        "stages() and widthStep() say",
        "24x3 is legal");
  }

  /** Its weights, changed. */
  private abstract static class OtherWeights extends FamilyLike {

    private OtherWeights(Family family) {
      super(family);
    }

    abstract void change(List<WeightType> types, Size size);

    @Override
    public List<WeightType> weights(Size size) {
      List<WeightType> types = new ArrayList<>(super.weights(size));
      change(types, size);
      return types;
    }

    @Override
    public Family withClasses(int classes) {
      return like(super.withClasses(classes));
    }

    @Override
    public Family withImages(int size, int channels) {
      return like(super.withImages(size, channels));
    }

    private Family like(Family of) {
      OtherWeights first = this;
      return new OtherWeights(of) {
        @Override
        void change(List<WeightType> types, Size size) {
          first.change(types, size);
        }
      };
    }
  }

  @Test
  void weightsOfOneNameAreNoticed() {
    refused(
        new OtherWeights(VIT) {
          @Override
          void change(List<WeightType> types, Size size) {
            types.add(types.get(0));
          }
        },
        "size 16x2 has two weights 'cls_token'");
    AtomicInteger calls = new AtomicInteger();
    refused(
        new OtherWeights(VIT) {
          @Override
          void change(List<WeightType> types, Size size) {
            if (calls.incrementAndGet() % 2 == 0) {
              types.remove(0);
            }
          }
        },
        "must always be the same");
  }

  private static WeightType with(WeightType type, String template, int terms) {
    return new WeightType(
        type.name(), template, terms, type.initial(), type.decayed(), type.axes());
  }

  @Test
  void templatesThatDependOnTheSizeAreNoticed() {
    refused(
        new OtherWeights(VIT) {
          @Override
          void change(List<WeightType> types, Size size) {
            types.set(0, with(types.get(0), types.get(0).template(), size.depth()));
          }
        },
        "size 24x3: template 'cls_token'",
        "expected 2 templates, found 3");
    refused(
        new OtherWeights(VIT) {
          @Override
          void change(List<WeightType> types, Size size) {
            types.set(0, with(types.get(0), "token of " + size, 2));
          }
        },
        "'cls_token' must name one template at every size",
        "'token of 16x2'");
  }

  @Test
  void wrongCountsAreNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public Cost cost(Size size) {
            return new Cost(7, super.cost(size).macs());
          }
        },
        "cost(16x2) counts 7 parameters");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Ledger ledger(Size size, Precision precision) {
            return super.ledger(new Size(32, 2), precision);
          }
        },
        "ledger(16x2) counts");
  }

  @Test
  void otherClassesThatAreAnotherFamilyAreNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withClasses(int classes) {
            return VIT;
          }
        },
        "withClasses(4) must have as many, found 3");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withClasses(int classes) {
            return VIT.withClasses(classes).withPooling(Vit.Pooling.MEAN);
          }
        },
        "withClasses(4) must change no option but [classes]",
        "pooling=MEAN");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withClasses(int classes) {
            return new FamilyLike(VIT.withClasses(classes)) {
              @Override
              public List<WeightType> weights(Size size) {
                return VIT.weights(size);
              }
            };
          }
        },
        "withClasses(4) must change the head at size 16x2");
  }

  /** The family of {@link FamiliesTest.TinyReader}, whose file says no more than it must. */
  private static final class Tiny extends FamilyLike {

    private final int classes;

    private Tiny(int classes) {
      super(Vit.small(8, 1, classes));
      this.classes = classes;
    }

    @Override
    public String id() {
      return "tiny";
    }

    @Override
    public Map<String, String> options() {
      return Map.of(Family.CLASSES, Integer.toString(classes));
    }

    @Override
    public Family withClasses(int value) {
      return new Tiny(value);
    }
  }

  @Test
  void optionsThatOtherImagesNeedAreMissed() {
    List<Size> sizes = List.of(new Size(32, 1), new Size(64, 2));
    assertThatThrownBy(() -> FamilyCheck.require(new Tiny(3), sizes, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("family 'tiny': option 'channels'", "must be 1, found none");
  }

  @Test
  void otherImagesThatAreAnotherFamilyAreNoticed() {
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withImages(int size, int channels) {
            return VIT.withImages(size, 1);
          }
        },
        "withImages(16, 3) must take images (3, 16, 16)",
        "found (1, 16, 16)");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withImages(int size, int channels) {
            return VIT.withImages(size, channels).withPatch(8);
          }
        },
        "must change no option but",
        "patch=8");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withImages(int size, int channels) {
            return new OtherWeights(VIT.withImages(size, channels)) {
              @Override
              void change(List<WeightType> types, Size of) {
                types.remove(0);
              }
            };
          }
        },
        "withImages(16, 3) must have weights of the same names");
    refused(
        new FamilyLike(VIT) {
          @Override
          public Family withImages(int size, int channels) {
            return new OtherWeights(VIT.withImages(size, channels)) {
              @Override
              void change(List<WeightType> types, Size of) {
                WeightType type = types.get(1);
                List<Axis> axes = new ArrayList<>(type.axes());
                axes.set(1, Axis.fixed("place", axes.get(1).length()));
                types.set(
                    1,
                    new WeightType(type.name(), type.template(), 2, type.initial(), false, axes));
              }
            };
          }
        },
        "withImages(16, 3) changes axis 'place' of 'pos_embed'");
  }

  @Test
  void weightsThatAreReadAndNotListedAreNoticed() {
    refused(
        new OtherWeights(VIT) {
          @Override
          void change(List<WeightType> types, Size size) {
            types.removeIf(type -> type.name().equals("norm.bias"));
          }

          @Override
          public Cost cost(Size size) {
            return new Cost(super.cost(size).parameters() - size.width(), 1);
          }

          @Override
          public Ledger ledger(Size size, Precision precision) {
            throw new WeitException("nobody has counted it");
          }
        },
        "size 16x2: forward fails",
        "no array named 'norm.bias'");
  }

  /** Its forward pass, changed. */
  private interface Forward {
    NDArray of(NamedArrays weights, Size size, NDArray input, Pass pass);
  }

  private void refusedForward(Family family, Forward forward, String... words) {
    refused(
        new FamilyLike(family) {
          @Override
          public NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass) {
            return forward.of(weights, size, input, pass);
          }
        },
        words);
  }

  @Test
  void wrongLogitsAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> VIT.forward(weights, size, input, pass).expandDims(0),
        "logits must be (3, 3) of float32, found (1, 3, 3)");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          boolean narrow = pass.precision() == Precision.BFLOAT16;
          return narrow ? logits.toType(DataType.FLOAT16, false) : logits;
        },
        "logits must be (3, 3) of float32, found (3, 3) of float16");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          logits.attach(manager);
          return logits;
        },
        "logits must belong to the manager of the images");
  }

  @Test
  void whatIsLeftBesideTheWeightsIsNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          weights.get(PATCHES).neg();
          return VIT.forward(weights, size, input, pass);
        },
        "forward leaves 1 arrays in the manager of the weights");
  }

  @Test
  void weightsThatChangeAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          if (!pass.training()) {
            weights.get("head.bias").addi(Ops.scalarLike(input, 1e-6));
          }
          return VIT.forward(weights, size, input, pass);
        },
        "forward must leave weights as they are, it changes 'head.bias'");
  }

  @Test
  void weightsThatNeverLearnAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          Map<String, NDArray> still = new TreeMap<>(weights.asMap());
          NDArray stopped = still.get("norm.bias").stopGradient();
          stopped.attach(input.getManager());
          still.put("norm.bias", stopped);
          return VIT.forward(NamedArrays.of(still), size, input, pass);
        },
        "weights 'norm.bias' would never learn");
  }

  /** Of a generator that nobody passed in. */
  private NDArray noise(NDArray logits) {
    hidden = hidden.child("next");
    return logits.add(Ops.scalarLike(logits, hidden.generator().nextGaussian()));
  }

  @Test
  void drawsThatNobodySeededAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return pass.training() ? logits : noise(logits);
        },
        "an evaluation must draw nothing");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return pass.dropPath() > 0 ? noise(logits) : logits;
        },
        "must depend on its seed alone");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> noise(VIT.forward(weights, size, input, pass)),
        "without drop path must draw nothing");
    refusedForward(
        VIT,
        (weights, size, input, pass) ->
            VIT.forward(weights, size, input, Pass.training(pass.dropPath(), pass.seed())),
        "an evaluation must draw nothing");
  }

  @Test
  void imagesThatDependOnOneAnotherAreNoticed() {
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          NDArray logits = VIT.forward(weights, size, input, pass);
          return logits.sub(logits.mean(new int[] {0}, true));
        },
        "must not depend on others beside it");
  }

  @Test
  void imagesThatAreNotCheckedAreNoticed() {
    Shape own = VIT.inputShape();
    Forward cuts =
        (weights, size, input, pass) -> {
          boolean wide = input.getShape().get(3) > own.get(2);
          return VIT.forward(weights, size, wide ? input.get(":, :, :, :8") : input, pass);
        };
    refusedForward(VIT, cuts, "must begin with requireInput, it takes (3, 1, 8, 9)");
    refusedForward(
        VIT,
        (weights, size, input, pass) -> {
          if (input.getShape().get(3) != own.get(2)) {
            throw new IllegalArgumentException("shape");
          }
          return VIT.forward(weights, size, input, pass);
        },
        "must begin with requireInput",
        "IllegalArgumentException: shape");
  }

  @Test
  void statisticsThatAreNotToldAreNoticed() {
    refusedForward(
        RES_NET,
        (weights, size, input, pass) -> {
          BatchStatistics but =
              (path, mean, variance) -> {
                if (!path.equals("bn1")) {
                  pass.statistics().seen(path, mean, variance);
                }
              };
          Pass other =
              new Pass(pass.training(), pass.dropPath(), pass.seed(), pass.precision(), but);
          return RES_NET.forward(weights, size, input, other);
        },
        "must tell each of statistics(Size) once",
        "bn1.running_mean");
    refused(
        new FamilyLike(RES_NET) {
          @Override
          public List<WeightType> statistics(Size size) {
            return List.of();
          }
        },
        "must tell each of statistics(Size) once, expected {}");
  }
}
