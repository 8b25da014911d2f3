package io.github.weit.templates;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ModelInfo;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.training.optim.ParameterGroup;
import io.github.weit.training.optim.ParameterGroups;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Templates and the full size's scalers while they are learnt: the leaves of a training, and the
 * weights of any size that they compose inside a step. It knows nothing of a task or a loss.
 */
final class TemplateLeaves implements AutoCloseable {

  private static final String TEMPLATES = "template/";
  private static final String SCALERS = "scaler/";

  private final Family family;
  private final Size size;
  private final TemplateBank bank;
  private final ScalerSet scalers;
  private final Map<Size, List<WeightType>> types = new HashMap<>();

  private TemplateLeaves(Family family, Size size, TemplateBank bank, ScalerSet scalers) {
    this.family = family;
    this.size = size;
    this.bank = bank;
    this.scalers = scalers;
  }

  /** Untrained ones. */
  static TemplateLeaves create(
      Family family, Size size, Constraint constraint, Seed seed, NDManager manager) {
    List<WeightType> types = family.weights(size);
    return new TemplateLeaves(
        family,
        size,
        TemplateBank.create(constraint, types, manager, seed),
        ScalerSet.create(constraint, types, manager, seed));
  }

  /** Copies of those that know something. */
  static TemplateLeaves copyOf(Templates start, NDManager manager) {
    return new TemplateLeaves(
        start.family(),
        start.size(),
        start.bank().copyTo(manager),
        start.scalers().copyTo(manager));
  }

  TemplateBank bank() {
    return bank;
  }

  ScalerSet scalers() {
    return scalers;
  }

  /** All arrays that are trained. */
  NamedArrays arrays() {
    return bank.arrays().withPrefix(TEMPLATES).and(scalers.arrays().withPrefix(SCALERS));
  }

  /**
   * A group for each array, with the options' rate and share of the decay.
   *
   * @param weightDecay of what decays
   */
  List<ParameterGroup> groups(PretrainOptions options, double weightDecay) {
    Constraint constraint = bank.constraint();
    ParameterGroups groups = new ParameterGroups();
    for (WeightType type : scalers.types()) {
      List<Factor> templates = constraint.templates(type);
      boolean random = type.initial() instanceof Initial.Normal && !templates.isEmpty();
      double decay = type.decayed() ? weightDecay : 0;
      for (Factor factor : templates) {
        double rate = random ? options.templateRate() : 1;
        String name = TEMPLATES + factor.storedName(type.template());
        groups.add(name, rate, undoRate(decay * options.templateDecay(), rate));
      }
      for (Factor factor : constraint.scalers(type)) {
        double rate = random ? options.scalerRate() : 1;
        String name = SCALERS + factor.storedName(type.name());
        groups.add(name, rate, undoRate(decay * options.scalerDecay(), rate));
      }
    }
    return groups.list();
  }

  /** The optimiser multiplies decay by the rate; frozen arrays do not decay. */
  private static double undoRate(double decay, double rate) {
    return rate == 0 ? 0 : decay / rate;
  }

  /** The weights of a size, through which gradients pass to the arrays. */
  NamedArrays compose(Size drawn) {
    List<WeightType> own = types.computeIfAbsent(drawn, family::weights);
    return bank.compose(scalers.resize(own, Resize.standard()));
  }

  /**
   * What a file of them holds. It shares their arrays.
   *
   * @param average running averages in place of the arrays, under the names of these
   */
  Artefact artefact(Optional<NamedArrays> average, Map<String, String> provenance) {
    ModelInfo model = family.info(size);
    Constraint constraint = bank.constraint();
    return average
        .map(
            arrays ->
                Artefact.ofTemplates(
                    model,
                    TemplateBank.of(constraint, scalers.types(), arrays.under(TEMPLATES)),
                    ScalerSet.of(constraint, scalers.types(), arrays.under(SCALERS)),
                    provenance))
        .orElseGet(() -> Artefact.ofTemplates(model, bank, scalers, provenance));
  }

  @Override
  public void close() {
    bank.close();
    scalers.close();
  }
}
