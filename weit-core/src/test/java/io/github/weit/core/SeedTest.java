package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SeedTest {

  /**
   * Values that an independent implementation of the same mixing gave; artefacts depend on them.
   */
  @Test
  void derivesTheSameStreamsForEver() {
    Seed root = new Seed(42);
    assertThat(root.child("augmentation").value()).isEqualTo(8_316_840_717_856_446_597L);
    assertThat(root.child(17).value()).isEqualTo(-5_976_366_576_663_158_828L);
    assertThat(root.child("augmentation").child(17).value()).isEqualTo(-2_390_077_114_617_232_903L);
    RandomGenerator random = root.generator();
    assertThat(random.nextLong()).isEqualTo(-4_767_286_540_954_276_203L);
    assertThat(random.nextLong()).isEqualTo(2_949_826_092_126_892_291L);
  }

  /** The normal draws are the JDK's; a JDK that draws others would change every initial value. */
  @Test
  void drawsTheSameNormalNumbersForEver() {
    RandomGenerator random = new Seed(42).generator();
    assertThat(random.nextGaussian()).isEqualTo(-0.7171651812264004);
    assertThat(random.nextGaussian()).isEqualTo(1.026760016036332);
  }

  @Test
  void givesEveryNameAndNumberAStreamOfItsOwn() {
    Set<Long> values = new HashSet<>();
    Seed root = new Seed(0);
    for (int i = 0; i < 2000; i++) {
      values.add(root.child(i).value());
      values.add(root.child("layer" + i).value());
      values.add(root.child("layer").child(i).value());
      values.add(new Seed(i + 1).child("layer").value());
    }
    assertThat(values).hasSize(8000);
  }

  @Test
  void tellsANameFromItsPartsAndANumberFromItsDigits() {
    Seed root = new Seed(7);
    assertThat(root.child("ab")).isNotEqualTo(root.child("a").child("b"));
    assertThat(root.child("ab")).isNotEqualTo(root.child("ba"));
    assertThat(root.child("1")).isNotEqualTo(root.child(1));
    assertThat(root.child("")).isNotEqualTo(root);
  }

  @Test
  void startsEveryGeneratorAtTheBeginning() {
    Seed seed = new Seed(3);
    RandomGenerator first = seed.generator();
    first.nextLong();
    assertThat(seed.generator().nextLong()).isEqualTo(new Seed(3).generator().nextLong());
  }

  @Test
  void streamsOfNeighboursAreUncorrelated() {
    int size = 20_000;
    double[] a = Doubles.normal(new Seed(1).child(0), size);
    double[] b = Doubles.normal(new Seed(1).child(1), size);
    double product = 0;
    for (int i = 0; i < size; i++) {
      product += a[i] * b[i] / size;
    }
    assertThat(product).isCloseTo(0, within(5 / Math.sqrt(size)));
  }
}
