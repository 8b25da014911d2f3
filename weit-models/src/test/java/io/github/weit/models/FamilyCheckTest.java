package io.github.weit.models;

import static io.github.weit.models.BrokenFamilies.CUT;
import static io.github.weit.models.BrokenFamilies.RES_NET;
import static io.github.weit.models.BrokenFamilies.SIZES;
import static io.github.weit.models.BrokenFamilies.STAGED;
import static io.github.weit.models.BrokenFamilies.VIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a family declares: its name, options, sizes, weights and counts. */
class FamilyCheckTest {

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
    return Stream.of(
        Arguments.of(VIT, SIZES),
        Arguments.of(VIT.withPooling(Vit.Pooling.MEAN), SIZES),
        Arguments.of(RES_NET, STAGED),
        Arguments.of(
            new ResNet(16, 1, 3, ResNet.Stem.IMAGENET, ResNet.Block.BOTTLENECK, 2, 2, CUT), STAGED),
        Arguments.of(new ConvNext(8, 3, 3, 2, 2, CUT), STAGED));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void oursKeepTheRules(Family family, List<Size> sizes) {
    FamilyCheck.require(family, sizes, manager);
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  private void refused(Family broken, String... words) {
    BrokenFamilies.refused(broken, manager, words);
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
}
