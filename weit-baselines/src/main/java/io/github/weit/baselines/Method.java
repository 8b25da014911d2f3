package io.github.weit.baselines;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The initialisers of this package, for a reader who knows none of them. */
public enum Method {
  WEIT(
      "weit",
      "WeiT",
      "Composed from templates that were learnt once for all sizes, with scalers fitted to the size.",
      "2604.14769",
      "Written from the published description, without the authors' code.",
      Optional.of(Parent.TEMPLATES),
      true),
  WEIT_UNFITTED(
      "weit-unfitted",
      "unfitted WeiT",
      "Composed from the same templates, with scalers resized from the pre-trained ones and not fitted.",
      "2604.14769",
      "Written from the published description, without the authors' code.",
      Optional.of(Parent.TEMPLATES),
      false),
  SCRATCH(
      "scratch",
      "from scratch",
      "Random weights, as the family usually starts.",
      "",
      "",
      Optional.empty(),
      false),
  MIMETIC(
      "mimetic",
      "mimetic",
      "Random weights of which attention looks like that of trained transformers.",
      "2305.09828",
      "The form of the sinusoidal position embedding, which is trained afterwards.",
      Optional.empty(),
      false),
  WEIGHT_SELECTION(
      "weight-selection",
      "weight selection",
      "Evenly spaced weights and the first layers of a larger trained model.",
      "2311.18823",
      "Queries, keys and values are selected apart; the head is selected too if asked for.",
      Optional.of(Parent.DENSE),
      false),
  WEIGHT_SELECTION_FITTED(
      "weight-selection-fitted",
      "fitted weight selection",
      "The same, all of whose weights are fitted as scalers are, with the larger model to teach.",
      "1503.02531",
      "A control of ours: a model that is cut out of a larger one and distilled from it, at the fit's steps and images.",
      Optional.of(Parent.DENSE),
      true),
  STACKING(
      "stacking",
      "stacking",
      "Copies of a smaller trained model's layers and features.",
      "1511.05641",
      "Features are copied in whole blocks, each as often as any other as far as possible; uneven shares in place of noise. Stacked depth is of Gong et al., ICML 2019.",
      Optional.of(Parent.DENSE),
      false),
  RANDOM_TEMPLATES(
      "random-templates",
      "random templates",
      "Templates that learnt nothing, with scalers fitted to the size.",
      "2604.14769",
      "A control of ours. The fit may be distilled from the full-size model of learnt templates, as theirs is.",
      Optional.empty(),
      true),
  SCRATCH_FITTED(
      "scratch-fitted",
      "fitted scratch",
      "Random weights, all of which are fitted as scalers are: a new model that is distilled into.",
      "1503.02531",
      "A control of ours: what a fit gives with nothing but its teacher.",
      Optional.empty(),
      true),
  SUPERNET(
      "supernet",
      "supernet",
      "A part cut out of a dense model that was trained at many sizes.",
      "1812.08928",
      "Sizes are drawn as for templates, one per step, without norms of their own; larger sizes are tiled and interpolated. Smaller ones learn from the full size only where the templates' do.",
      Optional.of(Parent.SUPERNET),
      false),
  SUPERNET_FITTED(
      "supernet-fitted",
      "fitted supernet",
      "The supernet's part, all of whose weights are fitted as scalers are.",
      "1812.08928",
      "A control of ours: what a fit gives without templates.",
      Optional.of(Parent.SUPERNET),
      true),
  LIGO(
      "ligo",
      "LiGO",
      "A larger model that is a linear map, learnt in a few steps, of a smaller trained one.",
      "2303.00980",
      "One expansion serves the residual stream and attention; the map of consumed features is the transpose divided by squared lengths.",
      Optional.of(Parent.DENSE),
      false),
  TLEG(
      "tleg",
      "TLEG",
      "Every layer is one shared layer plus another times its relative depth.",
      "2312.05614",
      "The shared layers are trained on labels, not distilled.",
      Optional.of(Parent.LINEAR_LAYERS),
      false),
  SWS(
      "sws",
      "SWS",
      "Layers are repeated from five that were shared in stages while trained.",
      "2404.16897",
      "The shared layers are trained on labels, not distilled; stages keep their proportions at other depths.",
      Optional.of(Parent.STAGE_LAYERS),
      false),
  WAVE(
      "wave",
      "WAVE",
      "Templates that were distilled from a dense model, with scalers fitted to the size.",
      "2406.17503",
      "Templates, scalers, their start and the fit are this project's.",
      Optional.of(Parent.DISTILLED_TEMPLATES),
      true),
  WEIT_TAUGHT(
      "weit-taught",
      "taught WeiT",
      "WeiT whose templates learnt from a dense model too, which had to be trained before.",
      "2604.14769",
      "The dense model and its part of the loss are WAVE's.",
      Optional.of(Parent.TAUGHT_TEMPLATES),
      true),
  SUPERNET_TAUGHT(
      "supernet-taught",
      "taught fitted supernet",
      "The fitted supernet, which learnt from a dense model too while it was trained.",
      "1812.08928",
      "A control of ours: what the dense model gives without templates.",
      Optional.of(Parent.TAUGHT_SUPERNET),
      true);

  private final String id;
  private final String label;
  private final String sentence;
  private final String source;
  private final String difference;
  private final Optional<Parent> parent;
  private final boolean taught;

  Method(
      String id,
      String label,
      String sentence,
      String source,
      String difference,
      Optional<Parent> parent,
      boolean taught) {
    this.id = id;
    this.label = label;
    this.sentence = sentence;
    this.source = source;
    this.difference = difference;
    this.parent = parent;
    this.taught = taught;
  }

  /** The name in tables; it never changes. */
  public String id() {
    return id;
  }

  /** The name for legends and headings. */
  public String label() {
    return label;
  }

  /** What it is. */
  public String sentence() {
    return sentence;
  }

  /** The number of its paper in arXiv; empty for what is older than papers about it. */
  public Optional<String> source() {
    return Optional.of(source).filter(number -> !number.isEmpty());
  }

  /** Where ours differs from its source; empty for nowhere. */
  public String difference() {
    return difference;
  }

  /** What has to be trained before. */
  public Optional<Parent> parent() {
    return parent;
  }

  /** Whether it is fitted to a size, and what was learnt together with a full size can teach it. */
  public boolean isTaught() {
    return taught;
  }

  /**
   * The method of that {@link #id}.
   *
   * @throws WeitException if there is none
   */
  public static Method of(String id) {
    return Arrays.stream(values())
        .filter(method -> method.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no method is called '%s'; there are: %s"
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Method::id)
                                .collect(Collectors.joining(", ")))));
  }
}
