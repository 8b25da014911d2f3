package io.github.weit.benchmarks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.cli.Weit;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Models of random sizes and properties, for interop.py: {@code InteropModels FOLDER FAMILY COUNT
 * SEED}. Each has a folder of its own with {@code weights.safetensors}, what {@code weit export}
 * makes of it ({@code timm/}, {@code model.onnx}), and {@code case.safetensors} with {@code input}
 * and our {@code logits}.
 */
public final class InteropModels {

  private static final int BATCH = 3;

  private InteropModels() {}

  public static void main(String[] arguments) {
    if (arguments.length != 4) {
      throw new WeitException("usage: InteropModels FOLDER FAMILY COUNT SEED");
    }
    Path folder = Path.of(arguments[0]);
    Seed seed = new Seed(Long.parseLong(arguments[3]));
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        Path own = folder.resolve(String.format(Locale.ROOT, "%03d", i));
        Seed draws = seed.child("case").child(i);
        try (NDManager scratch = manager.newSubManager()) {
          write(draw(arguments[1], scratch, draws), own, scratch, draws);
        }
        export(own, "timm", "timm");
        export(own, "onnx", "model.onnx");
      }
    }
  }

  /** A model of which every weight matters: what stays at 0 or 1 would hide that it is not used. */
  private static SizedModel draw(String family, NDManager manager, Seed seed) {
    RandomGenerator random = seed.child("size").generator();
    if (!family.equals("vit")) {
      throw new WeitException("no random sizes of family '" + family + "'; there are of vit");
    }
    int patch = random.nextInt(2, 9);
    int head = 4 * random.nextInt(1, 9);
    Vit vit =
        new Vit(
            patch * random.nextInt(1, 7),
            random.nextBoolean() ? 3 : random.nextInt(1, 5),
            patch,
            random.nextInt(1, 30),
            head,
            random.nextInt(1, 5),
            random.nextBoolean() ? Vit.Pooling.CLASS_TOKEN : Vit.Pooling.MEAN,
            new TemplateCut(head, 1, 1, 1));
    Size size = new Size(head * random.nextInt(1, 7), random.nextInt(1, 9));
    return new SizedModel(vit, size, weights(vit, size, manager, seed.child("weights")));
  }

  private static NamedArrays weights(Family family, Size size, NDManager manager, Seed seed) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : family.weights(size)) {
      Shape shape = type.denseShape();
      boolean gain = type.name().contains("norm") && type.name().endsWith(".weight");
      double inputs = (double) shape.size() / shape.get(0);
      double deviation = !gain && type.name().endsWith(".weight") ? 1.5 / Math.sqrt(inputs) : 0.2;
      for (String name : type.parameterNames()) {
        weights.put(name, normal(manager, shape, gain ? 1 : 0, deviation, seed.child(name)));
      }
    }
    return NamedArrays.of(weights);
  }

  private static void write(SizedModel model, Path folder, NDManager manager, Seed seed) {
    Family family = model.family();
    String channels =
        IntStream.range(0, (int) family.inputShape().get(0))
            .mapToObj(c -> "0." + (c + 3))
            .collect(Collectors.joining(","));
    String classes =
        IntStream.range(0, family.classes())
            .mapToObj(c -> "class " + c)
            .collect(Collectors.joining("\n"));
    Map<String, String> provenance =
        Map.of(
            ImageFacts.CLASSES,
            classes,
            ImageFacts.NORMALISATION,
            "mean=" + channels + ";deviation=" + channels);
    model.artefact(provenance).save(folder.resolve("weights.safetensors"));
    NDArray input = normal(manager, family.inputShape(BATCH), 0, 1, seed.child("input"));
    List<TensorData> tensors =
        List.of(TensorData.of("input", input), TensorData.of("logits", model.logits(input)));
    SafeTensorsWriter.write(folder.resolve("case.safetensors"), Map.of(), tensors);
  }

  private static void export(Path folder, String format, String name) {
    String weights = folder.resolve("weights.safetensors").toString();
    String out = folder.resolve(name).toString();
    int code = Weit.run("export", weights, "--format", format, "--out", out);
    if (code != 0) {
      throw new WeitException(folder + ": weit export ended with " + code);
    }
  }

  private static NDArray normal(
      NDManager manager, Shape shape, double mean, double deviation, Seed seed) {
    RandomGenerator random = seed.generator();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return manager.create(values, shape);
  }
}
