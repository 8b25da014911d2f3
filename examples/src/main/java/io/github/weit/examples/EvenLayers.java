package io.github.weit.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Initialiser;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.Rival;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A method of one's own in {@code weit compare}: layers of a trained model of the same width,
 * evenly spaced, each as often as the depth asks for. It is found since META-INF/services names it:
 *
 * <pre>
 * WEIT_CLASSPATH=examples/target/classes ./weit compare --data cifar10 --methods weit,even-layers
 * </pre>
 */
public final class EvenLayers implements Rival {

  private static final String ID = "even-layers";
  private static final Pattern LAYER = Pattern.compile("^blocks\\.(\\d+)\\.");

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String label() {
    return "even layers";
  }

  @Override
  public String sentence() {
    return "Evenly spaced layers of a trained model of the same width.";
  }

  @Override
  public Optional<Parent> parent() {
    return Optional.of(Parent.DENSE);
  }

  @Override
  public Initialiser initialiser(Ingredients ingredients) {
    return new Layers(ingredients.requireParent());
  }

  /** Its layers at another depth. */
  private record Layers(Templates parent) implements Initialiser {

    @Override
    public String name() {
      return ID;
    }

    @Override
    public Optional<String> refusal(Size size) {
      boolean possible = size.width() == parent.size().width() && size.depths().size() == 1;
      return possible
          ? Optional.empty()
          : Optional.of("only other depths of a width of " + parent.size().width());
    }

    @Override
    public SizedModel initialise(Size size, NDManager manager, Seed seed) {
      require(size);
      try (SizedModel dense = parent.compose(parent.size(), manager)) {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        dense.family().weights(size).stream()
            .flatMap(type -> type.parameterNames().stream())
            .forEach(
                name -> {
                  NDArray copy = dense.weights().get(source(name, size)).duplicate();
                  copy.attach(manager);
                  weights.put(name, copy);
                });
        return new SizedModel(dense.family(), size, NamedArrays.of(weights));
      }
    }

    /** The parent's name of what a name here is made of. */
    private String source(String name, Size size) {
      Matcher matcher = LAYER.matcher(name);
      if (!matcher.find()) {
        return name;
      }
      int layer = Integer.parseInt(matcher.group(1));
      int of = layer * parent.size().depth() / size.depth();
      return "blocks." + of + "." + name.substring(matcher.end());
    }
  }
}
