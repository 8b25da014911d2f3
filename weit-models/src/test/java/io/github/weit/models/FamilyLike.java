package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Map;

/** Another family, for tests that change one thing of it; equal to that one, so found again. */
class FamilyLike implements Family {

  private final Family other;

  FamilyLike(Family other) {
    this.other = other;
  }

  @Override
  public String id() {
    return other.id();
  }

  @Override
  public Map<String, String> options() {
    return other.options();
  }

  @Override
  public int widthStep() {
    return other.widthStep();
  }

  @Override
  public void requireLegal(Size size) {
    other.requireLegal(size);
  }

  @Override
  public List<WeightType> weights(Size size) {
    return other.weights(size);
  }

  @Override
  public List<WeightType> statistics(Size size) {
    return other.statistics(size);
  }

  @Override
  public int stages() {
    return other.stages();
  }

  @Override
  public Cost cost(Size size) {
    return other.cost(size);
  }

  @Override
  public Ledger ledger(Size size, Precision precision) {
    return other.ledger(size, precision);
  }

  @Override
  public Shape inputShape() {
    return other.inputShape();
  }

  @Override
  public int classes() {
    return other.classes();
  }

  @Override
  public Family withClasses(int classes) {
    return other.withClasses(classes);
  }

  @Override
  public Family withImages(int size, int channels) {
    return other.withImages(size, channels);
  }

  @Override
  public NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass) {
    return other.forward(weights, size, input, pass);
  }

  @Override
  public boolean equals(Object object) {
    return other.equals(object instanceof FamilyLike like ? like.other : object);
  }

  @Override
  public int hashCode() {
    return other.hashCode();
  }

  @Override
  public String toString() {
    return other.toString();
  }
}
