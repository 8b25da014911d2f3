package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The weight types of a family as they are listed, in the order of the forward pass. */
final class WeightTable {

  static final Initial ZERO = new Initial.Constant(0);
  static final Initial ONE = new Initial.Constant(1);

  /** timm's deviation. */
  static final Initial SMALL = new Initial.Normal(0.02);

  private final int templateWidth;
  private final int otherTerms;
  private final List<WeightType> types = new ArrayList<>();

  /**
   * @param templateWidth template extent along features
   * @param otherTerms N of vectors
   */
  WeightTable(int templateWidth, int otherTerms) {
    this.templateWidth = templateWidth;
    this.otherTerms = otherTerms;
  }

  /**
   * What weights have in common.
   *
   * @param path before their names
   * @param template before the names of their templates
   * @param layers the layer axis, if there is one
   */
  record Group(String path, String template, Axis... layers) {

    /** Weights that a model has once, under their names alone. */
    static final Group ROOT = new Group("", "");
  }

  List<WeightType> types() {
    return List.copyOf(types);
  }

  /** A gain and a bias. */
  void norm(Group group, String name, long width) {
    vector(group, name + ".weight", ONE, out(width));
    vector(group, name + ".bias", ZERO, out(width));
  }

  /** A matrix {@code (out, in)} and a bias, the matrix as PyTorch's own layers start. */
  void dense(Group group, String name, int terms, long out, long in) {
    matrix(group, name + ".weight", terms, Initial.byInputs(in), out(out), in(in));
    vector(group, name + ".bias", ZERO, out(out));
  }

  /** A kernel {@code (out, in, side, side)} and a bias, started like a matrix. */
  void convolution(Group group, String name, int terms, long out, Axis in, long side) {
    Initial initial = Initial.byInputs(in.length() * side * side);
    Axis row = Axis.fixed("row", side);
    Axis column = Axis.fixed("column", side);
    matrix(group, name + ".weight", terms, initial, out(out), in, row, column);
    vector(group, name + ".bias", ZERO, out(out));
  }

  /** A matrix {@code (classes, in)} and a bias. */
  void head(String name, int classes, long in, Initial initial) {
    Axis logits = Axis.fixed("class", classes);
    matrix(Group.ROOT, name + ".weight", otherTerms, initial, logits, in(in));
    add(Group.ROOT, name + ".bias", 1, ZERO, false, logits);
  }

  /** What multiplies features and decays. */
  void matrix(Group group, String name, int terms, Initial initial, Axis... axes) {
    add(group, name, terms, initial, true, axes);
  }

  void vector(Group group, String name, Initial initial, Axis... axes) {
    add(group, name, otherTerms, initial, false, axes);
  }

  private void add(
      Group group, String name, int terms, Initial initial, boolean decayed, Axis... axes) {
    List<Axis> all = Stream.concat(Stream.of(group.layers()), Stream.of(axes)).toList();
    String path = group.path() + name;
    types.add(new WeightType(path, group.template() + name, terms, initial, decayed, all));
  }

  Axis out(long length) {
    return Axis.out("out", length, templateWidth);
  }

  Axis in(long length) {
    return Axis.in("in", length, templateWidth);
  }
}
