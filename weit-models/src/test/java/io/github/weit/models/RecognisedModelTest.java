package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.RecognisedModel.Unsaid;
import io.github.weit.models.ResNet.Block;
import io.github.weit.models.ResNet.Stem;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models told by the names and shapes of their tensors. */
class RecognisedModelTest {

  private static final ConvCut CUT = ConvCut.standard();

  @TempDir private Path folder;

  /** A family, a size of it, and what no shape says of it. */
  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(Vit.small(28, 1, 7), new Size(64, 3), heads(32)),
        Arguments.of(
            Vit.small(32, 3, 10).withPooling(Vit.Pooling.MEAN), new Size(96, 1), heads(32)),
        Arguments.of(
            new Vit(24, 2, 8, 3, 20, 3, Vit.Pooling.CLASS_TOKEN, new TemplateCut(20, 16, 32, 4)),
            new Size(60, 12),
            heads(20)),
        Arguments.of(ResNet.small(32, 3, 10), new Size(16, List.of(1, 2, 3)), Unsaid.NOTHING),
        Arguments.of(
            new ResNet(224, 3, 9, Stem.IMAGENET, Block.BOTTLENECK, 4, 2, CUT),
            new Size(24, List.of(1, 1, 2, 1)),
            Unsaid.NOTHING),
        Arguments.of(
            new ResNet(48, 4, 9, Stem.CIFAR, Block.BOTTLENECK, 2, 1, CUT.fitting(12)),
            new Size(12, List.of(2, 1)),
            images(48)),
        Arguments.of(ConvNext.small(32, 3, 10), new Size(16, List.of(1, 3, 1)), Unsaid.NOTHING),
        Arguments.of(
            new ConvNext(224, 3, 5, 4, 4, CUT), new Size(8, List.of(1, 1, 2, 1)), Unsaid.NOTHING),
        Arguments.of(new ConvNext(30, 1, 5, 1, 2, CUT), new Size(8, List.of(1, 2)), images(30)));
  }

  private static Unsaid heads(int size) {
    return new Unsaid(Optional.empty(), Optional.of(size), Optional.empty(), Optional.empty());
  }

  private static Unsaid counted(int heads) {
    return new Unsaid(Optional.empty(), Optional.empty(), Optional.of(heads), Optional.empty());
  }

  private static Unsaid images(int size) {
    return new Unsaid(Optional.of(size), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("models")
  void aFileSaysWhatItHolds(Family family, Size size, Unsaid unsaid) {
    RecognisedModel found = RecognisedModel.of(save(shapes(family, size)), unsaid);
    assertThat(found).isEqualTo(new RecognisedModel(family, size));
  }

  @Test
  void everyPresetIsToldByItsShapes() {
    for (Preset preset : Presets.all()) {
      if (preset.cost().parameters() < 30_000_000) {
        boolean deit = preset.name().startsWith("deit");
        Path file = save(shapes(preset.family(), preset.size()));
        RecognisedModel found = RecognisedModel.of(file, heads(deit ? 64 : 32));
        assertThat(found.size()).as(preset.name()).isEqualTo(preset.size());
        assertThat(architecture(found.family())).isEqualTo(architecture(preset.family()));
      }
    }
  }

  /** Options without those that say how weights are cut into templates. */
  private static Map<String, String> architecture(Family family) {
    return family.options().entrySet().stream()
        .filter(option -> !option.getKey().contains("template"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void headsCanBeCountedInstead() {
    Path file = save(shapes(Vit.small(32, 3, 10), new Size(96, 1)));
    Unsaid three = counted(3);
    assertThat(((Vit) RecognisedModel.of(file, three).family()).headSize()).isEqualTo(32);
    Unsaid five = counted(5);
    refused(file, five, "expected a multiple of 5, found 96");
    refused(
        file,
        Unsaid.NOTHING,
        "features per attention head stand in no shape, of its 96",
        "RecognisedModel.Unsaid.headSize");
    Map<String, List<Long>> other = shapes(Vit.small(32, 3, 10), new Size(96, 1));
    refused(
        with(other, "norm_pre.weight", 96L),
        Unsaid.NOTHING,
        "vision transformers have no norm_pre.weight here");
  }

  @ParameterizedTest
  @CsvSource({
    "module.patch_embed.proj.weight, their names start with 'module.'",
    "backbone.net.layer1.0.conv1.weight, their names start with 'backbone.net.'",
    "m.stages.0.blocks.0.conv_dw.weight, their names start with 'm.'",
    "vit.embeddings.cls_token, the names of Hugging Face's transformers",
    "embeddings.position_embeddings, the names of Hugging Face's transformers",
    "encoder.layer.0.output.dense.bias, the names of Hugging Face's transformers",
    "resnet.embedder.embedder.convolution.weight, the names of Hugging Face's transformers",
    "conv_proj.weight, torchvision's names",
    "features.0.0.weight, torchvision's names",
  })
  void namesOfOthersAreTold(String name, String sentence) {
    refused(save(Map.of(name, List.of(1L))), Unsaid.NOTHING, sentence);
  }

  @Test
  void tensorsOfOtherTransformersAreNamedFirst() {
    Map<String, List<Long>> vit = shapes(Vit.small(32, 3, 10), new Size(64, 1));
    vit.put("dist_token", List.of(1L, 1L, 64L));
    refused(with(vit, "pos_embed", 1L, 66L, 64L), heads(32), "have no dist_token here");
  }

  @Test
  void partsThatAreMissingAreNamed() {
    Map<String, List<Long>> net = shapes(ConvNext.small(32, 3, 10), new Size(8, List.of(1, 1, 1)));
    net.keySet().removeIf(name -> name.startsWith("stages.1.blocks."));
    refused(save(net), Unsaid.NOTHING, "names start with stages.1.blocks.0., found none");
    net.keySet().removeIf(name -> name.startsWith("stages."));
    refused(save(net), Unsaid.NOTHING, "names start with stages.0., found none");
  }

  @Test
  void whatIsLikeNoModelIsSaid() {
    refused(save(Map.of("other", List.of(1L))), Unsaid.NOTHING, "timm", "; found other");
    refused(save(Map.of()), Unsaid.NOTHING, "; found none");

    Map<String, List<Long>> vit = shapes(Vit.small(32, 3, 10), new Size(64, 1));
    refused(
        with(vit, "pos_embed", 1L, 66L, 64L),
        heads(32),
        "pos_embed",
        "square of patches beside the class token, found 65");
    refused(with(vit, "pos_embed", 1L, 1L, 64L), heads(32), "found 0");
    refused(
        with(vit, "pos_embed", 65L, 64L),
        heads(32),
        "pos_embed: expected a shape of 3 axes, found [65, 64]");
    refused(
        with(vit, "blocks.0.mlp.fc1.weight", 100L, 64L),
        heads(32),
        "expected a multiple of 64, found 100");
    vit.remove("head.weight");
    refused(
        save(vit),
        heads(32),
        "no head.weight says how many classes",
        "RecognisedModel.Unsaid.classes",
        "DenseImport.Mode.PARTIAL");
    Unsaid four = new Unsaid(Optional.empty(), Optional.of(32), Optional.empty(), Optional.of(4));
    assertThat(RecognisedModel.of(save(vit), four).family().classes()).isEqualTo(4);

    Map<String, List<Long>> net = shapes(ResNet.small(32, 3, 10), new Size(8, List.of(1, 1, 1)));
    refused(
        with(net, "conv1.weight", 8L, 3L, 5L, 5L),
        Unsaid.NOTHING,
        "conv1.weight: expected 3x3 or 7x7, found 5");
    refused(with(net, "conv1.weight", 0L, 3L, 3L, 3L), Unsaid.NOTHING, "found [0, 3, 3, 3]");
  }

  private static void refused(Path file, Unsaid unsaid, String... parts) {
    assertThatThrownBy(() -> RecognisedModel.of(file, unsaid))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(file.toString());
  }

  private Path with(Map<String, List<Long>> shapes, String name, Long... shape) {
    Map<String, List<Long>> changed = new LinkedHashMap<>(shapes);
    changed.put(name, List.of(shape));
    return save(changed);
  }

  private static Map<String, List<Long>> shapes(Family family, Size size) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    Stream.concat(family.weights(size).stream(), family.statistics(size).stream())
        .forEach(type -> add(type, shapes));
    return shapes;
  }

  private static void add(WeightType type, Map<String, List<Long>> shapes) {
    List<Long> shape = Arrays.stream(type.denseShape().getShape()).boxed().toList();
    type.parameterNames().forEach(name -> shapes.put(name, shape));
  }

  /** A file of these tensors, all of them zeros of eight bits: nothing reads what they hold. */
  private Path save(Map<String, List<Long>> shapes) {
    Path file = folder.resolve("model.safetensors");
    SafeTensorsWriter.write(
        file,
        Map.of(),
        shapes.entrySet().stream()
            .map(
                tensor -> {
                  long bytes = tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
                  ByteBuffer zeros = ByteBuffer.allocate(Math.toIntExact(bytes));
                  return new TensorData(tensor.getKey(), DType.U8, tensor.getValue(), zeros);
                })
            .toList());
    return file;
  }
}
