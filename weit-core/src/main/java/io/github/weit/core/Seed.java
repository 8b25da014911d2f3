package io.github.weit.core;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The root of all randomness, passed in and never global. Streams are derived by name and by
 * number, so what is drawn for "augmentation" at step 17 is a pure function of the seed: it depends
 * on no other draw, and a run that is resumed needs no saved random state.
 *
 * @param value the 64 bits that decide everything derived from this seed
 */
public record Seed(long value) {

  /** The seed of the stream called {@code name}. */
  public Seed child(String name) {
    long hash = value;
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash + name.charAt(i));
    }
    return new Seed(mix(hash ^ 0x9E3779B97F4A7C15L));
  }

  /** The seed of the {@code index}-th member of a family, for example of a step or an epoch. */
  public Seed child(long index) {
    return new Seed(mix(mix(value ^ 0xD1B54A32D192ED03L) + index));
  }

  /** A fresh generator at the beginning of this seed's own stream. */
  public RandomGenerator generator() {
    return new SplittableRandom(value);
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea, Flood 2014, variant 13 of Stafford), a bijection of
   * 64 bits.
   */
  private static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
