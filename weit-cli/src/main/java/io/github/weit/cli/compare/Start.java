package io.github.weit.cli.compare;

import io.github.weit.baselines.ComposedTemplates;
import io.github.weit.baselines.FittedTemplates;
import io.github.weit.baselines.FittedWeights;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Initialiser;
import io.github.weit.baselines.Ligo;
import io.github.weit.baselines.Mimetic;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.RandomTemplates;
import io.github.weit.baselines.Rival;
import io.github.weit.baselines.Scratch;
import io.github.weit.baselines.SharedLayers;
import io.github.weit.baselines.Stacking;
import io.github.weit.baselines.SupernetCut;
import io.github.weit.baselines.Transferred;
import io.github.weit.baselines.WeightSelection;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.FullSizeTeaching;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * How a trial gets its first weights.
 *
 * @param first what ordinary training starts from
 * @param before what is measured before, without a fit
 * @param fitSteps steps of the fit inside of {@code first}; 0 if there is none
 * @param fitted numbers that are fitted for a size
 */
record Start(
    Initialiser first, Optional<Initialiser> before, long fitSteps, ToLongFunction<Size> fitted) {

  private static Start unfitted(Initialiser first) {
    return new Start(first, Optional.empty(), 0, size -> 0);
  }

  /**
   * The start of a method. Where the fitting has a transfer, what comes of a parent is adapted to
   * the other images.
   *
   * @param family the target's
   * @param fitting for those that are fitted
   * @param plan says how sizes are made wider and what a fit learns from
   */
  static Start of(Contender contender, Family family, Parents parents, Fitting fitting, Plan plan) {
    UnaryOperator<Initialiser> adapt =
        first ->
            fitting
                .transfer()
                .<Initialiser>map(change -> new Transferred(first, change))
                .orElse(first);
    return contender instanceof Contender.Known known
        ? of(known, family, parents, fitting, adapt, plan)
        : of(((Contender.Other) contender).rival(), family, parents, fitting, adapt);
  }

  /** What somebody else makes of a parent is adapted to other images as what we make is. */
  private static Start of(
      Rival rival,
      Family family,
      Parents parents,
      Fitting fitting,
      UnaryOperator<Initialiser> adapt) {
    Optional<Templates> parent = rival.parent().map(parents::get);
    Family own = parent.map(Templates::family).orElse(family);
    Initialiser made = RivalStart.of(rival, new Rival.Ingredients(own, parent, fitting));
    long steps = rival.fitSteps(fitting);
    return new Start(
        parent.isPresent() ? adapt.apply(made) : made,
        Optional.empty(),
        steps,
        size -> steps > 0 ? family.cost(size).parameters() : 0);
  }

  private static Start of(
      Contender.Known contender,
      Family family,
      Parents parents,
      Fitting fitting,
      UnaryOperator<Initialiser> adapt,
      Plan plan) {
    double unevenness = plan.unevenness();
    return switch (contender.method()) {
      case WEIT -> fitted(contender.name(), parents.get(Parent.TEMPLATES), fitting, adapt, plan);
      case WEIT_UNFITTED ->
          unfitted(
              adapt.apply(
                  new ComposedTemplates(
                      contender.name(), parents.get(Parent.TEMPLATES), unevenness)));
      case SCRATCH -> unfitted(new Scratch(family));
      case MIMETIC -> unfitted(new Mimetic(family));
      case WEIGHT_SELECTION ->
          unfitted(
              adapt.apply(new WeightSelection(parents.dense(), WeightSelection.Head.SELECTED)));
      case WEIGHT_SELECTION_FITTED -> {
        Initialiser selection =
            adapt.apply(new WeightSelection(parents.dense(), WeightSelection.Head.SELECTED));
        yield new Start(
            FittedWeights.selected(
                selection, parents.dense().size(), fitting, teaching(parents::dense, plan)),
            Optional.of(selection),
            fitting.recipe().steps(),
            size -> family.cost(size).parameters());
      }
      case SCRATCH_FITTED ->
          new Start(
              FittedWeights.random(
                  family,
                  parents.get(Parent.TEMPLATES).size(),
                  fitting,
                  teaching(parents::fullSize, plan)),
              Optional.empty(),
              fitting.recipe().steps(),
              size -> family.cost(size).parameters());
      case STACKING -> unfitted(adapt.apply(new Stacking(parents.dense(), unevenness)));
      case SUPERNET ->
          unfitted(adapt.apply(new SupernetCut(parents.get(Parent.SUPERNET), unevenness)));
      case SUPERNET_FITTED ->
          fitted(contender.name(), parents.get(Parent.SUPERNET), fitting, adapt, plan);
      case TLEG -> unfitted(adapt.apply(new SharedLayers(parents.get(Parent.LINEAR_LAYERS))));
      case SWS -> unfitted(adapt.apply(new SharedLayers(parents.get(Parent.STAGE_LAYERS))));
      case WAVE ->
          fitted(contender.name(), parents.get(Parent.DISTILLED_TEMPLATES), fitting, adapt, plan);
      case WEIT_TAUGHT ->
          fitted(contender.name(), parents.get(Parent.TAUGHT_TEMPLATES), fitting, adapt, plan);
      case SUPERNET_TAUGHT ->
          fitted(contender.name(), parents.get(Parent.TAUGHT_SUPERNET), fitting, adapt, plan);
      case LIGO -> {
        Fitting maps = fitting.withSteps(Ligo.STEPS).withRate(Ligo.RATE);
        Ligo ligo = new Ligo(parents.dense(), Ligo.NOISE, maps);
        yield new Start(ligo, Optional.empty(), Ligo.STEPS, ligo::learnt);
      }
      case RANDOM_TEMPLATES -> {
        Templates templates = parents.get(Parent.TEMPLATES);
        Constraint constraint = templates.bank().constraint();
        yield new Start(
            new RandomTemplates(
                templates.family(),
                constraint,
                templates.size(),
                fitting,
                teaching(parents::fullSize, plan)),
            Optional.empty(),
            fitting.recipe().steps(),
            size -> numbers(constraint, family, fitting, size));
      }
    };
  }

  private static Optional<FullSizeTeaching> teaching(Supplier<SizedModel> teacher, Plan plan) {
    return plan.fitTeaching().isLabelsAlone()
        ? Optional.empty()
        : Optional.of(
            new FullSizeTeaching(teacher.get(), plan.fitTeaching(), plan.fit().precision()));
  }

  private static Start fitted(
      String name,
      Templates templates,
      Fitting fitting,
      UnaryOperator<Initialiser> adapt,
      Plan plan) {
    return new Start(
        new FittedTemplates(name, templates, plan.unevenness(), fitting, plan.fitTeaching()),
        Optional.of(adapt.apply(new ComposedTemplates(name, templates, plan.unevenness()))),
        fitting.recipe().steps(),
        size -> numbers(templates.bank().constraint(), templates.family(), fitting, size));
  }

  /** What is fitted: scalers, and after a transfer the weights that have no templates. */
  private static long numbers(Constraint constraint, Family family, Fitting fitting, Size size) {
    return fitting
        .transfer()
        .map(
            change -> {
              List<WeightType> kept = change.kept(size);
              long free =
                  change.to().weights(size).stream()
                      .filter(type -> !kept.contains(type))
                      .mapToLong(WeightType::denseParameters)
                      .sum();
              return free + scalers(constraint, kept);
            })
        .orElseGet(() -> scalers(constraint, family.weights(size)));
  }

  private static long scalers(Constraint constraint, List<WeightType> types) {
    return types.stream()
        .flatMap(type -> constraint.scalers(type).stream())
        .map(Factor::shape)
        .mapToLong(shape -> shape.size())
        .sum();
  }
}
