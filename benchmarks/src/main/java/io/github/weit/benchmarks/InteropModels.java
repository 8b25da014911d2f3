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
import io.github.weit.models.ConvCut;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.Preset;
import io.github.weit.models.Presets;
import io.github.weit.models.ResNet;
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
 * makes of it ({@code timm/}, {@code torchvision/}, {@code model.onnx}), and {@code
 * case.safetensors} with {@code input} and our {@code logits}.
 */
public final class InteropModels {

  private static final int BATCH = 3;

  private static final List<String> NAMED =
      List.of("resnet18", "resnet34", "resnet50", "wide_resnet50_2", "cifar_resnet20");

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
          SizedModel model = draw(arguments[1], i, scratch, draws);
          write(model, own, scratch, draws);
          for (String format : formats(model)) {
            export(own, format, format);
          }
        }
        export(own, "onnx", "model.onnx");
      }
    }
  }

  /** The folders that {@code weit export} can make of a model. */
  private static List<String> formats(SizedModel model) {
    if (!(model.family() instanceof ResNet net)) {
      return List.of("timm");
    }
    return net.stem() == ResNet.Stem.IMAGENET && model.size().width() == 64
        ? List.of("torchvision", "timm")
        : List.of("torchvision");
  }

  /** A model of which every weight matters: what stays at 0 or 1 would hide that it is not used. */
  private static SizedModel draw(String family, int index, NDManager manager, Seed seed) {
    RandomGenerator random = seed.child("size").generator();
    return switch (family) {
      case "vit" -> vit(random, manager, seed);
      case "resnet" -> resnet(index, random, manager, seed);
      case "convnext" -> convnext(random, manager, seed);
      default ->
          throw new WeitException(
              "no random sizes of family '" + family + "'; there are of vit, resnet and convnext");
    };
  }

  private static SizedModel vit(RandomGenerator random, NDManager manager, Seed seed) {
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

  private static SizedModel convnext(RandomGenerator random, NDManager manager, Seed seed) {
    int patch = random.nextInt(1, 5);
    int least = patch << (patch == 2 ? 4 : 3);
    ConvNext net =
        new ConvNext(
            least + random.nextInt(0, 2 * least),
            random.nextBoolean() ? 3 : random.nextInt(1, 5),
            random.nextInt(1, 30),
            patch,
            4,
            new ConvCut(8, 1, 1, 1, ConvCut.Sharing.NETWORK));
    Size size = new Size(8 * random.nextInt(1, 9), depths(4, random));
    return new SizedModel(net, size, weights(net, size, manager, seed.child("weights")));
  }

  /** First those that have a name, then random ones; statistics are those of random images. */
  private static SizedModel resnet(
      int index, RandomGenerator random, NDManager manager, Seed seed) {
    ResNet net;
    Size size;
    if (index < NAMED.size()) {
      Preset preset = Presets.of(NAMED.get(index));
      net = (ResNet) preset.family(random.nextInt(33, 65), 3, random.nextInt(1, 30));
      size = preset.size();
    } else {
      net = randomResNet(random);
      size = new Size(8 * random.nextInt(1, 9), depths(net.stages(), random));
    }
    NamedArrays weights = weights(net, size, manager, seed.child("weights"));
    List<NDArray> batches =
        IntStream.range(0, 2)
            .mapToObj(i -> normal(manager, net.inputShape(8), 0.3, 1, seed.child("batch").child(i)))
            .toList();
    return new SizedModel(net, size, weights).calibrate(batches);
  }

  private static ResNet randomResNet(RandomGenerator random) {
    boolean small = random.nextBoolean();
    boolean basic = random.nextBoolean();
    return new ResNet(
        small ? random.nextInt(8, 25) : random.nextInt(33, 65),
        random.nextBoolean() ? 3 : random.nextInt(1, 5),
        random.nextInt(1, 30),
        small ? ResNet.Stem.CIFAR : ResNet.Stem.IMAGENET,
        basic ? ResNet.Block.BASIC : ResNet.Block.BOTTLENECK,
        small ? 3 : 4,
        basic ? 1 : random.nextInt(1, 3),
        new ConvCut(8, 1, 1, 1, ConvCut.Sharing.STAGE));
  }

  private static List<Integer> depths(int stages, RandomGenerator random) {
    return IntStream.range(0, stages).mapToObj(i -> random.nextInt(1, 4)).toList();
  }

  private static NamedArrays weights(Family family, Size size, NDManager manager, Seed seed) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : family.weights(size)) {
      Shape shape = type.denseShape();
      boolean weight = type.name().endsWith(".weight");
      boolean gain = weight && shape.dimension() == 1;
      double inputs = (double) shape.size() / shape.get(0);
      double deviation = weight && !gain ? 1.5 / Math.sqrt(inputs) : 0.2;
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
